namespace MLNet.DeepExt.Neural.Training;

/// <summary>The position within an epoch.</summary>
/// <param name="Batches">The number of finished batches.</param>
/// <param name="Cost">Σ w·L over their rows.</param>
/// <param name="Weight">Σ w over their rows.</param>
internal readonly record struct EpochPosition(int Batches, double Cost, double Weight)
{
    /// <summary>The norms of the last batch; empty before it, or if not requested.</summary>
    public IReadOnlyList<LayerNorms> Norms { get => field ?? []; init; }

    /// <summary>J of the last batch of the epoch, before its step; null before it.</summary>
    public double? LastCost { get; init; }

    /// <summary>The weighted mean loss so far.</summary>
    public double Loss => Cost / Weight;

    public EpochPosition Add(double cost, double weight, IReadOnlyList<LayerNorms> norms) =>
        new(Batches + 1, Cost + cost, Weight + weight) { Norms = norms };
}
