namespace MLNet.DeepExt.Distributions;

/// <summary>The tests of two samples.</summary>
public enum DistributionTest
{
    /// <summary>Of numbers: the greatest distance between the shares of numbers up to x (Kolmogorov and Smirnov).</summary>
    KolmogorovSmirnov,

    /// <summary>Of categories, and of numbers of which there are two: Σ (observed - expected)²/expected (Pearson).</summary>
    ChiSquare,
}
