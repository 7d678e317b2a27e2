using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>One measuring of a <see cref="Metric"/>: rows are added in their order, by one thread.</summary>
internal abstract class Measurement
{
    /// <summary>What the rows so far come to; NaN where they are too few to say.</summary>
    public abstract double Value { get; }

    /// <summary>Forgets all rows.</summary>
    public abstract void Clear();

    /// <summary>Adds a row.</summary>
    /// <param name="outputs">
    /// (outputs): what the network says, as the loss gives it out: probabilities, or numbers in the target's units.
    /// </param>
    /// <param name="target">What it should say.</param>
    /// <param name="row">Which row of the target.</param>
    /// <param name="weight">The weight of the row, above 0.</param>
    public abstract void Add(ReadOnlySpan<float> outputs, Target<float> target, int row, double weight);
}
