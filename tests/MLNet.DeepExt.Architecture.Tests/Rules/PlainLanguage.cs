using System.Text.RegularExpressions;

namespace MLNet.DeepExt.Architecture.Tests.Rules;

/// <summary>Documentation, comments and messages are in plain technical English: the words and phrases not to use stand here, once.</summary>
internal static partial class PlainLanguage
{
    private static readonly (Regex Phrase, string Instead)[] Table =
    [
        Not("nobody", "no caller, no thread, none"),
        Not("who(so)?ever", "the caller, the process that"),
        Not("who (is|are) told", "a callback"),
        Not("(is|are|was|were|be|been|being) told", "predicted, known, notified, distinguished"),
        Not("told apart", "distinguished"),
        Not("what (is|was) (told|said|missed)", "the predicted class, the false negatives"),
        Not("(is|are|was|were|be|been|being) said", "stated, predicted"),
        Not("(predicted|read|classified) (right|wrong)", "correctly, incorrectly"),
        Not("(digits|rows|classes|labels|predictions?) (right|wrong)", "correctly, incorrectly"),
        Not("wants? to know", "requests, needs"),
        Not("anew", "again, in every epoch"),
        Not("ere", "before"),
        Not("without a word", "without an error, without reporting"),
        Not("whose (process|processes) ends?", "that exit"),
        Not("(comes?|coming|came) to", "is, equals, reaches"),
        Not("(?<!house )(?<!median )prices?", "penalty, cost", RegexOptions.None), // Price may be a column
        Not("focus", "gamma", RegexOptions.None),
        Not("memos?", "saved for backward"),
        Not("parameter slots?", "parameter"),
        Not("a beginning", "a starting network, a start"),
        Not("wish(es)?", "option, request"),
        Not("heedless(ly)?", "that ignores"),
        Not("hopeless(ly)?", "failing"),
        Not("of (its|your|their|one's|our|his|a user's) own", "custom, separate"),
        Not("<summary>[/\\s]*(the same|as above)", "the sentence again, or inheritdoc"),
    ];

    /// <summary>Names each phrase of the table in a page.</summary>
    /// <param name="path">The file, for the message.</param>
    /// <param name="text">What is in it.</param>
    public static IEnumerable<string> Violations(string path, string text) =>
        from row in Table
        from match in row.Phrase.Matches(text)
        let line = text.AsSpan(0, match.Index).Count('\n') + 1
        orderby match.Index
        select $"{path}({line}): '{Blanks().Replace(match.Value, " ")}'; say: {row.Instead}";

    /// <summary>What people read of C# code, its comments and strings, on the lines where they stand.</summary>
    public static string Words(string code)
    {
        char[] words = [.. code.Select(character => char.IsWhiteSpace(character) ? character : '\0')];
        foreach (Match match in Texts().Matches(code))
        {
            code.CopyTo(match.Index, words, match.Index, match.Length);
            // A phrase goes on behind the slashes of the next line.
            for (int at = match.Index; at < match.Index + match.Length && code[match.Index] == '/' && words[at] == '/'; at++)
                words[at] = ' ';
        }

        return new string(words);
    }

    private static (Regex Phrase, string Instead) Not(string words, string instead, RegexOptions options = RegexOptions.IgnoreCase)
    {
        string start = char.IsLetter(words[0]) || words[0] == '(' ? @"\b" : "";
        return (new Regex(start + words.Replace(" ", @"\s+", StringComparison.Ordinal) + @"\b", options), instead);
    }

    [GeneratedRegex(
        """//[^\n]*|/\*.*?\*/|(?<quotes>"{3,}).*?\k<quotes>|@\$?"(?:[^"]|"")*"|\$?@?"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])+'""",
        RegexOptions.Singleline)]
    private static partial Regex Texts();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
