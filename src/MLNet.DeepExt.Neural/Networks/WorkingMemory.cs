namespace MLNet.DeepExt.Neural.Networks;

/// <summary>Limits of the memory for computing many rows at once; more rows are computed in parts.</summary>
internal static class WorkingMemory
{
    /// <summary>The maximum number of activations of a part, 32 MiB, unless one row has more.</summary>
    public const long MostActivations = 1 << 23;

    /// <summary>The maximum number of expanded inputs of a part, 4 MiB, unless one row has more.</summary>
    public const int MostInputs = 1 << 20;

    /// <summary>Returns the number of rows that are computed together, at least 1.</summary>
    /// <param name="wanted">The maximum number of rows, at least 1.</param>
    /// <param name="perRow">The number of elements per row.</param>
    /// <param name="most">The maximum number of elements of all rows.</param>
    public static int Rows(int wanted, long perRow, long most) => (int)Math.Clamp(most / Math.Max(1, perRow), 1, wanted);
}
