using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>
/// A figure by which a network is judged on rows that it does not learn from: for the history, and to stop by. Immutable.
/// </summary>
public abstract record Metric
{
    /// <summary>What it is called in reports, such as <c>accuracy</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Whether more of it is better.</summary>
    public abstract bool HigherIsBetter { get; }

    /// <summary>Why it cannot be measured, to follow "The metric accuracy cannot be measured:"; null if it can.</summary>
    /// <param name="outputs">Outputs of the network.</param>
    /// <param name="target">A target as the rows have, of which only the form and the width count.</param>
    internal abstract string? FaultOf(int outputs, Target<float> target);

    /// <summary>Begins to measure.</summary>
    internal abstract Measurement Begin(int outputs);
}
