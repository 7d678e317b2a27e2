namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>Rows in the order of the outputs of one class, of which samples are ranked.</summary>
/// <param name="keys">(rows): <see cref="Ranking.KeyOf"/> the outputs, ascending.</param>
/// <param name="order">(rows): the row of each key.</param>
/// <param name="signedWeights">(rows), by row: above 0 where it is of the class, below 0 where it is not, 0 where its label is missing.</param>
internal sealed class OrderedRows(uint[] keys, int[] order, double[] signedWeights)
{
    /// <summary>The bytes of a row.</summary>
    public const int BytesOfRow = sizeof(uint) + sizeof(int) + sizeof(double);

    /// <summary>Rows.</summary>
    public int Count => keys.Length;

    /// <summary>Ranks a sample.</summary>
    /// <param name="times">(rows), by row: how often it is drawn.</param>
    /// <param name="ranking">Receives the rows that are drawn and have a label, each with its weight times as often.</param>
    /// <returns>The weight of those that are of the class.</returns>
    public double Fill(ReadOnlySpan<int> times, Ranking ranking)
    {
        // By row: a sum in another order would be another one in its last bits.
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
