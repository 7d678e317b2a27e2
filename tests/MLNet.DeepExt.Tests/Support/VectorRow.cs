using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.DeepExt.Tests.Support;

/// <summary>A row of features, dense or sparse.</summary>
public sealed class VectorRow
{
    public VBuffer<float> Features { get; set; }

    public static IDataView Dense(MLContext context, IEnumerable<float[]> rows) =>
        Load(context, rows.Select(row => new VBuffer<float>(row.Length, row)));

    /// <summary>The rows with their zeros left out.</summary>
    public static IDataView Sparse(MLContext context, IEnumerable<float[]> rows) =>
        Load(context, rows.Select(row =>
        {
            int[] slots = [.. Enumerable.Range(0, row.Length).Where(slot => row[slot] != 0)];
            return new VBuffer<float>(row.Length, slots.Length, [.. slots.Select(slot => row[slot])], slots);
        }));

    public static IDataView Load(MLContext context, IEnumerable<VBuffer<float>> rows, int? length = null)
    {
        VBuffer<float>[] buffers = [.. rows];
        var definition = SchemaDefinition.Create(typeof(VectorRow));
        definition["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, length ?? buffers[0].Length);
        return context.Data.LoadFromEnumerable(buffers.Select(buffer => new VectorRow { Features = buffer }).ToArray(), definition);
    }

    public static VBuffer<float>[] ReadBuffers(IDataView data, string column = "Features")
    {
        var rows = new List<VBuffer<float>>();
        using DataViewRowCursor cursor = data.GetRowCursor([data.Schema[column]]);
        ValueGetter<VBuffer<float>> getter = cursor.GetGetter<VBuffer<float>>(data.Schema[column]);
        while (cursor.MoveNext())
        {
            VBuffer<float> row = default;
            getter(ref row);
            rows.Add(row);
        }

        return [.. rows];
    }

    public static float[][] Read(IDataView data, string column = "Features") =>
        [.. ReadBuffers(data, column).Select(row => row.DenseValues().ToArray())];
}
