namespace MLNet.DeepExt.Neural.Data;

/// <summary>
/// One reading of an <see cref="ExampleStream"/>, row by row. It is used by one thread; what it throws comes out of training
/// with its own stack.
/// </summary>
public abstract class ExampleReader : IDisposable
{
    /// <summary>The class of the row, counted from 0. Where targets are numbers it is not asked for; return 0.</summary>
    public abstract int Class { get; }

    /// <summary>The weight of the row in the loss, at least 0 and finite; 1 where rows weigh alike. 0 leaves the row out.</summary>
    public abstract float Weight { get; }

    /// <summary>Moves to the next row, at first to the first one; false after the last.</summary>
    public abstract bool MoveNext();

    /// <summary>Writes the features of the row, all of them finite.</summary>
    /// <param name="destination">(width): every element is to be written.</param>
    /// <remarks>None may be beyond <see cref="FeatureRows.LargestFeature"/> in size.</remarks>
    public abstract void CopyFeatures(Span<float> destination);

    /// <summary>
    /// Writes the numbers that are the target of the row; NaN, for a missing one, if the loss allows it, and never an infinite one. It is called
    /// once for a row
    /// of a weight above 0, before its features are asked for, and never where targets are classes.
    /// </summary>
    /// <param name="destination">(targetWidth): every element is to be written.</param>
    public abstract void CopyTarget(Span<float> destination);

    /// <summary>Ends the reading, also before the last row. It is called once.</summary>
    public abstract void Dispose();
}
