using System.Text;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.DeepExt.Data.Tables;

/// <summary>How <see cref="LoadTableCatalog.LoadTable"/> reads a file. Nothing has to be set.</summary>
public sealed class TableOptions
{
    /// <summary>Whether the first row holds the names of the columns. Default true; otherwise they are Column1, Column2 and so on.</summary>
    public bool HasHeader { get; set; } = true;

    /// <summary>
    /// What stands between two fields. Null, the default, finds it: the one of comma, semicolon, tab and vertical bar that divides the first
    /// rows into the most columns.
    /// </summary>
    public char? Separator { get; set; }

    /// <summary>
    /// The encoding of a file without a byte-order mark, such as <see cref="Encoding.Latin1"/>. Null, the default, is UTF-8, and bytes that are
    /// not UTF-8 are an error, so that no letter is replaced by another.
    /// </summary>
    public Encoding? Encoding { get; set; }

    /// <summary>What stands before the decimals of a number: '.', the default, or ','.</summary>
    public char DecimalMarker { get; set; } = '.';

    /// <summary>
    /// The types of columns that are not to be inferred, by name: String, Single, Double, Boolean, DateTime or DateTimeOffset. A field that is
    /// not of the type is an error when it is read. Default none.
    /// </summary>
    public IReadOnlyDictionary<string, DataKind> ColumnTypes { get; set; } = new Dictionary<string, DataKind>();

    /// <summary>
    /// The schema of a table that was loaded before. A column that is in it has the type that it has there, so that a model that was trained
    /// on one file can be applied to another. <see cref="ColumnTypes"/> takes precedence. Default null: every type is inferred.
    /// </summary>
    public DataViewSchema? TypesOf { get; set; }
}
