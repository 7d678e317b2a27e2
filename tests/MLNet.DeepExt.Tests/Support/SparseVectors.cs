using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.DeepExt.Tests.Support;

/// <summary>Labelled rows of many features of which few are not 0, in any form a vector can come in.</summary>
public sealed class SparseVectors
{
    public uint Label { get; set; }

    public VBuffer<float> Features { get; set; }

    /// <summary>Rows whose features tell their class, not without errors; now and then one without any.</summary>
    public static SparseVectors[] Generate(int count, int width, int entries, int classes = 3, int seed = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(row =>
        {
            int label = random.Next(classes);
            var values = new SortedDictionary<int, float>();
            for (int i = 0; i < entries && row % 10 != 0; i++)
            {
                int column = random.Next(width);
                int first = column - column % classes;
                values[i % 2 == 0 ? first + (first + label < width ? label : 0) : column] = random.NextSingle() + 0.5f;
            }

            return new SparseVectors
            {
                Label = (uint)label,
                Features = new VBuffer<float>(width, values.Count, [.. values.Values], [.. values.Keys]),
            };
        })];
    }

    /// <summary>The same rows with their zeros written out.</summary>
    public static SparseVectors[] WrittenOut(IEnumerable<SparseVectors> rows) => [.. rows.Select(row => new SparseVectors
    {
        Label = row.Label,
        Features = new VBuffer<float>(row.Features.Length, [.. row.Features.DenseValues()]),
    })];

    /// <summary>The same rows, each with a few zeros among what is stored.</summary>
    public static SparseVectors[] WithStoredZeros(IEnumerable<SparseVectors> rows) => [.. rows.Select(row =>
    {
        var values = new SortedDictionary<int, float>(row.Features.Items().ToDictionary(item => item.Key, item => item.Value));
        for (int column = 0; column < row.Features.Length; column += row.Features.Length / 5)
            values.TryAdd(column, 0);
        return new SparseVectors
        {
            Label = row.Label,
            Features = new VBuffer<float>(row.Features.Length, values.Count, [.. values.Values], [.. values.Keys]),
        };
    })];

    public static SchemaDefinition Definition(int width, int classes = 3)
    {
        var definition = SchemaDefinition.Create(typeof(SparseVectors));
        definition["Label"].ColumnType = new KeyDataViewType(typeof(uint), classes);
        definition["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, width);
        return definition;
    }

    public static IDataView Load(MLContext context, SparseVectors[] rows, int classes = 3) =>
        context.Data.LoadFromEnumerable(rows, Definition(rows[0].Features.Length, classes));
}
