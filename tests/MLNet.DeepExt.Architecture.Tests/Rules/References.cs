using MLNet.DeepExt.Architecture.Tests.Metadata;

namespace MLNet.DeepExt.Architecture.Tests.Rules;

/// <summary>The engine needs nothing but the base class library.</summary>
internal static class References
{
    /// <summary>Lists the referenced assemblies that are not <c>System.*</c>.</summary>
    public static IEnumerable<string> Violations(AssemblyUses assembly) =>
        from reference in assembly.References.Order(StringComparer.Ordinal)
        where reference != "System" && !reference.StartsWith("System.", StringComparison.Ordinal)
        select $"{assembly.Name} must not reference {reference}";
}
