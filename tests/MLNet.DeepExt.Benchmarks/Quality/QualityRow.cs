namespace MLNet.DeepExt.Benchmarks.Quality;

/// <summary>What a trainer reached on a set.</summary>
internal sealed record QualityRow
{
    /// <summary>The name of the set.</summary>
    public required string Set { get; init; }

    public required string Metric { get; init; }

    /// <summary>The median over the seeds; null if it could not be measured.</summary>
    public double? Value { get; init; }

    /// <summary>Seconds of a training, preparation included: the median over the seeds.</summary>
    public double? Seconds { get; init; }

    /// <summary>NeuralNetwork, which is ours, LightGbm or FastTree.</summary>
    public required string Trainer { get; init; }

    /// <summary>What ours should reach.</summary>
    public double? Goal { get; init; }

    /// <summary>Whether ours does.</summary>
    public bool? Reached { get; init; }

    /// <summary>test, or held-out if it was a part of the training data that was judged by.</summary>
    public required string JudgedBy { get; init; }

    /// <summary>The metric with each seed.</summary>
    public IReadOnlyList<double> Values { get; init; } = [];

    /// <summary>Why it could not be measured.</summary>
    public string? Reason { get; init; }
}
