namespace MLNet.DeepExt.Architecture.Tests.Metadata;

/// <summary>What one type uses: in its declaration, its members' signatures, its attributes and its method bodies.</summary>
/// <remarks>
/// Closures, iterators and asynchronous methods count for the type in whose source they stand.
/// What the compiler leaves no trace of is not seen: constants (inlined), <c>nameof</c>, documentation references.
/// </remarks>
internal sealed class TypeUses(TypeName type)
{
    /// <summary>The type that uses.</summary>
    public TypeName Type { get; } = type;

    /// <summary>The other types that it uses, of every assembly.</summary>
    public SortedSet<TypeName> Types { get; } = [];

    /// <summary>
    /// The kinds that a base record lists for JSON (<c>[JsonDerivedType]</c>): they are read at compile time and have no other way to be found,
    /// so that the base names them although it does not use them.
    /// </summary>
    public SortedSet<TypeName> Kinds { get; } = [];

    /// <summary>The members of other types that it uses.</summary>
    public HashSet<MemberUse> Members { get; } = [];
}
