using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>A figure for each class, or each label: rows are added in their order, by one thread.</summary>
internal abstract class ClassFigures
{
    /// <summary>How many classes or labels there are.</summary>
    public abstract int Count { get; }

    /// <summary>Whether no row has been added that says anything.</summary>
    public abstract bool IsEmpty { get; }

    /// <summary>The one figure of all classes together.</summary>
    public abstract double Pooled { get; }

    /// <summary>The figure of a class; NaN where the rows do not tell it.</summary>
    public abstract double Of(int index);

    /// <summary>Whether a class belongs into the averages.</summary>
    public abstract bool IsKnown(int index);

    /// <summary>The weight of the rows that are of a class.</summary>
    public abstract double Support(int index);

    /// <summary>Forgets all rows.</summary>
    public abstract void Clear();

    /// <summary>Adds a row; the parameters are those of <see cref="Measurement.Add"/>.</summary>
    public abstract void Add(ReadOnlySpan<float> outputs, Target<float> target, int row, double weight);
}
