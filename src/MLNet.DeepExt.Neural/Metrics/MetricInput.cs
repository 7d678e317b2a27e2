namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>The kind of input that a <see cref="Metric"/> reads from the outputs.</summary>
public enum MetricInput
{
    /// <summary>The predicted class (with the highest output), or labels (outputs above 0.5).</summary>
    Decisions,

    /// <summary>The order of the outputs; scores of any scale are valid.</summary>
    Ranking,

    /// <summary>Probabilities, in [0, 1]; for several classes they sum to 1.</summary>
    Probabilities,

    /// <summary>Numbers in the target's units.</summary>
    Numbers,
}
