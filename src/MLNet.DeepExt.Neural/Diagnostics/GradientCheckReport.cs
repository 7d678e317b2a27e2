using System.Globalization;
using System.Text;

namespace MLNet.DeepExt.Neural.Diagnostics;

/// <summary>What a gradient check found, parameter by parameter.</summary>
public sealed class GradientCheckReport
{
    internal GradientCheckReport(IReadOnlyList<GradientCheckPart> parts)
    {
        Parts = parts;
        Ratio = GradientCheckPart.RatioOf(parts);
    }

    /// <summary>Each parameter and the input by itself: where to look when the whole is wrong.</summary>
    public IReadOnlyList<GradientCheckPart> Parts { get; }

    /// <summary>‖approximation - gradient‖₂ / (‖approximation‖₂ + ‖gradient‖₂) over all parts as one vector.</summary>
    public double Ratio { get; }

    /// <summary>In words: great up to 1e-7; look again up to 1e-3; from there worry.</summary>
    public string Verdict => Ratio switch
    {
        <= 1e-7 => "great",
        < 1e-3 => "look again",
        _ => "worry",
    };

    /// <summary>A table: each part with its ratio, then the whole with its verdict.</summary>
    public override string ToString()
    {
        var table = new StringBuilder();
        foreach (GradientCheckPart part in Parts)
            table.Append(CultureInfo.InvariantCulture, $"{part.Name,-32} {part.Ratio:0.0e+00}\n");
        return table.Append(CultureInfo.InvariantCulture, $"{"all",-32} {Ratio:0.0e+00} {Verdict}").ToString();
    }
}
