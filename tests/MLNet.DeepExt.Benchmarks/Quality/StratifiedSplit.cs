namespace MLNet.DeepExt.Benchmarks.Quality;

/// <summary>Divides rows in two, each class alike.</summary>
internal static class StratifiedSplit
{
    /// <summary>Draws a share of the rows of every class.</summary>
    /// <param name="classes">The class of each row; one and the same for all divides at random.</param>
    /// <param name="share">The share to draw, in (0, 1).</param>
    /// <param name="seed">What it is drawn from: the same seed, the same rows.</param>
    /// <returns>The numbers of the rows that remain, and of those drawn, each in their order.</returns>
    public static (int[] Remaining, int[] Drawn) Draw<T>(IReadOnlyList<T> classes, double share, int seed)
    {
        var random = new Random(seed);
        var isDrawn = new bool[classes.Count];
        foreach (IGrouping<T, int> rows in Enumerable.Range(0, classes.Count).GroupBy(row => classes[row]))
        {
            int[] shuffled = [.. rows];
            random.Shuffle(shuffled);
            foreach (int row in shuffled.AsSpan(0, (int)Math.Round(share * shuffled.Length)))
                isDrawn[row] = true;
        }

        ILookup<bool, int> parts = Enumerable.Range(0, classes.Count).ToLookup(row => isDrawn[row]);
        return ([.. parts[false]], [.. parts[true]]);
    }
}
