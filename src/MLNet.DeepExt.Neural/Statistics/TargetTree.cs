namespace MLNet.DeepExt.Neural.Statistics;

/// <summary>
/// The thresholds of a decision tree on one column. The leaf whose best split increases the purity most is split next, until the requested number of
/// leaves is reached.
/// </summary>
/// <remarks>
/// It equals scikit-learn's DecisionTreeRegressor or DecisionTreeClassifier with <c>max_leaf_nodes</c> and <c>min_samples_leaf</c>: thresholds are
/// half-way between two values, and of equal splits the one with the lowest threshold is used.
/// </remarks>
internal static class TargetTree
{
    // A smaller decrease of impurity is rounding.
    private const double Least = 1e-9;

    /// <summary>Returns the thresholds, ascending.</summary>
    /// <param name="values">(rows): ascending.</param>
    /// <param name="rows">(rows): the row of each value.</param>
    /// <param name="targets">The targets of the rows.</param>
    /// <param name="leaves">The maximum number of leaves.</param>
    /// <param name="leastRows">The minimum number of rows of a leaf.</param>
    public static double[] Thresholds(float[] values, int[] rows, TargetSums targets, int leaves, int leastRows)
    {
        var thresholds = new List<double>();
        var waiting = new PriorityQueue<Split, double>();
        Wait(0, values.Length);
        while (thresholds.Count + 1 < leaves && waiting.TryDequeue(out Split split, out _))
        {
            thresholds.Add((double)values[split.At - 1] / 2 + (double)values[split.At] / 2);
            Wait(split.From, split.At);
            Wait(split.At, split.To);
        }

        thresholds.Sort();
        return [.. thresholds];

        void Wait(int from, int to)
        {
            if (Best(values, rows, targets, from, to, leastRows) is { } split)
                waiting.Enqueue(split, -split.Gain);
        }
    }

    private static Split? Best(float[] values, int[] rows, TargetSums targets, int from, int to, int leastRows)
    {
        if (to - from < 2 * leastRows)
            return null;
        targets.Begin(rows.AsSpan(from, to - from));
        double before = targets.Purity, most = Least;
        int best = 0;
        for (int at = from + 1; at <= to - leastRows; at++)
        {
            targets.MoveLeft(rows[at - 1]);
            if (at - from < leastRows || values[at] == values[at - 1])
                continue;
            double gain = targets.Purity - before;
            if (gain > most)
                (most, best) = (gain, at);
        }

        return best > 0 ? new Split(from, best, to, most) : null;
    }

    /// <param name="From">The first value of the leaf.</param>
    /// <param name="At">The first value on the right side.</param>
    /// <param name="To">The end of the leaf (exclusive).</param>
    /// <param name="Gain">The increase of purity by the split.</param>
    private readonly record struct Split(int From, int At, int To, double Gain);
}
