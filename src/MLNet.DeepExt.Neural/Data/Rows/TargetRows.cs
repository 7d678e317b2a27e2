using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Statistics;

namespace MLNet.DeepExt.Neural.Data;

/// <summary>
/// The targets of rows in memory: a class for each (<see cref="ClassRows"/>), or numbers (<see cref="ValueRows"/>).
/// </summary>
internal abstract class TargetRows
{
    /// <summary>The number of rows.</summary>
    public abstract int Count { get; }

    /// <summary>The number of targets per row; 0 for class targets.</summary>
    public abstract int Width { get; }

    /// <summary>Allocates rows that are filled in later.</summary>
    /// <param name="count">The number of rows.</param>
    /// <param name="width">The number of targets per row; 0 for class targets.</param>
    public static TargetRows Allocate(int count, int width) =>
        width == 0 ? new ClassRows(new int[count]) : new ValueRows(width, new float[checked(count * width)]);

    /// <summary>Allocates the targets of a batch.</summary>
    /// <param name="capacity">The maximum number of rows.</param>
    /// <param name="width">The number of targets per row; 0 for class targets.</param>
    public static Target<float> CreateTarget(int capacity, int width) =>
        width == 0 ? Target<float>.OfClasses(capacity) : Target<float>.OfValues(capacity, width);

    /// <summary>
    /// Returns the stratum of a row for splits: its class, or 0 for numeric targets.
    /// </summary>
    public abstract int StratumOf(int row);

    /// <summary>Stores the current row of a pass.</summary>
    public abstract void Read(int row, ExamplePass pass);

    /// <summary>Adds the features of a row, with its target, to statistics.</summary>
    public abstract void AddTo(InputStatistics statistics, int row, ReadOnlySpan<float> features);

    /// <summary>Copies a row to an index of rows of the same kind.</summary>
    public abstract void CopyTo(int row, TargetRows destination, int place);

    /// <summary>Copies a row to an index of a batch.</summary>
    public abstract void CopyTo(int row, Target<float> target, int place);

    /// <summary>Copies rows to indices [from, to) of a batch.</summary>
    /// <param name="rows">(rows of the batch).</param>
    /// <param name="target">The result of <see cref="CreateTarget"/>.</param>
    /// <param name="from">The first index.</param>
    /// <param name="to">The end of the range (exclusive).</param>
    public abstract void Gather(ReadOnlySpan<long> rows, Target<float> target, int from, int to);

    /// <summary>Returns why the rows are not valid, as a whole sentence; null if they are valid.</summary>
    /// <param name="check">The validation of targets.</param>
    /// <param name="name">The name of the rows in the message.</param>
    /// <param name="isUsed">The rows to validate.</param>
    public abstract string? FaultOf(TargetCheck check, string name, Func<int, bool> isUsed);
}
