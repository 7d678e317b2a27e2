namespace MLNet.DeepExt.Neural.Training;

/// <summary>What a constant prediction has met so far of one epoch, as a checkpoint holds it.</summary>
internal sealed record ConstantSums
{
    /// <summary>Batches of the epoch that it has met; all of them once it is known.</summary>
    public required int Batches { get; init; }

    /// <summary>(targets): Σ w·t, or Σ w of the rows of each class.</summary>
    public required IReadOnlyList<double> Targets { get; init; }

    /// <summary>(targets): Σ w of the rows that have the target.</summary>
    public required IReadOnlyList<double> Weights { get; init; }

    /// <summary>Σ w·L over the rows on which its loss was measured.</summary>
    public required double Cost { get; init; }

    /// <summary>Σ w over these rows.</summary>
    public required double CostWeight { get; init; }
}
