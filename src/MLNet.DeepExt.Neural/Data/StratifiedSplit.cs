using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Data;

/// <summary>Sets a fraction of the rows aside, stratified by class.</summary>
/// <remarks>
/// The number of rows of each class depends only on the size of the class. The rows are then drawn in the order of the data
/// (<see cref="StratifiedDraw"/>), so rows in memory and streamed rows are split in the same way.
/// </remarks>
internal sealed class StratifiedSplit
{
    private readonly CounterRandom _random;

    /// <param name="rowsOfClass">(classes): the number of rows of each class.</param>
    /// <param name="fraction">The fraction to hold out, in [0, 1).</param>
    /// <param name="random">The random numbers of the split.</param>
    public StratifiedSplit(int[] rowsOfClass, double fraction, CounterRandom random)
    {
        _random = random;
        RowsOfClass = rowsOfClass;
        HeldOutOfClass = new int[rowsOfClass.Length];
        long seen = 0;
        for (int label = 0; label < rowsOfClass.Length; label++)
        {
            int rows = rowsOfClass[label];
            if (rows == 0)
                continue;
            // Rounding the running total, not each class, keeps the total fraction correct if classes are many and small;
            // but no class gives more than its own fraction rounded up, even if single-row classes before it gave none.
            seen += rows;
            long wanted = (long)Math.Round(seen * fraction, MidpointRounding.AwayFromZero) - HeldOut;
            double share = rows * fraction;
            HeldOutOfClass[label] = (int)Math.Min(Math.Clamp(wanted, (long)Math.Floor(share), (long)Math.Ceiling(share)), rows - 1);
            HeldOut += HeldOutOfClass[label];
        }
    }

    private StratifiedSplit(int[] rowsOfClass, int[] before, int[] heldOut, CounterRandom random)
    {
        _random = random;
        RowsOfClass = rowsOfClass;
        Before = before;
        HeldOutOfClass = heldOut;
        HeldOut = heldOut.Sum();
    }

    /// <summary>(classes): the number of rows of each class.</summary>
    public int[] RowsOfClass { get; }

    /// <summary>(classes): the number of rows of each class in the folds before this one; null without folds.</summary>
    public int[]? Before { get; }

    /// <summary>(classes): the number of held-out rows of each class; at least one row remains.</summary>
    public int[] HeldOutOfClass { get; }

    /// <summary>The number of held-out rows.</summary>
    public int HeldOut { get; }

    /// <summary>
    /// Creates one of several folds of equal size, stratified by class. A class with one row is never held out.
    /// </summary>
    /// <param name="rowsOfClass">(classes): the number of rows of each class.</param>
    /// <param name="folds">The number of folds, at least 2.</param>
    /// <param name="fold">The index of the fold, from 0.</param>
    /// <param name="random">The random numbers of the folds: the same for each of them.</param>
    public static StratifiedSplit Fold(int[] rowsOfClass, int folds, int fold, CounterRandom random)
    {
        int[] before = new int[rowsOfClass.Length], heldOut = new int[rowsOfClass.Length];
        long seen = 0;
        for (int label = 0; label < rowsOfClass.Length; label++)
        {
            int rows = rowsOfClass[label];
            if (rows < 2)
                continue;
            // Deals the rows of all classes, class by class, to the folds in turn.
            for (int each = 0; each <= fold; each++)
            {
                long count = Dealt(seen + rows, each) - Dealt(seen, each);
                before[label] += each < fold ? (int)count : 0;
                heldOut[label] = (int)count;
            }

            seen += rows;
        }

        return new StratifiedSplit(rowsOfClass, before, heldOut, random);

        long Dealt(long rows, int each) => (rows - each + folds - 1) / folds;
    }

    /// <summary>Starts at the first row; the same rows are chosen every time.</summary>
    public StratifiedDraw Begin() => new(this, _random);

    /// <summary>Splits rows in memory into held-out rows and training rows. Both keep the order of the data.</summary>
    /// <param name="classes">(rows): the class of each row.</param>
    /// <param name="fraction">The fraction to hold out, in [0, 1).</param>
    /// <param name="random">The random numbers of the split.</param>
    /// <returns>The row indices.</returns>
    public static (int[] Training, int[] HeldOut) Draw(int[] classes, double fraction, CounterRandom random) =>
        new StratifiedSplit(CountOf(classes), fraction, random).Draw(classes);

    /// <summary>Splits rows in memory into held-out rows and training rows. Both keep the order of the data.</summary>
    /// <param name="classes">(rows): the class of each row.</param>
    /// <returns>The row indices.</returns>
    public (int[] Training, int[] HeldOut) Draw(int[] classes)
    {
        StratifiedDraw draw = Begin();
        ILookup<bool, int> parts = Enumerable.Range(0, classes.Length).ToLookup(row => draw.IsHeldOut(classes[row]));
        return ([.. parts[false]], [.. parts[true]]);
    }

    /// <summary>Counts the rows of each class: (classes).</summary>
    /// <param name="classes">(rows): the class of each row.</param>
    public static int[] CountOf(int[] classes)
    {
        var rowsOfClass = new int[classes.Length == 0 ? 0 : classes.Max() + 1];
        foreach (int label in classes)
            rowsOfClass[label]++;
        return rowsOfClass;
    }
}
