using Microsoft.ML.Data;
using MLNet.DeepExt.Data.Tables;
using MLNet.DeepExt.Interop.Hosting;

namespace Microsoft.ML;

/// <summary>Adds <c>LoadTable</c> to the data operations of a context.</summary>
public static class LoadTableCatalog
{
    /// <summary>
    /// Loads a text file of comma-separated or other delimited values. The separator and the column types are inferred, the column names come
    /// from the first row, and missing values stay missing. Unlike ML.NET's <c>LoadFromTextFile</c> it does not turn blank fields into 0.
    /// </summary>
    /// <remarks>
    /// <para>The type of a column is the narrowest that every one of its fields has. All rows are read once to find it, and again whenever the
    /// table is read; nothing is held in memory.</para>
    /// <list type="bullet">
    /// <item><description><see cref="float"/>: numbers, the same in every culture. Blank, ?, NA, N/A, NaN and null are missing, which is NaN.
    /// Whole numbers that a float would round (above 16,777,216) are <see cref="double"/>, those that a double would round (above 2⁵³) and
    /// those with a leading zero, such as postcodes, are text: they may be names, and no digit is lost.</description></item>
    /// <item><description><see cref="bool"/>: true and false, or yes and no, none of which is missing. Otherwise they are
    /// text, of which a blank field is a value that is missing. (0 and 1 are numbers; <see cref="TableOptions.ColumnTypes"/> makes them
    /// booleans, as labels of binary classification have to be.)</description></item>
    /// <item><description><see cref="DateTime"/>, or with a distance from UTC <see cref="DateTimeOffset"/>: dates in the order of ISO 8601, such
    /// as 2024-05-31 and 2024-05-31T12:30:00. One that is missing is the default of the type, which <c>TabularFeatures</c> takes for
    /// missing.</description></item>
    /// <item><description><see cref="string"/>: everything else, without blanks around it. Missing is empty.</description></item>
    /// </list>
    /// <para>Fields may be in quotes and then hold separators, line ends and doubled quotes (RFC 4180). The file is UTF-8, has a byte-order
    /// mark, or is of the <see cref="TableOptions.Encoding"/> that is given. Empty lines are left out. A row with too few fields lacks the others;
    /// one with text beyond the fields of the first row is an
    /// error. A name that occurs twice is numbered: Price, Price.1.</para>
    /// </remarks>
    /// <param name="catalog">The data operations of a context.</param>
    /// <param name="path">The file.</param>
    /// <param name="options">How it is read; null for the defaults.</param>
    /// <returns>The rows, lazily: they are read from the file whenever somebody asks for them.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">
    /// It has no rows, or one with more fields than the first, with more than 64 million characters, or with a million fields; it is no text in its
    /// encoding; or, when rows are read, a field is not of the type of its column, or the columns are no longer those of the file.
    /// </exception>
    /// <exception cref="ArgumentException">An option is impossible, or names a column that the file does not have.</exception>
    /// <example>
    /// <code>
    /// var types = new Dictionary&lt;string, DataKind&gt; { ["Bought"] = DataKind.Boolean };
    /// IDataView train = ml.Data.LoadTable("train.csv", new TableOptions { ColumnTypes = types });
    /// IDataView test = ml.Data.LoadTable("test.csv", new TableOptions { TypesOf = train.Schema });
    /// </code>
    /// </example>
    public static IDataView LoadTable(this DataOperationsCatalog catalog, string path, TableOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new TableOptions();
        if (FindFault(options) is { } fault)
            throw fault.ToException();
        if (!File.Exists(path))
        {
            throw new FileNotFoundException(
                $"There is no file '{path}' to load a table from; the current folder is '{Environment.CurrentDirectory}'.", path);
        }

        return new TableReader(CatalogEnvironment.Of(catalog).Register(nameof(LoadTable)), Path.GetFullPath(path), options).Read();
    }

    private static OptionFault? FindFault(TableOptions options)
    {
        if (options.DecimalMarker is not ('.' or ','))
            return new(nameof(options.DecimalMarker), $"DecimalMarker is '{options.DecimalMarker}'; it is '.' or ','.");
        if (options.Separator is '"' or '\r' or '\n')
            return new(nameof(options.Separator), "Separator is a quote or the end of a line; it is a character between fields, such as ';'.");
        if (options.Separator == options.DecimalMarker)
        {
            return new(
                nameof(options.Separator),
                $"Separator and DecimalMarker are both '{options.DecimalMarker}'; give the one that stands between fields as Separator.");
        }

        if (options.ColumnTypes is null)
            return new(nameof(options.ColumnTypes), "ColumnTypes is null; leave it empty to infer every type.");
        foreach ((string name, DataKind kind) in options.ColumnTypes)
        {
            if (!FieldReader.Kinds.Contains(kind))
            {
                return new(
                    nameof(options.ColumnTypes),
                    $"ColumnTypes has {kind} for column '{name}'; a column of a table is {string.Join(", ", FieldReader.Kinds)}.");
            }
        }

        return null;
    }
}
