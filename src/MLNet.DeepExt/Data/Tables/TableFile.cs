using System.Globalization;

namespace MLNet.DeepExt.Data.Tables;

/// <summary>A file of fields: where it is, and how it is divided.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Separator">What stands between two fields.</param>
/// <param name="HasHeader">Whether its first row holds names.</param>
internal sealed record TableFile(string Path, char Separator, bool HasHeader)
{
    /// <summary>Its rows, from the first one with values on.</summary>
    public RowScanner Open() => Open(out _);

    /// <summary>Opens the rows and reads the column names. A file without a header has the names Column1, Column2 and so on.</summary>
    public RowScanner Open(out string[] names)
    {
        RowScanner rows = ScannerOf(Path, Separator);
        if (!rows.MoveNext())
        {
            rows.Dispose();
            throw new InvalidDataException($"The file '{Path}' is empty; a table has at least a row of names and a row of values.");
        }

        names = new string[rows.FieldCount];
        for (int column = 0; column < names.Length; column++)
        {
            names[column] = HasHeader ? rows.Field(column).ToString() : "";
            if (names[column].Length == 0)
                names[column] = string.Create(CultureInfo.InvariantCulture, $"Column{column + 1}");
        }

        if (HasHeader)
            return rows;
        rows.Dispose();
        return ScannerOf(Path, Separator);
    }

    /// <summary>The rows of a file, names among them.</summary>
    public static RowScanner ScannerOf(string path, char separator) => new(new StreamReader(path), separator);
}
