using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Metadata;
using ParsedName = System.Reflection.Metadata.TypeName;

namespace MLNet.DeepExt.Architecture.Tests.Metadata;

/// <summary>Decodes signatures and attribute values for the types that they name; each is handed to <paramref name="found"/>.</summary>
/// <remarks>What is returned is the name of the (generic, element) type itself, and the default for what has no name.</remarks>
internal sealed class SignatureNames(MetadataReader metadata, NameTable names, Action<TypeName> found)
    : ISignatureTypeProvider<TypeName, object?>, ICustomAttributeTypeProvider<TypeName>
{
    public TypeName GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) =>
        Found(names.Of(handle));

    public TypeName GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) =>
        Found(names.Of(handle));

    public TypeName GetTypeFromSpecification(
        MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) =>
        metadata.GetTypeSpecification(handle).DecodeSignature(this, genericContext);

    // The interface does not say so, but an attribute's argument of type Type may be null.
    public TypeName GetTypeFromSerializedName(string? name) => name is null ? default : FromParsed(ParsedName.Parse(name));

    public TypeName GetModifiedType(TypeName modifier, TypeName unmodifiedType, bool isRequired) => unmodifiedType;

    public TypeName GetGenericInstantiation(TypeName genericType, ImmutableArray<TypeName> typeArguments) => genericType;

    public TypeName GetArrayType(TypeName elementType, ArrayShape shape) => elementType;

    public TypeName GetSZArrayType(TypeName elementType) => elementType;

    public TypeName GetByReferenceType(TypeName elementType) => elementType;

    public TypeName GetPinnedType(TypeName elementType) => elementType;

    public TypeName GetPointerType(TypeName elementType) => elementType;

    public TypeName GetFunctionPointerType(MethodSignature<TypeName> signature) => default;

    public TypeName GetGenericMethodParameter(object? genericContext, int index) => default;

    public TypeName GetGenericTypeParameter(object? genericContext, int index) => default;

    public TypeName GetPrimitiveType(PrimitiveTypeCode typeCode) => default;

    public TypeName GetSystemType() => new("System.Runtime", "System", "Type");

    public bool IsSystemType(TypeName type) => type.FullName == "System.Type";

    public PrimitiveTypeCode GetUnderlyingEnumType(TypeName type)
    {
        // The blob holds a bare number, as wide as the enumeration, which may be declared anywhere.
        Type declared = Assembly.Load(type.Assembly).GetType(type.FullName, throwOnError: true)!;
        return Enum.Parse<PrimitiveTypeCode>(Enum.GetUnderlyingType(declared).Name);
    }

    private TypeName FromParsed(ParsedName name)
    {
        if (name.IsArray || name.IsPointer || name.IsByRef)
            return FromParsed(name.GetElementType());
        if (name.IsConstructedGenericType)
        {
            foreach (ParsedName argument in name.GetGenericArguments())
                FromParsed(argument);
            return FromParsed(name.GetGenericTypeDefinition());
        }

        if (name.IsNested)
        {
            TypeName outer = FromParsed(name.DeclaringType);
            return Found(outer with { Name = $"{outer.Name}+{name.Name}" });
        }

        // No assembly means this one, or the core library for types that live there.
        string assembly = name.AssemblyName?.Name ?? names.Assembly;
        return Found(new TypeName(assembly, name.Namespace, name.Name));
    }

    private TypeName Found(TypeName name)
    {
        found(name);
        return name;
    }
}
