namespace MLNet.DeepExt.Neural.Data;

/// <summary>
/// Labelled rows that are read one after another, and again for every epoch, because they are too many for memory: a file, a
/// data base, a generator.
/// </summary>
/// <remarks>
/// It must give the same rows in the same order each time that it is opened; another number of rows than the first time, or
/// another order of their targets and weights, ends training with an error. The order decides what can be mixed: rows are shuffled
/// within a buffer, so that a stream sorted by class trains worse than one in random order unless the buffer holds it whole.
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
///             // A class is all that there is.
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
    /// <summary>Makes a stream of rows of one width.</summary>
    /// <param name="width">Features of a row, at least 1.</param>
    /// <param name="targetWidth">Numbers of a row's target; 0, the default, where it is a class.</param>
    /// <exception cref="ArgumentOutOfRangeException">The width is below 1, or that of the targets below 0.</exception>
    protected ExampleStream(int width, int targetWidth = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(targetWidth);
        Width = width;
        TargetWidth = targetWidth;
    }

    /// <summary>Features of a row.</summary>
    public int Width { get; }

    /// <summary>Numbers of a row's target; 0 where it is a class.</summary>
    public int TargetWidth { get; }

    /// <summary>
    /// Begins to read at the first row. Training has one reading of a stream at a time: rows are counted and set aside on the
    /// thread that called it, and read for an epoch on another.
    /// </summary>
    public abstract ExampleReader Open();
}
