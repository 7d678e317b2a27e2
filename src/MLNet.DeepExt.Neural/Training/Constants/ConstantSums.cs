namespace MLNet.DeepExt.Neural.Training;

/// <summary>The sums of a constant prediction over one epoch so far, as stored in a checkpoint.</summary>
internal sealed record ConstantSums
{
    /// <summary>The number of batches of the epoch that were processed; all of them if the prediction is known.</summary>
    public required int Batches { get; init; }

    /// <summary>(targets): Σ w·t, or Σ w of the rows of each class.</summary>
    public required IReadOnlyList<double> Targets { get; init; }

    /// <summary>(targets): Σ w of the rows in which the target is not missing.</summary>
    public required IReadOnlyList<double> Weights { get; init; }

    /// <summary>Σ w·L over the rows on which its loss was measured.</summary>
    public required double Cost { get; init; }

    /// <summary>Σ w over these rows.</summary>
    public required double CostWeight { get; init; }
}
