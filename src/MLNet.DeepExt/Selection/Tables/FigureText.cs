using System.Globalization;

namespace MLNet.DeepExt.Selection;

/// <summary>Figures as text, the same in every culture.</summary>
internal static class FigureText
{
    /// <summary>What stands for a figure that is NaN.</summary>
    public const string NotMeasured = "not measured";

    private const int Digits = 4;

    /// <summary>All of it.</summary>
    public static string Exact(double value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>As many digits as tell it from the bound that it is beside.</summary>
    public static string Beside(double value, double bound)
    {
        string text = Rounded(value);
        return text == Rounded(bound) ? Exact(value) : text;
    }

    /// <summary>By itself: its first four digits, and all before the point.</summary>
    public static string Rounded(double value) => Column([value])[0];

    /// <summary>
    /// The figures of a column, with as many decimals each: those that the largest needs for four digits, or fewer where none has more. One
    /// that has no digit in these has its own first four.
    /// </summary>
    public static string[] Column(IReadOnlyList<double> values)
    {
        double largest = values.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty().Max();
        int most = largest == 0 ? 0 : Math.Clamp(Digits - 1 - (int)Math.Floor(Math.Log10(largest)), 0, 15);
        string[] texts = [.. values.Select(value => Text(value, most))];
        int spare = texts.Where(text => text.Contains('.', StringComparison.Ordinal) && text.Length - text.IndexOf('.') - 1 == most)
            .Select(text => text.Length - text.TrimEnd('0').Length).DefaultIfEmpty().Min();
        int decimals = most - spare;
        return spare == 0 ? texts : [.. values.Select(value => Text(value, decimals))];
    }

    private static string Text(double value, int decimals) =>
        double.IsNaN(value) ? NotMeasured
        : value != 0 && Math.Abs(value) < Math.Pow(10, -decimals) ? value.ToString("G4", CultureInfo.InvariantCulture)
        : value.ToString(FormattableString.Invariant($"F{decimals}"), CultureInfo.InvariantCulture);
}
