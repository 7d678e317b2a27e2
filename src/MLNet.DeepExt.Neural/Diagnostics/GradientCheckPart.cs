namespace MLNet.DeepExt.Neural.Diagnostics;

/// <summary>The result of a gradient check for one parameter.</summary>
/// <param name="Name">The name of the parameter, or <c>input</c>.</param>
/// <param name="DifferenceNorm">‖approximation - gradient‖₂.</param>
/// <param name="ApproximationNorm">‖approximation‖₂.</param>
/// <param name="GradientNorm">‖gradient‖₂.</param>
public sealed record GradientCheckPart(string Name, double DifferenceNorm, double ApproximationNorm, double GradientNorm)
{
    private const double Great = 1e-7;
    private const double Worry = 1e-3;

    /// <summary>The number of compared coordinates, over which the norms are computed.</summary>
    public int Compared { get; init; }

    /// <summary>
    /// The number of skipped coordinates, because the cost has a kink within ±ε: the input of a ReLU changes its sign for some row, or a
    /// weight with an L1 penalty is close to 0.
    /// </summary>
    public int Excluded { get; init; }

    /// <summary>The size of ‖approximation - gradient‖₂ that rounding of the cost can cause.</summary>
    public double RoundingNorm { get; init; }

    /// <summary>
    /// ‖approximation - gradient‖₂ / (‖approximation‖₂ + ‖gradient‖₂); 0 if both are 0. The denominator is at least 10⁷ times
    /// <see cref="RoundingNorm"/>, so a difference explained by rounding is at most 1e-7.
    /// </summary>
    public double Ratio =>
        DifferenceNorm == 0 ? 0 : DifferenceNorm / Math.Max(ApproximationNorm + GradientNorm, RoundingNorm / Great);

    /// <summary>
    /// True if the slopes are so small, compared with rounding, that even a gradient of twice their size would not indicate an error; also if
    /// nothing was compared.
    /// </summary>
    public bool IsFlat => !(ApproximationNorm > RoundingNorm / Great * Worry);

    /// <summary>The verdict as text: great up to a ratio of 1e-7, unless it is flat; "look again" up to 1e-3; above that, an error is
    /// likely.</summary>
    public string Verdict => Ratio switch
    {
        <= Great when !IsFlat => "great",
        < Worry => "look again",
        _ => "worry",
    };

    /// <summary>Combines parts into one vector.</summary>
    internal static GradientCheckPart Join(string name, IReadOnlyList<GradientCheckPart> parts)
    {
        return new GradientCheckPart(
            name, Norm(part => part.DifferenceNorm), Norm(part => part.ApproximationNorm), Norm(part => part.GradientNorm))
        {
            Compared = parts.Sum(part => part.Compared),
            Excluded = parts.Sum(part => part.Excluded),
            RoundingNorm = Norm(part => part.RoundingNorm),
        };

        double Norm(Func<GradientCheckPart, double> norm) => Math.Sqrt(parts.Sum(part => norm(part) * norm(part)));
    }
}
