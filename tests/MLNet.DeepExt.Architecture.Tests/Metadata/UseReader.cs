using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.Json.Serialization;

namespace MLNet.DeepExt.Architecture.Tests.Metadata;

/// <summary>Reads from an assembly's metadata and instructions which types and members each of its types uses.</summary>
internal sealed class UseReader
{
    private readonly PEReader _file;
    private readonly MetadataReader _metadata;
    private readonly NameTable _names;
    private readonly SignatureNames _signatures;

    // Where what is found is put down: the type being read and the generic context of the token being read.
    private TypeUses _uses;
    private TypeDefinitionHandle _inType;
    private MethodDefinitionHandle _inMethod;
    private bool _inKinds; // in an attribute by which a base record lists a kind

    private UseReader(PEReader file)
    {
        _file = file;
        _metadata = file.GetMetadataReader();
        _names = new NameTable(_metadata);
        _signatures = new SignatureNames(_metadata, _names, Add);
        _uses = new TypeUses(new TypeName(_names.Assembly, "", "<assembly>"));
    }

    /// <summary>Reads the assembly at <paramref name="path"/>; nothing of it is loaded or run.</summary>
    public static AssemblyUses Read(string path) => Read(File.OpenRead(path));

    /// <summary>Reads the assembly in <paramref name="image"/> and disposes of that.</summary>
    public static AssemblyUses Read(Stream image)
    {
        using var file = new PEReader(image);
        return new UseReader(file).ReadAssembly();
    }

    private AssemblyUses ReadAssembly()
    {
        TypeUses assemblyLevel = _uses;
        Attributes(_metadata.GetAssemblyDefinition().GetCustomAttributes());
        Attributes(_metadata.GetModuleDefinition().GetCustomAttributes());

        var byType = new Dictionary<TypeDefinitionHandle, TypeUses>();
        foreach (TypeDefinitionHandle handle in _metadata.TypeDefinitions)
        {
            TypeDefinitionHandle written = _names.Written(handle);
            if (_names.IsCompilerGenerated(written))
                continue;
            if (!byType.TryGetValue(written, out TypeUses? uses))
                byType.Add(written, uses = new TypeUses(_names.Of(written)));
            (_uses, _inType, _inMethod) = (uses, handle, default);
            ReadType(_metadata.GetTypeDefinition(handle));
        }

        IEnumerable<StringHandle> references = _metadata.AssemblyReferences.Select(handle => _metadata.GetAssemblyReference(handle).Name);
        return new AssemblyUses(_names.Assembly, [.. references.Select(_metadata.GetString)], [.. byType.Values], assemblyLevel);
    }

    private void ReadType(TypeDefinition type)
    {
        Use(type.BaseType);
        Attributes(type.GetCustomAttributes());
        GenericParameters(type.GetGenericParameters());
        foreach (InterfaceImplementation implemented in type.GetInterfaceImplementations().Select(_metadata.GetInterfaceImplementation))
        {
            Use(implemented.Interface);
            Attributes(implemented.GetCustomAttributes());
        }

        foreach (FieldDefinition field in type.GetFields().Select(_metadata.GetFieldDefinition))
        {
            field.DecodeSignature(_signatures, null);
            Attributes(field.GetCustomAttributes());
        }

        foreach (PropertyDefinition property in type.GetProperties().Select(_metadata.GetPropertyDefinition))
        {
            property.DecodeSignature(_signatures, null);
            Attributes(property.GetCustomAttributes());
        }

        foreach (EventDefinition raised in type.GetEvents().Select(_metadata.GetEventDefinition))
        {
            Use(raised.Type);
            Attributes(raised.GetCustomAttributes());
        }

        foreach (MethodImplementation implementation in type.GetMethodImplementations().Select(_metadata.GetMethodImplementation))
            Use(implementation.MethodDeclaration);

        foreach (MethodDefinitionHandle handle in type.GetMethods())
        {
            _inMethod = handle;
            ReadMethod(_metadata.GetMethodDefinition(handle));
        }
    }

    private void ReadMethod(MethodDefinition method)
    {
        method.DecodeSignature(_signatures, null);
        Attributes(method.GetCustomAttributes());
        GenericParameters(method.GetGenericParameters());
        foreach (ParameterHandle parameter in method.GetParameters())
            Attributes(_metadata.GetParameter(parameter).GetCustomAttributes());

        if (method.RelativeVirtualAddress == 0)
            return;
        MethodBodyBlock body = _file.GetMethodBody(method.RelativeVirtualAddress);
        Use(body.LocalSignature);
        foreach (ExceptionRegion region in body.ExceptionRegions)
            Use(region.CatchType);
        foreach (EntityHandle token in IlTokens.Read(body.GetILReader()))
            Use(token);
    }

    private void GenericParameters(GenericParameterHandleCollection parameters)
    {
        foreach (GenericParameter parameter in parameters.Select(_metadata.GetGenericParameter))
        {
            Attributes(parameter.GetCustomAttributes());
            foreach (GenericParameterConstraintHandle constraint in parameter.GetConstraints())
                Use(_metadata.GetGenericParameterConstraint(constraint).Type);
        }
    }

    private void Attributes(CustomAttributeHandleCollection attributes)
    {
        foreach (CustomAttribute attribute in attributes.Select(_metadata.GetCustomAttribute))
        {
            Use(attribute.Constructor);
            _inKinds = attribute.Constructor.Kind == HandleKind.MemberReference
                && _metadata.GetMemberReference((MemberReferenceHandle)attribute.Constructor).Parent is { Kind: HandleKind.TypeReference } parent
                && _names.Of((TypeReferenceHandle)parent).FullName == typeof(JsonDerivedTypeAttribute).FullName;
            attribute.DecodeValue(_signatures); // typeof(...) arguments
            _inKinds = false;
        }
    }

    /// <summary>
    /// Puts down what a token names. Of a member that is the member and its declaring type, not the types of its
    /// signature: whoever calls <c>a.B().C()</c> uses B's declarer and C's declarer, and named no more than that.
    /// </summary>
    private void Use(EntityHandle token)
    {
        if (token.IsNil)
            return;
        switch (token.Kind)
        {
            case HandleKind.TypeDefinition:
                Add(_names.Of((TypeDefinitionHandle)token));
                break;
            case HandleKind.TypeReference:
                Add(_names.Of((TypeReferenceHandle)token));
                break;
            case HandleKind.TypeSpecification:
                _metadata.GetTypeSpecification((TypeSpecificationHandle)token).DecodeSignature(_signatures, null);
                break;
            case HandleKind.FieldDefinition:
                FieldDefinition field = _metadata.GetFieldDefinition((FieldDefinitionHandle)token);
                Add(_names.Of(field.GetDeclaringType()), field.Name);
                break;
            case HandleKind.MethodDefinition:
                MethodDefinition method = _metadata.GetMethodDefinition((MethodDefinitionHandle)token);
                Add(_names.Of(method.GetDeclaringType()), method.Name);
                break;
            case HandleKind.MemberReference:
                UseMember((MemberReferenceHandle)token);
                break;
            case HandleKind.MethodSpecification:
                MethodSpecification instance = _metadata.GetMethodSpecification((MethodSpecificationHandle)token);
                Use(instance.Method);
                instance.DecodeSignature(_signatures, null);
                break;
            case HandleKind.StandaloneSignature:
                StandaloneSignature signature = _metadata.GetStandaloneSignature((StandaloneSignatureHandle)token);
                if (signature.GetKind() == StandaloneSignatureKind.LocalVariables)
                    signature.DecodeLocalSignature(_signatures, null);
                else
                    signature.DecodeMethodSignature(_signatures, null);
                break;
            default:
                throw new NotSupportedException($"A {token.Kind} token is not known to stand in metadata or in a method body.");
        }
    }

    private void UseMember(MemberReferenceHandle handle)
    {
        MemberReference member = _metadata.GetMemberReference(handle);
        Use(member.Parent);
        TypeName declaring = member.Parent.Kind switch
        {
            HandleKind.TypeReference => _names.Of((TypeReferenceHandle)member.Parent),
            HandleKind.TypeDefinition => _names.Of((TypeDefinitionHandle)member.Parent),
            HandleKind.TypeSpecification =>
                _metadata.GetTypeSpecification((TypeSpecificationHandle)member.Parent).DecodeSignature(_signatures, null),
            _ => default,
        };
        Add(declaring, member.Name, handle);
    }

    private void Add(TypeName type)
    {
        if (type != default && type != _uses.Type)
            (_inKinds ? _uses.Kinds : _uses.Types).Add(type);
    }

    private void Add(TypeName type, StringHandle member, MemberReferenceHandle handle = default)
    {
        Add(type);
        if (type != default && type != _uses.Type)
            _uses.Members.Add(new MemberUse(type, _metadata.GetString(member), handle, _inType, _inMethod));
    }
}
