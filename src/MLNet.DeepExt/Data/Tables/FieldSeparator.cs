namespace MLNet.DeepExt.Data.Tables;

/// <summary>Finds out what stands between the fields of a file.</summary>
internal static class FieldSeparator
{
    private const int SampleRows = 20;

    private static readonly char[] Candidates = [',', ';', '\t', '|'];

    /// <summary>
    /// The one that divides the first rows into the same number of fields, at least two; of several, and where none does, into the most.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How it is read: what stands within numbers does not stand between fields.</param>
    public static char Find(string path, TableOptions options) => Candidates.Where(candidate => candidate != options.DecimalMarker).MaxBy(candidate =>
    {
        (int least, int most) = FieldsOfRows(path, candidate, options);
        return (least == most && least > 1, least);
    });

    // The fewest and the most that one of the first rows has; none where they are no rows of such fields.
    private static (int Least, int Most) FieldsOfRows(string path, char separator, TableOptions options)
    {
        using RowScanner rows = TableFile.ScannerOf(path, separator, options.Encoding);
        (int least, int most) = (int.MaxValue, 0);
        try
        {
            for (int row = 0; row < SampleRows && rows.MoveNext(); row++)
                (least, most) = (Math.Min(least, rows.FieldCount), Math.Max(most, rows.FieldCount));
        }
        catch (InvalidDataException)
        {
            return (0, 0);
        }

        return (least, most);
    }
}
