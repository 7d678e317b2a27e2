using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Interop.Schemas;

namespace MLNet.DeepExt.Data.Tables;

/// <summary>Infers the names and types of the columns of a file in one pass over all rows.</summary>
/// <param name="host">Where warnings go.</param>
/// <param name="path">The file.</param>
/// <param name="options">How it is read.</param>
internal sealed class TableReader(IHost host, string path, TableOptions options)
{
    private const int RowsBetweenChecks = 1024;

    /// <summary>The table.</summary>
    /// <exception cref="InvalidDataException">The file has no rows, or a row has more fields than the first.</exception>
    public IDataView Read()
    {
        var file = new TableFile(path, options.Separator ?? FieldSeparator.Find(path, options), options.HasHeader, options.Encoding);
        var parser = new FieldParser(options.DecimalMarker);
        using RowScanner rows = file.Open(out string[] names);
        ColumnInference[] inferred = [.. names.Select(_ => new ColumnInference(parser))];
        RefuseUnknown(names);
        Read(rows, inferred);
        TableColumn[] columns = [.. names.Zip(inferred, (name, column) => new TableColumn(name, GivenKind(name) ?? column.Kind))];
        WarnOfDecimalCommas(columns, inferred);
        return new TableView(file, columns, parser);
    }

    private void Read(RowScanner rows, ColumnInference[] columns)
    {
        long count = 0;
        for (; rows.MoveNext(); count++)
        {
            for (int column = 0; column < columns.Length; column++)
                columns[column].Add(rows.Field(column));
            for (int field = columns.Length; field < rows.FieldCount; field++)
            {
                if (!rows.Field(field).IsEmpty)
                    throw TooLong(rows, columns.Length, rows.Field(field).ToString());
            }

            if (count % RowsBetweenChecks == 0)
                host.ThrowIfCancelled();
        }

        if (count == 0)
        {
            throw new InvalidDataException(
                $"The file '{path}' has no row of values" + (options.HasHeader ? "; where its first row is not names, set HasHeader = false." : "."));
        }
    }

    private InvalidDataException TooLong(RowScanner rows, int columns, string field) => new(string.Create(
        CultureInfo.InvariantCulture,
        $"{rows.Place} has {rows.FieldCount} fields where the first row has {columns}, '{field}' among those beyond; ") +
        "put fields that hold the separator in quotes, or set Separator.");

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
            $"Column '{column.Name}' of TypesOf is of type {SchemaShapes.TypeName(column.Type)}, which no column of a file has; give " +
            "the schema of a table as it was loaded, before anything was made of it.", nameof(TableOptions.TypesOf));
    }

    private void RefuseUnknown(string[] names)
    {
        string[] unknown = [.. options.ColumnTypes.Keys.Except(names)];
        if (unknown.Length > 0)
        {
            throw new ArgumentException(
                $"ColumnTypes has a type for {NameList.Of(unknown)} but the file '{path}' has the columns {NameList.Of(names)}; " +
                "write the names as its first row does.", nameof(options.ColumnTypes));
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
        host.Warn(
            nameof(TableReader),
            $"{(doubtful.Length == 1 ? "Column" : "Columns")} {NameList.Of(doubtful)} {(doubtful.Length == 1 ? "is" : "are")} loaded as text but " +
            "would hold numbers if a comma stood before decimals; set DecimalMarker = ',' if it does.");
    }
}
