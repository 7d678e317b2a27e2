using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Statistics;

namespace MLNet.DeepExt.Neural.Data;

/// <summary>
/// What the outputs should be for rows in memory: a class for each (<see cref="ClassRows"/>), or numbers (<see cref="ValueRows"/>).
/// </summary>
internal abstract class TargetRows
{
    /// <summary>How many rows.</summary>
    public abstract int Count { get; }

    /// <summary>Numbers of a row; 0 where it has a class.</summary>
    public abstract int Width { get; }

    /// <summary>Room for rows that are put in later.</summary>
    /// <param name="count">How many.</param>
    /// <param name="width">Numbers of a row; 0 for a class.</param>
    public static TargetRows Allocate(int count, int width) =>
        width == 0 ? new ClassRows(new int[count]) : new ValueRows(width, new float[checked(count * width)]);

    /// <summary>Room for rows in a batch.</summary>
    /// <param name="capacity">The most rows.</param>
    /// <param name="width">Numbers of a row; 0 for a class.</param>
    public static Target<float> CreateTarget(int capacity, int width) =>
        width == 0 ? Target<float>.OfClasses(capacity) : Target<float>.OfValues(capacity, width);

    /// <summary>
    /// The kind of row of which a split sets aside the same share as of the others: its class, and 0 where it has numbers.
    /// </summary>
    public abstract int StratumOf(int row);

    /// <summary>Puts in the row that a pass is at.</summary>
    public abstract void Read(int row, ExamplePass pass);

    /// <summary>Adds the features of a row, with its target, to what is learned of them.</summary>
    public abstract void AddTo(InputStatistics statistics, int row, ReadOnlySpan<float> features);

    /// <summary>Copies a row to a place among rows of the same kind.</summary>
    public abstract void CopyTo(int row, TargetRows destination, int place);

    /// <summary>Copies a row to a place in a batch.</summary>
    public abstract void CopyTo(int row, Target<float> target, int place);

    /// <summary>Copies rows to places [from, to) of a batch.</summary>
    /// <param name="rows">(rows of the batch).</param>
    /// <param name="target">What <see cref="CreateTarget"/> made.</param>
    /// <param name="from">The first place.</param>
    /// <param name="to">The place after the last.</param>
    public abstract void Gather(ReadOnlySpan<long> rows, Target<float> target, int from, int to);

    /// <summary>Why the rows cannot be learned from, as a whole sentence; null if they can.</summary>
    /// <param name="check">What can be.</param>
    /// <param name="name">What the sentence calls the rows.</param>
    /// <param name="isUsed">Which rows count.</param>
    public abstract string? FaultOf(TargetCheck check, string name, Func<int, bool> isUsed);
}
