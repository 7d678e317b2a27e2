using System.Globalization;
using System.Text;

namespace MLNet.DeepExt.Neural.Diagnostics;

/// <summary>The result of a gradient check, parameter by parameter.</summary>
public sealed class GradientCheckReport
{
    internal GradientCheckReport(IReadOnlyList<GradientCheckPart> parts)
    {
        Parts = parts;
        Whole = GradientCheckPart.Join("all", parts);
    }

    /// <summary>The result of each parameter and of the input, to locate an error.</summary>
    public IReadOnlyList<GradientCheckPart> Parts { get; }

    /// <summary>The result of all parts as one vector.</summary>
    public GradientCheckPart Whole { get; }

    /// <summary>
    /// The parts with a likely error. A wrong gradient of a layer's input affects all layers before it, so examine the last part first.
    /// </summary>
    public IReadOnlyList<GradientCheckPart> Suspects => [.. Parts.Where(part => part.Verdict == "worry")];

    /// <summary>‖approximation - gradient‖₂ / (‖approximation‖₂ + ‖gradient‖₂) over all parts as one vector.</summary>
    public double Ratio => Whole.Ratio;

    /// <summary>The verdict as text: great up to 1e-7, unless the slopes are too small; "look again" up to 1e-3; above that, an error is
    /// likely.</summary>
    public string Verdict => Whole.Verdict;

    /// <summary>The result as a table: each part with its ratio, its verdict and the number of skipped coordinates; then the whole.</summary>
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
