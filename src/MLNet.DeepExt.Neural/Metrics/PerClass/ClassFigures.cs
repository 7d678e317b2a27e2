using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>The values of a metric for each class or label. One thread adds the rows in order.</summary>
internal abstract class ClassFigures
{
    /// <summary>The number of classes or labels.</summary>
    public abstract int Count { get; }

    /// <summary>True if no row with a target has been added.</summary>
    public abstract bool IsEmpty { get; }

    /// <summary>The value computed from the pooled counts of all classes.</summary>
    public abstract double Pooled { get; }

    /// <summary>Returns the value of a class; NaN if it is undefined for the rows.</summary>
    public abstract double Of(int index);

    /// <summary>True if a class is included in averages.</summary>
    public abstract bool IsKnown(int index);

    /// <summary>Returns the weight of the rows of a class.</summary>
    public abstract double Support(int index);

    /// <summary>Removes all rows.</summary>
    public abstract void Clear();

    /// <summary>Adds a row; the parameters are those of <see cref="Measurement.Add"/>.</summary>
    public abstract void Add(ReadOnlySpan<float> outputs, Target<float> target, int row, double weight);
}
