namespace MLNet.DeepExt.Neural.Data;

/// <summary>
/// Labelled rows that do not fit into memory, for example from a file, a database or a generator. They are read in order, and again for every
/// epoch.
/// </summary>
/// <remarks>
/// It must return the same rows in the same order every time it is opened. A different number of rows, or
/// a different order of their targets and weights, ends training with an error. The order determines which rows can be mixed: rows are shuffled
/// within a buffer, so training on a stream sorted by class is worse than in random order, unless the buffer holds the whole stream.
/// </remarks>
/// <example>
/// <code>
/// sealed class Squares() : ExampleStream(width: 1)
/// {
///     public override ExampleReader Open() => new Reader();
///
///     private sealed class Reader : ExampleReader
///     {
///         private int _row = -1;
///
///         public override int Class => _row % 2;
///
///         public override float Weight => 1;
///
///         public override bool MoveNext() => ++_row &lt; 1_000_000;
///
///         public override void CopyFeatures(Span&lt;float> destination) => destination[0] = (float)_row * _row;
///
///         public override void CopyTarget(Span&lt;float> destination)
///         {
///             // The target is a class.
///         }
///
///         public override void Dispose()
///         {
///         }
///     }
/// }
/// </code>
/// </example>
public abstract class ExampleStream
{
    /// <summary>Creates a stream of rows of equal width.</summary>
    /// <param name="width">The number of features of a row, at least 1.</param>
    /// <param name="targetWidth">The number of targets per row; 0 (default) for class targets.</param>
    /// <exception cref="ArgumentOutOfRangeException">The width is below 1, or the number of targets is below 0.</exception>
    protected ExampleStream(int width, int targetWidth = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(targetWidth);
        Width = width;
        TargetWidth = targetWidth;
    }

    /// <summary>The number of features of a row.</summary>
    public int Width { get; }

    /// <summary>The number of targets per row; 0 for class targets.</summary>
    public int TargetWidth { get; }

    /// <summary>
    /// Opens a reader at the first row. Training opens only one reader at a time: it counts rows and sets them aside on the
    /// thread that called it, and reads the rows of an epoch on another thread.
    /// </summary>
    public abstract ExampleReader Open();
}
