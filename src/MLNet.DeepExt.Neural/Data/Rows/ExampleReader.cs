namespace MLNet.DeepExt.Neural.Data;

/// <summary>
/// One reading of an <see cref="ExampleStream"/>, row by row. One thread uses it; its exceptions are rethrown by training
/// with their original stack trace.
/// </summary>
public abstract class ExampleReader : IDisposable
{
    /// <summary>The class of the row, counted from 0. Not used for numeric targets; return 0 then.</summary>
    public abstract int Class { get; }

    /// <summary>The weight of the row in the loss, at least 0 and finite; 1 if all rows have equal weight. A row of weight 0 is ignored.</summary>
    public abstract float Weight { get; }

    /// <summary>Moves to the next row; the first call moves to the first row. Returns false after the last row.</summary>
    public abstract bool MoveNext();

    /// <summary>Writes the features of the row, all of them finite.</summary>
    /// <param name="destination">(width): every element must be written.</param>
    /// <remarks>Their absolute values must not exceed <see cref="FeatureRows.LargestFeature"/>.</remarks>
    public abstract void CopyFeatures(Span<float> destination);

    /// <summary>
    /// Writes the target numbers of the row: NaN for a missing value, if the loss allows it, and never an infinite one. It is called once for each
    /// row of a weight above 0, before its features are read, and never for class targets.
    /// </summary>
    /// <param name="destination">(targetWidth): every element must be written.</param>
    public abstract void CopyTarget(Span<float> destination);

    /// <summary>Ends the reading, possibly before the last row. It is called once.</summary>
    public abstract void Dispose();
}
