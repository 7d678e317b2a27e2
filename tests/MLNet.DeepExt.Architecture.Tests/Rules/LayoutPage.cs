using System.Text.RegularExpressions;

namespace MLNet.DeepExt.Architecture.Tests.Rules;

/// <summary>The page that lists the folders says what is there, and all of it.</summary>
/// <remarks>
/// A folder is named either in a tree, a fenced block with one level of indentation per folder, whose lines begin with
/// one or several names that end in a slash; or anywhere as a whole path between backticks: <c>`src/Project/Folder/`</c>.
/// </remarks>
internal static partial class LayoutPage
{
    /// <summary>Lists the folders of <paramref name="sources"/> that the page does not name and those it names that do not exist.</summary>
    /// <param name="text">The page.</param>
    /// <param name="sources">The folders that must be named: <c>src/Project/Folder</c>.</param>
    /// <param name="exists">Whether there is a folder at a path relative to the root.</param>
    public static IEnumerable<string> Violations(string text, IEnumerable<string> sources, Predicate<string> exists)
    {
        string[] named = [.. Folders(text).Distinct()];
        return sources.Except(named).Select(folder => $"{folder}/ is not named in docs/LAYOUT.md")
            .Concat(named.Where(folder => !exists(folder)).Select(folder => $"docs/LAYOUT.md names {folder}/, which does not exist"));
    }

    /// <summary>The folders that the page names, without the slash at their end.</summary>
    public static IEnumerable<string> Folders(string text)
    {
        bool fenced = false;
        var parents = new Stack<(int Indentation, string Path)>();
        foreach (string line in text.Split('\n'))
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
            {
                fenced = !fenced;
                parents.Clear();
            }
            else if (fenced && TreeLine().Match(line) is { Success: true } tree)
            {
                int indentation = tree.Groups["indentation"].Length;
                while (parents.TryPeek(out (int Indentation, string Path) above) && above.Indentation >= indentation)
                    parents.Pop();
                string parent = parents.TryPeek(out (int Indentation, string Path) nearest) ? nearest.Path + "/" : "";
                foreach (Capture name in tree.Groups["name"].Captures)
                    yield return parent + name.Value;
                parents.Push((indentation, parent + tree.Groups["name"].Captures[^1].Value));
            }
            else if (!fenced)
            {
                foreach (Match match in InlinePath().Matches(line))
                    yield return match.Groups["path"].Value;
            }
        }
    }

    [GeneratedRegex(@"^(?<indentation>[\s│├└─]*)(?:(?<name>[\w.\-]+(?:/[\w.\-]+)*)/(?:\s+|$))+")]
    private static partial Regex TreeLine();

    [GeneratedRegex(@"`(?<path>(?:src|tests|examples|docs|nuget)(?:/[\w.\-]+)*)/`")]
    private static partial Regex InlinePath();
}
