namespace MLNet.DeepExt.Data.Tables;

/// <summary>Finds out what stands between the fields of a file, and how many there are.</summary>
internal static class FieldSeparator
{
    private const int SampleLength = 1 << 16; // characters
    private const int SampleRows = 20;

    private static readonly char[] Candidates = [',', ';', '\t', '|'];

    /// <summary>The separator, given or found, and the fields of the first row.</summary>
    /// <param name="path">The file.</param>
    /// <param name="given">The separator if it is known.</param>
    /// <exception cref="InvalidDataException">The file is empty.</exception>
    public static (char Separator, int Fields) Find(string path, char? given)
    {
        string sample = ReadSample(path);
        if (string.IsNullOrWhiteSpace(sample))
            throw new InvalidDataException($"The file '{path}' is empty; a table has at least a row of names and a row of values.");
        if (given is { } separator)
            return (separator, FieldsOfRows(sample, separator)[0]);
        char found = Candidates.MaxBy(candidate => FieldsOfRows(sample, candidate).Min());
        return (found, FieldsOfRows(sample, found)[0]);
    }

    private static string ReadSample(string path)
    {
        using var reader = new StreamReader(path);
        var sample = new char[SampleLength];
        return new string(sample, 0, reader.ReadBlock(sample));
    }

    // Of the first rows that are whole; a separator or the end of a line between quotes belongs to the field.
    private static List<int> FieldsOfRows(string sample, char separator)
    {
        var rows = new List<int>();
        int fields = 1, start = 0;
        bool quoted = false;
        for (int i = 0; i < sample.Length && rows.Count < SampleRows; i++)
        {
            if (sample[i] == '"')
                quoted = !quoted;
            else if (!quoted && sample[i] == separator)
                fields++;
            else if (!quoted && sample[i] == '\n')
                End(i);
        }

        if (rows.Count == 0)
            rows.Add(fields);
        return rows;

        void End(int end)
        {
            if (!string.IsNullOrWhiteSpace(sample[start..end]))
                rows.Add(fields);
            (fields, start) = (1, end + 1);
        }
    }
}
