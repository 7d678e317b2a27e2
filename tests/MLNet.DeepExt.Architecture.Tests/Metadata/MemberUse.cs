using System.Reflection.Metadata;

namespace MLNet.DeepExt.Architecture.Tests.Metadata;

/// <summary>A method or field of another type that a method body or an attribute names.</summary>
/// <param name="Type">The type that declares the member.</param>
/// <param name="Name">The member's metadata name: <c>get_Length</c>, <c>.ctor</c>.</param>
/// <param name="Handle">The token, when the member belongs to another assembly or to a generic instantiation.</param>
/// <param name="InType">The type definition in whose generic context the token stands; nil for the assembly itself.</param>
/// <param name="InMethod">The method definition in whose generic context the token stands; nil outside methods.</param>
internal readonly record struct MemberUse(
    TypeName Type, string Name, MemberReferenceHandle Handle, TypeDefinitionHandle InType, MethodDefinitionHandle InMethod)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Type}.{Name}";
}
