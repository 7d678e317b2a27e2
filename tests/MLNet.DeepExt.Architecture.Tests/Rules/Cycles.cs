using MLNet.DeepExt.Architecture.Tests.Metadata;

namespace MLNet.DeepExt.Architecture.Tests.Rules;

/// <summary>No place, be it a namespace or a folder, uses another that uses it back, directly or through others.</summary>
internal static class Cycles
{
    /// <summary>Lists every use of a type that lies on a cycle of places.</summary>
    /// <param name="assembly">What uses what.</param>
    /// <param name="placeOf">The place of a type; null leaves the type out, as one that the compiler generated.</param>
    /// <param name="known">From which place to which other one uses are known and do not count; all others on their cycle do.</param>
    public static IEnumerable<string> Violations(
        AssemblyUses assembly, Func<TypeName, string?> placeOf, params (string From, string To)[] known) =>
        Violations(assembly.InnerUses().OrderBy(use => use.User).ThenBy(use => use.Used)
            .Select(use => new Use(use.User.ToString(), use.Used.ToString(), placeOf(use.User), placeOf(use.Used)))
            .Where(use => !Array.Exists(known, pair => pair.From == use.From && pair.To == use.To)));

    /// <summary>Lists every use that lies on a cycle of places; a use of which a place is null, or both are the same, is left out.</summary>
    public static IEnumerable<string> Violations(IEnumerable<Use> uses)
    {
        Use[] crossings = [.. uses.Where(use => use.From is not null && use.To is not null && use.From != use.To)];
        ILookup<string, string> steps = crossings.Select(use => (From: use.From!, To: use.To!)).Distinct().ToLookup(use => use.From, use => use.To);
        return
            from use in crossings
            where Reaches(use.To!, use.From!, steps)
            select $"{use.User} → {use.Used} closes a cycle between {use.From} and {use.To}";
    }

    private static bool Reaches(string start, string goal, ILookup<string, string> steps)
    {
        var seen = new HashSet<string> { start };
        var pending = new Queue<string>(seen);
        while (pending.TryDequeue(out string? current))
        {
            if (current == goal)
                return true;
            foreach (string next in steps[current].Where(seen.Add))
                pending.Enqueue(next);
        }

        return false;
    }

    /// <summary>One use, and between which places it is.</summary>
    internal sealed record Use(string User, string Used, string? From, string? To);
}
