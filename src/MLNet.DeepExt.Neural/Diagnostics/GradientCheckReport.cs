using System.Globalization;
using System.Text;

namespace MLNet.DeepExt.Neural.Diagnostics;

/// <summary>What a gradient check found, parameter by parameter.</summary>
public sealed class GradientCheckReport
{
    internal GradientCheckReport(IReadOnlyList<GradientCheckPart> parts)
    {
        Parts = parts;
        Whole = GradientCheckPart.Join("all", parts);
    }

    /// <summary>Each parameter and the input by itself: where to look when the whole is wrong.</summary>
    public IReadOnlyList<GradientCheckPart> Parts { get; }

    /// <summary>All parts as one vector.</summary>
    public GradientCheckPart Whole { get; }

    /// <summary>
    /// The parts to worry about. A wrong gradient of a layer's input spoils all before it, so look at the last of them first.
    /// </summary>
    public IReadOnlyList<GradientCheckPart> Suspects => [.. Parts.Where(part => part.Verdict == "worry")];

    /// <summary>‖approximation - gradient‖₂ / (‖approximation‖₂ + ‖gradient‖₂) over all parts as one vector.</summary>
    public double Ratio => Whole.Ratio;

    /// <summary>In words: great up to 1e-7, unless the slopes are too flat to tell; look again up to 1e-3; from there worry.</summary>
    public string Verdict => Whole.Verdict;

    /// <summary>A table: each part with its ratio, its verdict and how many coordinates were left out; then the whole.</summary>
    public override string ToString() => string.Join('\n', Parts.Append(Whole).Select(Line));

    private static string Line(GradientCheckPart part)
    {
        var line = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{part.Name,-32} {part.Ratio:0.0e+00} {part.Verdict}");
        if (part.Excluded > 0)
            line.Append(CultureInfo.InvariantCulture, $", {part.Excluded} of {part.Compared + part.Excluded} excluded at a kink");
        if (part.IsFlat)
            line.Append(", too flat to tell");
        return line.ToString();
    }
}
