using System.Reflection.Metadata;

namespace MLNet.DeepExt.Architecture.Tests.Metadata;

/// <summary>Names of the types that a module defines or references.</summary>
internal sealed class NameTable(MetadataReader metadata)
{
    /// <summary>Simple name of the assembly itself.</summary>
    public string Assembly { get; } = metadata.GetString(metadata.GetAssemblyDefinition().Name);

    /// <summary>Whether no source declares the type: closures, state machines, inline arrays, embedded attributes.</summary>
    public bool IsCompilerGenerated(TypeDefinitionHandle handle)
    {
        TypeDefinition type = metadata.GetTypeDefinition(handle);
        string name = metadata.GetString(type.Name);
        // A file-local type is named <File>F…__Name and stands in its namespace: somebody wrote it.
        bool fileLocal = !name.StartsWith("<>", StringComparison.Ordinal) && name.Contains(">F", StringComparison.Ordinal);
        bool unspeakable = name.StartsWith('<') && !fileLocal;
        return unspeakable || (!type.IsNested && type.GetCustomAttributes().Any(IsMarker));
    }

    /// <summary>
    /// The type that somebody wrote: of a closure, the type in which it stands. What stands in no written type, or within
    /// such a one, gives the outermost generated type.
    /// </summary>
    public TypeDefinitionHandle Written(TypeDefinitionHandle handle)
    {
        for (TypeDefinitionHandle outer = handle; !outer.IsNil; outer = metadata.GetTypeDefinition(outer).GetDeclaringType())
        {
            if (IsCompilerGenerated(outer))
                handle = metadata.GetTypeDefinition(outer) is { IsNested: true } nested ? nested.GetDeclaringType() : outer;
        }

        return handle;
    }

    /// <summary>Name of a defined type, compiler-generated ones standing for the type that they belong to.</summary>
    public TypeName Of(TypeDefinitionHandle handle)
    {
        TypeDefinition type = metadata.GetTypeDefinition(Written(handle));
        string name = metadata.GetString(type.Name);
        if (!type.IsNested)
            return new TypeName(Assembly, metadata.GetString(type.Namespace), name);
        TypeName outer = Of(type.GetDeclaringType());
        return outer with { Name = $"{outer.Name}+{name}" };
    }

    /// <summary>Name of a referenced type.</summary>
    public TypeName Of(TypeReferenceHandle handle)
    {
        TypeReference type = metadata.GetTypeReference(handle);
        string name = metadata.GetString(type.Name);
        if (type.ResolutionScope.Kind == HandleKind.TypeReference)
        {
            TypeName outer = Of((TypeReferenceHandle)type.ResolutionScope);
            return outer with { Name = $"{outer.Name}+{name}" };
        }

        string assembly = type.ResolutionScope.Kind == HandleKind.AssemblyReference
            ? metadata.GetString(metadata.GetAssemblyReference((AssemblyReferenceHandle)type.ResolutionScope).Name)
            : Assembly;
        return new TypeName(assembly, metadata.GetString(type.Namespace), name);
    }

    private bool IsMarker(CustomAttributeHandle handle)
    {
        EntityHandle constructor = metadata.GetCustomAttribute(handle).Constructor;
        TypeName? attribute = constructor.Kind switch
        {
            HandleKind.MemberReference when metadata.GetMemberReference((MemberReferenceHandle)constructor).Parent is
            { Kind: HandleKind.TypeReference } parent => Of((TypeReferenceHandle)parent),
            // Of the whole type this would ask again whether an attribute's own marker is compiler-generated, forever.
            HandleKind.MethodDefinition => Plain(metadata.GetMethodDefinition((MethodDefinitionHandle)constructor).GetDeclaringType()),
            _ => null,
        };
        return attribute?.FullName is
            "System.Runtime.CompilerServices.CompilerGeneratedAttribute" or "Microsoft.CodeAnalysis.EmbeddedAttribute";
    }

    private TypeName Plain(TypeDefinitionHandle handle)
    {
        TypeDefinition type = metadata.GetTypeDefinition(handle);
        return new TypeName(Assembly, metadata.GetString(type.Namespace), metadata.GetString(type.Name));
    }
}
