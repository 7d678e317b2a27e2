namespace MLNet.DeepExt.Benchmarks.Measuring;

/// <summary>The matrix products of a Dense with inputs X, weights W and outputs Y.</summary>
internal enum ProductForm
{
    /// <summary>X·W.</summary>
    Outputs,

    /// <summary>dY·Wᵀ.</summary>
    InputGradient,

    /// <summary>Xᵀ·dY.</summary>
    WeightGradient,
}
