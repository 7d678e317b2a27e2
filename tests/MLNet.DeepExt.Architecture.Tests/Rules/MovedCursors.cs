using MLNet.DeepExt.Architecture.Tests.Metadata;

namespace MLNet.DeepExt.Architecture.Tests.Rules;

/// <summary>Cursors of data views are opened and moved in one place, which shows the exceptions of their rows and checks for cancellation.</summary>
internal static class MovedCursors
{
    /// <summary>Lists the types other than <paramref name="place"/> that open or move a cursor themselves.</summary>
    /// <param name="assembly">What the types use.</param>
    /// <param name="view">The full name of the type of data views.</param>
    /// <param name="cursor">The full name of the type of cursors.</param>
    /// <param name="place">The full name of the type that moves them.</param>
    public static IEnumerable<string> Violations(AssemblyUses assembly, string view, string cursor, string place) =>
        from uses in assembly.Types
        where uses.Type.ToString() != place && uses.Members.Any(member =>
            (member.Name is "GetRowCursor" or "GetRowCursorSet" && member.Type.ToString() == view)
            || (member.Name == "MoveNext" && member.Type.ToString() == cursor))
        orderby uses.Type
        select $"{uses.Type} opens or moves a {cursor} itself; have {place} do it";
}
