namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>How bad it is to say class i of a row of class j.</summary>
public enum KappaWeighting
{
    /// <summary>Every error is as bad as any other: 1 where i ≠ j.</summary>
    None,

    /// <summary>|i - j|, for classes that are in an order.</summary>
    Linear,

    /// <summary>(i - j)², for classes that are in an order.</summary>
    Quadratic,
}
