using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop.Hosting;

namespace MLNet.DeepExt.Data.Tables;

/// <summary>Finds out what the columns of a file are, in one pass over all of its rows.</summary>
/// <param name="host">Who is told what is doubtful.</param>
/// <param name="catalog">Who reads the fields: ML.NET's text loader.</param>
/// <param name="path">The file.</param>
/// <param name="options">How it is read.</param>
internal sealed class TableReader(IHost host, DataOperationsCatalog catalog, string path, TableOptions options)
{
    /// <summary>The table.</summary>
    /// <exception cref="InvalidDataException">The file has no rows, or a row has more fields than the header.</exception>
    public IDataView Read()
    {
        (char separator, int count) = FieldSeparator.Find(path, options.Separator);
        IDataView fields = OpenFields(separator, count + 1);
        var parser = new FieldParser(options.DecimalMarker);
        ColumnInference[] inferred = [.. Enumerable.Range(0, count).Select(_ => new ColumnInference(parser))];
        string[] names = ReadAll(fields, inferred);
        TableColumn[] columns = [.. names.Zip(inferred, (name, column) => new TableColumn(name, GivenKind(name) ?? column.Kind))];
        RefuseUnknown(names);
        WarnOfDecimalCommas(columns, inferred);
        return new TableView(fields, options.HasHeader, columns, parser);
    }

    // One field more than there are columns, which is blank unless a row is too long.
    private IDataView OpenFields(char separator, int count) => catalog.CreateTextLoader(new TextLoader.Options
    {
        Separators = [separator],
        HasHeader = false,
        AllowQuoting = true,
        ReadMultilines = true,
        Columns =
        [
            .. Enumerable.Range(0, count).Select(field =>
                new TextLoader.Column(field.ToString(CultureInfo.InvariantCulture), DataKind.String, field)),
        ],
    }).Load(path);

    private string[] ReadAll(IDataView fields, ColumnInference[] columns)
    {
        string[] names = [.. columns.Select((_, column) => NameOf(column, ""))];
        using DataViewRowCursor cursor = fields.GetRowCursor(fields.Schema);
        ValueGetter<ReadOnlyMemory<char>>[] getters =
            [.. fields.Schema.Select(cursor.GetGetter<ReadOnlyMemory<char>>)];
        ReadOnlyMemory<char> field = default;
        long rows = 0;
        for (bool isHeader = options.HasHeader; cursor.MoveNext(host); isHeader = false)
        {
            for (int column = 0; column < columns.Length; column++)
            {
                getters[column](ref field);
                ReadOnlySpan<char> text = field.Span.Trim();
                if (isHeader)
                    names[column] = NameOf(column, text.ToString());
                else
                    columns[column].Add(text);
            }

            rows += isHeader ? 0 : 1;
            getters[^1](ref field);
            if (!field.Span.Trim().IsEmpty)
                throw TooLong(isHeader ? 0 : rows, columns.Length, field.Span.Trim().ToString());
        }

        return rows > 0
            ? Distinct(names)
            : throw new InvalidDataException(
                $"The file '{path}' has no row of values" + (options.HasHeader ? "; where its first row is not names, set HasHeader = false." : "."));
    }

    private InvalidDataException TooLong(long row, int columns, string field) => new(
        string.Create(CultureInfo.InvariantCulture, $"Row {row} of the file '{path}' has more than the {columns} fields of its first row, ") +
        $"the next one being '{field}'; put fields that hold the separator in quotes, or set Separator.");

    private static string NameOf(int column, string header) =>
        header.Length > 0 ? header : string.Create(CultureInfo.InvariantCulture, $"Column{column + 1}");

    // A name that is there already gets a number, as pandas has it.
    private static string[] Distinct(string[] names)
    {
        var seen = new HashSet<string>(names.Length);
        var distinct = new string[names.Length];
        for (int column = 0; column < names.Length; column++)
        {
            string name = names[column];
            for (int copy = 1; !seen.Add(name); copy++)
                name = string.Create(CultureInfo.InvariantCulture, $"{names[column]}.{copy}");
            distinct[column] = name;
        }

        return distinct;
    }

    private DataKind? GivenKind(string name) =>
        options.ColumnTypes.TryGetValue(name, out DataKind kind) ? kind
        : options.TypesOf?.GetColumnOrNull(name) is { } column ? KindOf(column)
        : null;

    private static DataKind KindOf(DataViewSchema.Column column)
    {
        foreach (DataKind kind in FieldReader.Kinds)
        {
            if (column.Type.Equals(FieldReader.TypeOf(kind)))
                return kind;
        }

        throw new ArgumentException(
            $"Column '{column.Name}' of TypesOf is of type {column.Type}, which no column of a file has; give the schema of a table as it was " +
            "loaded, before anything was made of it.", nameof(options));
    }

    private void RefuseUnknown(string[] names)
    {
        string[] unknown = [.. options.ColumnTypes.Keys.Except(names)];
        if (unknown.Length > 0)
        {
            throw new ArgumentException(
                $"ColumnTypes has a type for {NameList.Of(unknown)} but the file '{path}' has the columns {NameList.Of(names)}; " +
                "write the names as its first row does.", nameof(options));
        }
    }

    private void WarnOfDecimalCommas(TableColumn[] columns, ColumnInference[] inferred)
    {
        string[] doubtful =
        [
            .. columns.Zip(inferred)
                .Where(pair => pair.First.Kind == DataKind.String && pair.Second.LooksLikeDecimalComma).Select(pair => pair.First.Name),
        ];
        if (doubtful.Length == 0)
            return;
        using IChannel channel = host.Start(nameof(TableReader));
        channel.Warning(
            MessageSensitivity.Schema,
            $"Columns {NameList.Of(doubtful)} are loaded as text but hold numbers with a decimal comma; set DecimalMarker = ',' to load them as numbers.");
    }
}
