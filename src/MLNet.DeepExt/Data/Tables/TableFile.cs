using System.Globalization;
using System.Text;

namespace MLNet.DeepExt.Data.Tables;

/// <summary>A file of fields: where it is, and how it is divided.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Separator">What stands between two fields.</param>
/// <param name="HasHeader">Whether its first row holds names.</param>
/// <param name="Encoding">How it is encoded if it has no byte-order mark; null for UTF-8.</param>
internal sealed record TableFile(string Path, char Separator, bool HasHeader, Encoding? Encoding)
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>
    /// Opens the rows and reads the column names, all different: a name that recurs is numbered, as pandas does. A file without a header has the
    /// names Column1, Column2 and so on.
    /// </summary>
    public RowScanner Open(out string[] names)
    {
        RowScanner rows = ScannerOf(Path, Separator, Encoding);
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

        names = Distinct(names);
        if (HasHeader)
        {
            rows.LeaveRow();
            return rows;
        }

        rows.Dispose();
        return ScannerOf(Path, Separator, Encoding);
    }

    /// <summary>The rows of a file, names among them.</summary>
    public static RowScanner ScannerOf(string path, char separator, Encoding? encoding) =>
        new(new StreamReader(path, encoding ?? StrictUtf8), path, separator);

    private static string[] Distinct(string[] names)
    {
        var copies = new Dictionary<string, int>(names.Length); // by name, so that a row of a single name takes no time that is quadratic
        var distinct = new string[names.Length];
        for (int column = 0; column < names.Length; column++)
        {
            string name = names[column];
            while (!copies.TryAdd(name, 0))
                name = string.Create(CultureInfo.InvariantCulture, $"{names[column]}.{++copies[names[column]]}");
            distinct[column] = name;
        }

        return distinct;
    }
}
