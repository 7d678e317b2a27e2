using System.Text.RegularExpressions;

namespace MLNet.DeepExt.Architecture.Tests.Rules;

/// <summary>The page that says which rows of the specification are done, against the tests that carry the rows' numbers.</summary>
/// <remarks>
/// A row of the page is <c>| A1 | what | done | where | `SomeTests` |</c>; a test carries <c>[Trait("Spec", "A1")]</c>, by itself or
/// through its class. The sources are read, not the assemblies, so that this needs no other project built. A trait in a comment does
/// not count.
/// </remarks>
internal static partial class SpecStatus
{
    /// <summary>Lists what the page claims and the tests do not bear out, and what tests claim that the page does not know.</summary>
    /// <param name="page">The page.</param>
    /// <param name="tests">The sources of the tests, each with its path.</param>
    public static IEnumerable<string> Violations(string page, IReadOnlyCollection<(string Path, string Text)> tests)
    {
        Row[] rows = [.. RowPattern().Matches(page).Select(match => new Row(
            match.Groups["id"].Value, match.Groups["state"].Value.Trim(),
            [.. ClassPattern().Matches(match.Groups["tests"].Value).Select(name => name.Groups["name"].Value)]))];
        if (rows.Length == 0)
            yield return "docs/SPEC-STATUS.md has no rows";
        foreach (IGrouping<string, Row> same in rows.GroupBy(row => row.Id).Where(same => same.Count() > 1))
            yield return $"docs/SPEC-STATUS.md has {same.Count()} rows {same.Key}";

        TestFile[] files = [.. tests.Select(test => Read(test.Path, test.Text))];
        HashSet<string> known = [.. rows.Select(row => row.Id)];
        foreach (TestFile file in files)
        {
            foreach (string id in file.Ids.Where(id => !known.Contains(id)).Distinct())
                yield return $"{file.Path} carries the row {id}, which docs/SPEC-STATUS.md does not have";
            if (file.Ids.Length > 0 && !file.HasTests)
                yield return $"{file.Path} carries the row {file.Ids[0]} but has no test";
        }

        foreach (Row row in rows)
        {
            if (row.State is not ("done" or "not yet"))
                yield return $"docs/SPEC-STATUS.md: the state of {row.Id} is '{row.State}'; it is either 'done' or 'not yet'";
            if (row.State == "done" && !files.Any(file => file.HasTests && file.Ids.Contains(row.Id)))
                yield return $"docs/SPEC-STATUS.md: {row.Id} is done, but no test carries [Trait(\"Spec\", \"{row.Id}\")]";
            foreach (string name in row.Tests.Where(name => !files.Any(file => file.Ids.Contains(row.Id) && file.Classes.Contains(name))))
            {
                yield return $"docs/SPEC-STATUS.md: {row.Id} names {name}, which is no class of tests that carries "
                    + $"[Trait(\"Spec\", \"{row.Id}\")]";
            }
        }
    }

    private static TestFile Read(string path, string text)
    {
        string code = string.Join('\n', text.Split('\n').Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal)));
        return new TestFile(
            path,
            [.. TraitPattern().Matches(code).Select(match => match.Groups["id"].Value)],
            [.. DeclarationPattern().Matches(code).Select(match => match.Groups["name"].Value)],
            TestPattern().IsMatch(code));
    }

    [GeneratedRegex(@"^\| (?<id>[A-H][0-9]+[a-z]?) \|[^|\n]*\|(?<state>[^|\n]*)\|[^|\n]*\|(?<tests>[^|\n]*)\|$", RegexOptions.Multiline)]
    private static partial Regex RowPattern();

    [GeneratedRegex("`(?<name>[A-Za-z0-9_]+)`")]
    private static partial Regex ClassPattern();

    [GeneratedRegex("""Trait\("Spec", "(?<id>[^"]*)"\)""")]
    private static partial Regex TraitPattern();

    [GeneratedRegex(@"\bclass (?<name>[A-Za-z0-9_]+)")]
    private static partial Regex DeclarationPattern();

    [GeneratedRegex(@"\[(Fact|Theory)\b")]
    private static partial Regex TestPattern();

    private sealed record Row(string Id, string State, string[] Tests);

    private sealed record TestFile(string Path, string[] Ids, string[] Classes, bool HasTests);
}
