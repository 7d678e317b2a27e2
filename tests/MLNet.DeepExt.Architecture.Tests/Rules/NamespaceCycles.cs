using MLNet.DeepExt.Architecture.Tests.Metadata;

namespace MLNet.DeepExt.Architecture.Tests.Rules;

/// <summary>No namespace of an assembly uses another that uses it back, at any remove.</summary>
internal static class NamespaceCycles
{
    /// <summary>Lists every use of a type that lies on a cycle of namespaces.</summary>
    public static IEnumerable<string> Violations(AssemblyUses assembly)
    {
        (TypeName User, TypeName Used)[] crossings =
            [.. assembly.InnerUses().Where(use => use.User.Namespace != use.Used.Namespace)];
        ILookup<string, string> uses = crossings.Select(use => (use.User.Namespace, Used: use.Used.Namespace)).Distinct()
            .ToLookup(use => use.Namespace, use => use.Used);
        return
            from use in crossings
            where Reaches(use.Used.Namespace, use.User.Namespace, uses)
            orderby use.User, use.Used
            select $"{use.User} → {use.Used} closes a cycle between {use.User.Namespace} and {use.Used.Namespace}";
    }

    private static bool Reaches(string start, string goal, ILookup<string, string> uses)
    {
        var seen = new HashSet<string> { start };
        var pending = new Queue<string>(seen);
        while (pending.TryDequeue(out string? current))
        {
            if (current == goal)
                return true;
            foreach (string next in uses[current].Where(seen.Add))
                pending.Enqueue(next);
        }

        return false;
    }
}
