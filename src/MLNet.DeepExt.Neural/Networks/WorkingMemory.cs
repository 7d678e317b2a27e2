namespace MLNet.DeepExt.Neural.Networks;

/// <summary>What the computation of many rows of a network at once takes: rows are computed in parts that fit.</summary>
internal static class WorkingMemory
{
    /// <summary>The most numbers of all activations of a part, 32 MiB, unless one row has more.</summary>
    public const long MostActivations = 1 << 23;

    /// <summary>The most numbers of all inputs of a part that are written out, 4 MiB, unless one row has more.</summary>
    public const int MostInputs = 1 << 20;

    /// <summary>How many rows are computed together, at least 1.</summary>
    /// <param name="wanted">The most, at least 1.</param>
    /// <param name="perRow">The numbers that a row takes.</param>
    /// <param name="most">The most numbers of all rows.</param>
    public static int Rows(int wanted, long perRow, long most) => (int)Math.Clamp(most / Math.Max(1, perRow), 1, wanted);
}
