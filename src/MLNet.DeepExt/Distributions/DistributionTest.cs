namespace MLNet.DeepExt.Distributions;

/// <summary>The tests of two samples.</summary>
public enum DistributionTest
{
    /// <summary>Of numbers: the greatest distance between the shares of numbers up to x (Kolmogorov and Smirnov).</summary>
    KolmogorovSmirnov,

    /// <summary>
    /// Of categories, and of numbers of which there are two: Σ (observed - expected)²/expected (Pearson). Where of two categories fewer
    /// than five are expected in one of the samples, the p-value is the exact one of Fisher.
    /// </summary>
    ChiSquare,
}
