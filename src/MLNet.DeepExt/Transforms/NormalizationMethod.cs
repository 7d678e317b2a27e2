namespace MLNet.DeepExt.Transforms;

/// <summary>How <see cref="NormalizeInputsEstimator"/> brings inputs to a scale that networks learn well from.</summary>
public enum NormalizationMethod
{
    /// <summary>
    /// y = (x - μ) / σ, to mean 0 and variance 1: for numbers without outliers, and for pixels. See
    /// <see cref="Normalization.MeanVarianceNormalization"/>.
    /// </summary>
    MeanVariance,

    /// <summary>
    /// The median to 0 and the quartiles one apart, and a smooth clip that keeps outliers within ±3: for tables whose columns have long
    /// tails. See <see cref="Normalization.RobustNormalization"/>.
    /// </summary>
    Robust,

    /// <summary>
    /// Each value by its rank, to a normal distribution, whatever the shape of the column: for columns that are skewed over orders of
    /// magnitude. See <see cref="Normalization.QuantileToNormalNormalization"/>.
    /// </summary>
    QuantileToNormal,
}
