using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Data;

/// <summary>Sets a share of the rows aside so that every class has the same share in both parts.</summary>
internal static class StratifiedSplit
{
    /// <summary>Draws the rows to be held out; the rest remains for training. Both keep the order of the data.</summary>
    /// <param name="classes">(rows): the class of each row.</param>
    /// <param name="fraction">The share to hold out, in [0, 1).</param>
    /// <param name="random">What the choice is drawn from.</param>
    /// <returns>Row numbers. A class never gives away its last row.</returns>
    public static (int[] Training, int[] HeldOut) Draw(int[] classes, double fraction, CounterRandom random)
    {
        var heldOut = new bool[classes.Length];
        int seen = 0, taken = 0;
        foreach (IGrouping<int, int> group in Enumerable.Range(0, classes.Length).GroupBy(row => classes[row]).OrderBy(group => group.Key))
        {
            int[] members = [.. group];
            random.Derive((ulong)group.Key).Shuffle<int>(members);
            // Rounding the running total, not each class, keeps the whole share right when classes are many and small;
            // but no class gives more than its own share rounded up, whatever single rows before it could not give.
            seen += members.Length;
            int wanted = (int)Math.Round(seen * fraction, MidpointRounding.AwayFromZero) - taken;
            double share = members.Length * fraction;
            int count = Math.Min(Math.Clamp(wanted, (int)Math.Floor(share), (int)Math.Ceiling(share)), members.Length - 1);
            taken += count;
            foreach (int row in members.AsSpan(0, count))
                heldOut[row] = true;
        }

        ILookup<bool, int> parts = Enumerable.Range(0, classes.Length).ToLookup(row => heldOut[row]);
        return ([.. parts[false]], [.. parts[true]]);
    }
}
