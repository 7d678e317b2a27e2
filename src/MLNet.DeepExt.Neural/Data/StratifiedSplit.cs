using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Data;

/// <summary>Sets a share of the rows aside so that every class has the same share in both parts.</summary>
/// <remarks>
/// How many rows a class gives is fixed by how many it has; which ones is then drawn row by row in the order of the data
/// (<see cref="StratifiedDraw"/>), so that rows in memory and rows that stream by are split alike.
/// </remarks>
internal sealed class StratifiedSplit
{
    private readonly CounterRandom _random;

    /// <param name="rowsOfClass">(classes): how many rows each class has.</param>
    /// <param name="fraction">The share to hold out, in [0, 1).</param>
    /// <param name="random">What the choice is drawn from.</param>
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
            // Rounding the running total, not each class, keeps the whole share right when classes are many and small;
            // but no class gives more than its own share rounded up, whatever single rows before it could not give.
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

    /// <summary>(classes): how many rows each class has.</summary>
    public int[] RowsOfClass { get; }

    /// <summary>(classes): how many rows each class gives to the folds before this one; null where the share is no fold.</summary>
    public int[]? Before { get; }

    /// <summary>(classes): how many rows each class gives; never its last one.</summary>
    public int[] HeldOutOfClass { get; }

    /// <summary>How many rows are held out.</summary>
    public int HeldOut { get; }

    /// <summary>
    /// Holds out one of several folds, into which the rows are divided: equally, of every class. A class of one row is learned by all.
    /// </summary>
    /// <param name="rowsOfClass">(classes): how many rows each class has.</param>
    /// <param name="folds">How many folds, at least 2.</param>
    /// <param name="fold">Which one, counted from 0.</param>
    /// <param name="random">What the folds are drawn from: the same for each of them.</param>
    public static StratifiedSplit Fold(int[] rowsOfClass, int folds, int fold, CounterRandom random)
    {
        int[] before = new int[rowsOfClass.Length], heldOut = new int[rowsOfClass.Length];
        long seen = 0;
        for (int label = 0; label < rowsOfClass.Length; label++)
        {
            int rows = rowsOfClass[label];
            if (rows < 2)
                continue;
            // As if the rows of all classes, one after the other, were dealt to the folds in turn.
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

    /// <summary>Begins at the first row; the same rows are chosen every time.</summary>
    public StratifiedDraw Begin() => new(this, _random);

    /// <summary>Draws the rows to be held out of rows in memory; the rest remains for training. Both keep the order of the data.</summary>
    /// <param name="classes">(rows): the class of each row.</param>
    /// <param name="fraction">The share to hold out, in [0, 1).</param>
    /// <param name="random">What the choice is drawn from.</param>
    /// <returns>Row numbers.</returns>
    public static (int[] Training, int[] HeldOut) Draw(int[] classes, double fraction, CounterRandom random) =>
        new StratifiedSplit(CountOf(classes), fraction, random).Draw(classes);

    /// <summary>Draws the rows to be held out of rows in memory; the rest remains for training. Both keep the order of the data.</summary>
    /// <param name="classes">(rows): the class of each row.</param>
    /// <returns>Row numbers.</returns>
    public (int[] Training, int[] HeldOut) Draw(int[] classes)
    {
        StratifiedDraw draw = Begin();
        ILookup<bool, int> parts = Enumerable.Range(0, classes.Length).ToLookup(row => draw.IsHeldOut(classes[row]));
        return ([.. parts[false]], [.. parts[true]]);
    }

    /// <summary>How many rows each class has: (classes).</summary>
    /// <param name="classes">(rows): the class of each row.</param>
    public static int[] CountOf(int[] classes)
    {
        var rowsOfClass = new int[classes.Length == 0 ? 0 : classes.Max() + 1];
        foreach (int label in classes)
            rowsOfClass[label]++;
        return rowsOfClass;
    }
}
