namespace MLNet.DeepExt.Neural.Diagnostics;

/// <summary>What a gradient check found for one parameter.</summary>
/// <param name="Name">The name of its slot, or <c>input</c>.</param>
/// <param name="DifferenceNorm">‖approximation - gradient‖₂.</param>
/// <param name="ApproximationNorm">‖approximation‖₂.</param>
/// <param name="GradientNorm">‖gradient‖₂.</param>
public sealed record GradientCheckPart(string Name, double DifferenceNorm, double ApproximationNorm, double GradientNorm)
{
    private const double Great = 1e-7;
    private const double Worry = 1e-3;

    /// <summary>Coordinates that were compared. The norms are over these.</summary>
    public int Compared { get; init; }

    /// <summary>
    /// Coordinates that were left out, because the cost has a kink within ±ε: a rectifier's input changes its sign for some row, or an
    /// L1 price is on a weight that near to 0.
    /// </summary>
    public int Excluded { get; init; }

    /// <summary>How large ‖approximation - gradient‖₂ may be through rounding of the cost alone.</summary>
    public double RoundingNorm { get; init; }

    /// <summary>
    /// ‖approximation - gradient‖₂ / (‖approximation‖₂ + ‖gradient‖₂); 0 if both are 0. The denominator is at least 10⁷ times
    /// <see cref="RoundingNorm"/>, so that a difference which rounding explains is no more than 1e-7.
    /// </summary>
    public double Ratio =>
        DifferenceNorm == 0 ? 0 : DifferenceNorm / Math.Max(ApproximationNorm + GradientNorm, RoundingNorm / Great);

    /// <summary>
    /// Whether the slopes are so small, beside rounding, that a gradient of twice their size would be no reason to worry; also if
    /// nothing was compared.
    /// </summary>
    public bool IsFlat => !(ApproximationNorm > RoundingNorm / Great * Worry);

    /// <summary>In words: great up to a ratio of 1e-7, unless it is flat; look again up to 1e-3; from there worry.</summary>
    public string Verdict => Ratio switch
    {
        <= Great when !IsFlat => "great",
        < Worry => "look again",
        _ => "worry",
    };

    /// <summary>Parts as one vector.</summary>
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
