namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>The cost of predicting class i for a row of class j.</summary>
public enum KappaWeighting
{
    /// <summary>Equal costs: 1 if i ≠ j.</summary>
    None,

    /// <summary>|i - j|, for ordered classes.</summary>
    Linear,

    /// <summary>(i - j)², for ordered classes.</summary>
    Quadratic,
}
