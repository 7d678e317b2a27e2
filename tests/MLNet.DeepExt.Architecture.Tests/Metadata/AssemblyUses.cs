namespace MLNet.DeepExt.Architecture.Tests.Metadata;

/// <summary>What the types of one assembly use.</summary>
/// <param name="Name">Simple name of the assembly.</param>
/// <param name="References">Simple names of the assemblies that it references.</param>
/// <param name="Types">One entry per type that somebody wrote, in the order of the metadata.</param>
/// <param name="AssemblyLevel">What the attributes of the assembly itself use.</param>
internal sealed record AssemblyUses(
    string Name, IReadOnlyList<string> References, IReadOnlyList<TypeUses> Types, TypeUses AssemblyLevel)
{
    /// <summary>Every pair of different types of this assembly of which the first uses the second.</summary>
    public IEnumerable<(TypeName User, TypeName Used)> InnerUses() =>
        from uses in Types
        from used in uses.Types
        where used.Assembly == Name
        select (uses.Type, used);
}
