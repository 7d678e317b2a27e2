namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>What of the outputs a <see cref="Metric"/> reads; anything that says the same measures the same.</summary>
public enum MetricInput
{
    /// <summary>What is said: the class with the highest output, or a yes for an output above 0.5.</summary>
    Decisions,

    /// <summary>The order of the outputs: scores of any scale do.</summary>
    Ranking,

    /// <summary>Probabilities, in [0, 1]; of several classes they sum to 1.</summary>
    Probabilities,

    /// <summary>Numbers in the target's units.</summary>
    Numbers,
}
