namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>Rows in the order of the outputs of one class, for ranking samples of them.</summary>
/// <param name="keys">(rows): <see cref="Ranking.KeyOf"/> the outputs, ascending.</param>
/// <param name="order">(rows): the row of each key.</param>
/// <param name="signedWeights">(rows), by row: above 0 for positive rows, below 0 for negative rows, 0 for missing labels.</param>
internal sealed class OrderedRows(uint[] keys, int[] order, double[] signedWeights)
{
    /// <summary>The number of bytes per row.</summary>
    public const int BytesOfRow = sizeof(uint) + sizeof(int) + sizeof(double);

    /// <summary>The number of rows.</summary>
    public int Count => keys.Length;

    /// <summary>Ranks a sample.</summary>
    /// <param name="times">(rows), by row: the number of times that it is drawn.</param>
    /// <param name="ranking">Receives the drawn rows that have a label, with their weight times the number of draws.</param>
    /// <returns>The weight of the positive rows.</returns>
    public double Fill(ReadOnlySpan<int> times, Ranking ranking)
    {
        // Summed by row, because the last bits depend on the order.
        double support = 0;
        for (int row = 0; row < times.Length; row++)
        {
            if (times[row] > 0 && signedWeights[row] > 0)
                support += signedWeights[row] * times[row];
        }

        ranking.Clear();
        ranking.Reserve(Count);
        for (int i = 0; i < Count; i++)
        {
            int row = order[i];
            if (times[row] > 0 && signedWeights[row] != 0)
                ranking.Add(keys[i], signedWeights[row] > 0, Math.Abs(signedWeights[row]) * times[row]);
        }

        return support;
    }
}
