using System.Globalization;

namespace MLNet.DeepExt.Evaluation;

/// <summary>How figures are written in reports, in every culture alike.</summary>
internal static class Figures
{
    /// <summary>Four digits after the point; of great numbers fewer, of small ones more, so that four digits are seen.</summary>
    public static string Of(double value)
    {
        double size = Math.Abs(value);
        string format = size is >= 0.01 and < 1000 or 0 ? "0.0000" : size is >= 1000 and < 1e7 ? "0.0" : "0.000e+0";
        return value.ToString(format, CultureInfo.InvariantCulture);
    }

    /// <summary>A number from 0 to 1 in a table.</summary>
    public static string OfShare(double share) => share.ToString("0.0000", CultureInfo.InvariantCulture);

    /// <summary>A sum of weights: whole where it is whole.</summary>
    public static string OfWeight(double weight) => weight.ToString("0.##", CultureInfo.InvariantCulture);
}
