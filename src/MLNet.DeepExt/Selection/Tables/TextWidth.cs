using System.Globalization;
using System.Text;

namespace MLNet.DeepExt.Selection;

/// <summary>Widths of texts and of the terminal, in columns.</summary>
internal static class TextWidth
{
    /// <summary>The width of tables where the output is no terminal, such as a file, a pipe or a test runner: that of the usual terminal.</summary>
    public const int OfFiles = 80;

    // First and last code points of scripts and symbols that take two columns: of East Asia, and emoji.
    private static readonly (int First, int Last)[] Wide =
    [
        (0x1100, 0x115F), (0x2E80, 0x303E), (0x3041, 0x33FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xA000, 0xA4CF), (0xA960, 0xA97C),
        (0xAC00, 0xD7A3), (0xF900, 0xFAFF), (0xFE30, 0xFE6F), (0xFF00, 0xFF60), (0xFFE0, 0xFFE6), (0x1F300, 0x1F64F), (0x1F680, 0x1F6FF),
        (0x1F900, 0x1F9FF), (0x20000, 0x3FFFD),
    ];

    /// <summary>The width of the terminal, or <see cref="OfFiles"/> where the output is redirected or the width is not known.</summary>
    public static int OfOutput()
    {
        try
        {
            return !Console.IsOutputRedirected && Console.WindowWidth is > 0 and int width ? width : OfFiles;
        }
        catch (Exception exception) when (exception is IOException or PlatformNotSupportedException)
        {
            return OfFiles;
        }
    }

    /// <summary>The columns that a text takes: 2 of a wide character, none of an accent that is written over another.</summary>
    public static int Of(string text) => text.EnumerateRunes().Sum(Of);

    /// <summary>A text with spaces behind it.</summary>
    public static string PadRight(string text, int width) => text + Spaces(text, width);

    /// <summary>A text with spaces before it.</summary>
    public static string PadLeft(string text, int width) => Spaces(text, width) + text;

    /// <summary>A text in lines of at most some width, broken at spaces, and within a word that is longer.</summary>
    public static IReadOnlyList<string> Wrap(string text, int width)
    {
        List<string> lines = [];
        var line = new StringBuilder();
        foreach (string word in text.Split(' '))
        {
            if (line.Length > 0 && Of(line.ToString()) + 1 + Of(word) > width)
            {
                lines.Add(line.ToString());
                line.Clear();
            }

            if (line.Length > 0)
                line.Append(' ');
            foreach (Rune rune in word.EnumerateRunes())
            {
                if (line.Length > 0 && Of(line.ToString()) + Of(rune) > width)
                {
                    lines.Add(line.ToString());
                    line.Clear();
                }

                line.Append(rune);
            }
        }

        return [.. lines, line.ToString()];
    }

    /// <summary>The beginning of a text, with … at its end where it takes more columns than there are.</summary>
    public static string Shorten(string text, int width)
    {
        if (Of(text) <= width)
            return text;
        var start = new StringBuilder();
        int used = 1;
        foreach (Rune rune in text.EnumerateRunes().TakeWhile(rune => (used += Of(rune)) <= width))
            start.Append(rune);
        return start.Append('…').ToString();
    }

    private static string Spaces(string text, int width) => new(' ', Math.Max(0, width - Of(text)));

    private static int Of(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format => 0,
        _ => Array.Exists(Wide, range => rune.Value >= range.First && rune.Value <= range.Last) ? 2 : 1,
    };
}
