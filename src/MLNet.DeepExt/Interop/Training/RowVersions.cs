namespace MLNet.DeepExt.Interop.Training;

/// <summary>In which versions each row of a source comes, one after the other: 0 is the row as it is, 1, 2, … are changed ones.</summary>
/// <param name="Of">The first version of a row, and the last; none where the last is before the first.</param>
/// <param name="Count">How many there are of a number of rows.</param>
internal sealed record RowVersions(Func<long, (int First, int Last)> Of, Func<long, long> Count)
{
    /// <summary>The most copies that can be asked for.</summary>
    public const int MostCopies = 10_000;

    /// <summary>What <c>copies</c> says of every row: 0, its changed version alone; n, itself and then n changed versions.</summary>
    public static RowVersions OfCopies(int copies)
    {
        (int First, int Last) versions = copies == 0 ? (1, 1) : (0, copies);
        return new RowVersions(_ => versions, rows => rows * (versions.Last - versions.First + 1));
    }
}
