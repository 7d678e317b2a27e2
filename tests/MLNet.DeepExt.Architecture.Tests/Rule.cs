namespace MLNet.DeepExt.Architecture.Tests;

/// <summary>A rule is a function that returns its violations, one line each; the tests say which are expected.</summary>
internal static class Rule
{
    /// <summary>Fails with every violation in full: a list cut short sends its reader round once for every line cut.</summary>
    public static void Holds(IEnumerable<string> violations)
    {
        string[] lines = [.. violations];
        Assert.True(lines.Length == 0, string.Join(Environment.NewLine, lines));
    }

    /// <summary>Shows that the rule sees a violation, by the whole text.</summary>
    public static void Reports(IEnumerable<string> violations, params string[] expected) => Assert.Equal(expected, violations);
}
