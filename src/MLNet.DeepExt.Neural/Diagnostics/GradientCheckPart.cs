namespace MLNet.DeepExt.Neural.Diagnostics;

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
