using MLNet.DeepExt.Architecture.Tests.Metadata;

namespace MLNet.DeepExt.Architecture.Tests.Rules;

/// <summary>Cursors of data views are moved in one place, which shows the exceptions of their rows and checks for cancellation.</summary>
internal static class MovedCursors
{
    /// <summary>Lists the types other than <paramref name="place"/> that move a cursor themselves.</summary>
    /// <param name="assembly">What the types use.</param>
    /// <param name="cursor">The full name of the type of cursors.</param>
    /// <param name="place">The full name of the type that moves them.</param>
    public static IEnumerable<string> Violations(AssemblyUses assembly, string cursor, string place) =>
        from uses in assembly.Types
        where uses.Type.ToString() != place && uses.Members.Any(member => member.Name == "MoveNext" && member.Type.ToString() == cursor)
        orderby uses.Type
        select $"{uses.Type} moves a {cursor} itself; have {place} do it";
}
