using System.Text.RegularExpressions;

namespace MLNet.DeepExt.Architecture.Tests.Rules;

/// <summary>Using directives stand in order: those of System first, each part alphabetically, then static ones, then aliases.</summary>
/// <remarks>The compiler does not look at it, and a formatter that does takes minutes.</remarks>
internal static partial class UsingOrder
{
    private static readonly Comparer<(int Rank, string Name)> Comparer = Comparer<(int Rank, string Name)>.Create((one, other) =>
        one.Rank != other.Rank ? one.Rank.CompareTo(other.Rank) : StringComparer.OrdinalIgnoreCase.Compare(one.Name, other.Name));

    /// <summary>Names each directive of a file that stands behind one which it belongs before.</summary>
    /// <param name="path">The file, for the message.</param>
    /// <param name="text">What is in it.</param>
    public static IEnumerable<string> Violations(string path, string text)
    {
        Match[] directives = [.. text.Split('\n').TakeWhile(IsHead).Select(line => Directive().Match(line)).Where(match => match.Success)];
        foreach ((Match before, Match after) in directives.Zip(directives.Skip(1)))
        {
            if (Comparer.Compare(KeyOf(before), KeyOf(after)) > 0)
                yield return $"{path} has '{after.Value.Trim()}' after '{before.Value.Trim()}'; put it before";
        }
    }

    // Lines before the first declaration; a using declaration, of a program without a class, is no directive.
    private static bool IsHead(string line) => Directive().IsMatch(line) || line.TrimStart() is "" or ['/', '/', ..] or ['#', ..] or ['\r', ..];

    private static (int Rank, string Name) KeyOf(Match directive)
    {
        string name = directive.Groups["name"].Value;
        bool isOfSystem = name == "System" || name.StartsWith("System.", StringComparison.Ordinal);
        return ((directive.Groups["alias"].Success ? 4 : directive.Groups["static"].Success ? 2 : 0) + (isOfSystem ? 0 : 1), name);
    }

    [GeneratedRegex(@"^\uFEFF?(?:global )?using (?<static>static )?(?<name>[\w.]+)(?<alias> = [^;]+)?;\s*$")]
    private static partial Regex Directive();
}
