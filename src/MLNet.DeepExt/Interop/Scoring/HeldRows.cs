using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Interop.Schemas;

namespace MLNet.DeepExt.Interop.Scoring;

/// <summary>The first rows of a data view, in memory, with its own schema: a model maps them as it maps those.</summary>
internal sealed class HeldRows
{
    private readonly Dictionary<int, ColumnBuffer> _buffers; // by index of the column

    private HeldRows(DataViewSchema schema, DataViewSchema.Column[] columns, Dictionary<int, ColumnBuffer> buffers, int count)
    {
        Schema = schema;
        Columns = columns;
        _buffers = buffers;
        Count = count;
    }

    public DataViewSchema Schema { get; }

    /// <summary>The columns that are held.</summary>
    public IReadOnlyList<DataViewSchema.Column> Columns { get; }

    /// <summary>How many rows are held.</summary>
    public int Count { get; }

    /// <summary>Reads them.</summary>
    /// <param name="host">Who reads.</param>
    /// <param name="data">The rows.</param>
    /// <param name="columns">The columns to hold.</param>
    /// <param name="most">How many rows to hold at most.</param>
    /// <exception cref="InvalidOperationException">There are no rows, or a column has values that have to be disposed of.</exception>
    public static HeldRows Read(IHost host, IDataView data, DataViewSchema.Column[] columns, int most)
    {
        // The reader of such a value disposes of it, so that it can be read once.
        if (Array.FindIndex(columns, column => typeof(IDisposable).IsAssignableFrom(column.Type.RawType)) is >= 0 and var index)
        {
            throw host.Process(new InvalidOperationException(
                $"Column '{columns[index].Name}' has values of type {SchemaShapes.TypeName(columns[index].Type)}, which cannot be held in memory to "
                + "time predictions; make reading them a part of the model, or give the figure."));
        }

        using DataViewRowCursor cursor = data.Open(columns);
        Dictionary<int, ColumnBuffer> buffers = columns.ToDictionary(column => column.Index, column => ColumnBuffer.Create(cursor, column));
        int count = 0;
        for (; count < most && cursor.MoveNext(host); count++)
        {
            foreach (ColumnBuffer buffer in buffers.Values)
                buffer.Read(count);
        }

        return count > 0
            ? new HeldRows(data.Schema, columns, buffers, count)
            : throw host.Process(new InvalidOperationException("There are no rows to time predictions of; give some, or give the figure."));
    }

    /// <summary>Some of the rows as a data view; after the last comes the first.</summary>
    public IDataView Batch(int first, int count) => new HeldBatch(this, first, count);

    /// <summary>A cursor over some of the rows; after the last comes the first.</summary>
    public DataViewRowCursor CreateCursor(int first, long count, IEnumerable<DataViewSchema.Column> columns) =>
        new HeldCursor(this, first, count, new ActiveColumns(Schema, columns));

    /// <summary>A getter of a column in the row that <paramref name="currentRow"/> names; null for a column that is not held.</summary>
    public Delegate? GetterOf(DataViewSchema.Column column, Func<int> currentRow) =>
        _buffers.GetValueOrDefault(column.Index)?.CreateGetter(currentRow);
}
