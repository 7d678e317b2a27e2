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

/// <summary>What a gradient check found for one parameter.</summary>
/// <param name="Name">The name of its slot, or <c>input</c>.</param>
/// <param name="DifferenceNorm">‖approximation - gradient‖₂.</param>
/// <param name="ApproximationNorm">‖approximation‖₂.</param>
/// <param name="GradientNorm">‖gradient‖₂.</param>
public sealed record GradientCheckPart(string Name, double DifferenceNorm, double ApproximationNorm, double GradientNorm)
{
    /// <summary>‖approximation - gradient‖₂ / (‖approximation‖₂ + ‖gradient‖₂); 0 if both are 0.</summary>
    public double Ratio => RatioOf([this]);

    internal static GradientCheckPart Compare(string name, double[] approximation, double[] gradient)
    {
        double difference = 0, first = 0, second = 0;
        for (int i = 0; i < gradient.Length; i++)
        {
            difference += Math.Pow(approximation[i] - gradient[i], 2);
            first += Math.Pow(approximation[i], 2);
            second += Math.Pow(gradient[i], 2);
        }

        return new GradientCheckPart(name, Math.Sqrt(difference), Math.Sqrt(first), Math.Sqrt(second));
    }

    internal static double RatioOf(IReadOnlyList<GradientCheckPart> parts)
    {
        double difference = Norm(parts.Select(part => part.DifferenceNorm));
        return difference == 0
            ? 0
            : difference / (Norm(parts.Select(part => part.ApproximationNorm)) + Norm(parts.Select(part => part.GradientNorm)));
    }

    private static double Norm(IEnumerable<double> norms) => Math.Sqrt(norms.Sum(norm => norm * norm));
}
