using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Tests.Support;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Tests.Interop.Scoring;

/// <summary>Scoring takes memory, and rows of its source, by what is read of it.</summary>
public sealed class ScoringMemoryTests
{
    private readonly MLContext _context = new(seed: 1);

    [Fact]
    public void The_first_scored_row_reads_few_rows_of_the_source_and_takes_little_memory()
    {
        NeuralNetworkMulticlassTransformer transformer = Fit(width: 784, classes: 10, hiddenUnits: [256, 128]);
        int rowsRead = 0;
        var source = new WatchedDataView(Rows(width: 784, classes: 10, count: 1000), row => rowsRead = row);
        ReadScores(transformer.Transform(source), rows: 1);
        Assert.InRange(rowsRead, 1, 8);

        long before = GC.GetAllocatedBytesForCurrentThread();
        ReadScores(transformer.Transform(source), rows: 1);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 400_000);
    }

    [Fact]
    public void Blocks_grow_while_rows_are_read_up_to_256()
    {
        NeuralNetworkMulticlassTransformer transformer = Fit(width: 4, classes: 2, hiddenUnits: [4]);
        Assert.Equal([8, 24, 56, 120, 248, 504, 760, 1000], RowsReadAhead(transformer, width: 4, classes: 2, count: 1000));
    }

    [Fact]
    public void Blocks_of_wide_rows_are_smaller()
    {
        const int width = 200_000;
        NeuralNetworkMulticlassTransformer transformer = Fit(width, classes: 2, hiddenUnits: []);
        Assert.Equal([5, 10, 12], RowsReadAhead(transformer, width, classes: 2, count: 12, dense: true));
    }

    [Fact]
    public void Blocks_of_wide_sparse_rows_are_not()
    {
        const int width = 200_000;
        NeuralNetworkMulticlassTransformer transformer = Fit(width, classes: 2, hiddenUnits: []);
        Assert.Equal([8, 24, 56, 60], RowsReadAhead(transformer, width, classes: 2, count: 60));

        // Written out, the rows would take 48 MB.
        IDataView scored = transformer.Transform(Rows(width, classes: 2, count: 60));
        long before = GC.GetAllocatedBytesForCurrentThread();
        ReadScores(scored, rows: 60);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200_000);
    }

    [Fact]
    public void Rows_wider_than_a_block_are_scored_one_by_one()
    {
        const int width = 2_000_000;
        NeuralNetworkMulticlassTransformer transformer = Fit(width, classes: 2, hiddenUnits: []);
        Assert.Equal([1, 2, 3], RowsReadAhead(transformer, width, classes: 2, count: 3, dense: true));

        IDataView scored = transformer.Transform(Rows(width, classes: 2, count: 10, dense: true));
        long before = GC.GetAllocatedBytesForCurrentThread();
        ReadScores(scored, rows: 10);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 5L * width * sizeof(float));
    }

    /// <summary>How many rows of the source had been read, each time that more were read.</summary>
    private int[] RowsReadAhead(NeuralNetworkMulticlassTransformer transformer, int width, int classes, int count, bool dense = false)
    {
        int rowsRead = 0;
        var source = new WatchedDataView(Rows(width, classes, count, dense), row => rowsRead = row);
        var steps = new List<int>();
        ReadScores(transformer.Transform(source), count, () =>
        {
            if (steps.LastOrDefault() != rowsRead)
                steps.Add(rowsRead);
        });
        return [.. steps];
    }

    private static void ReadScores(IDataView scored, int rows, Action? onRow = null)
    {
        using DataViewRowCursor cursor = scored.GetRowCursor([scored.Schema["Score"]]);
        ValueGetter<VBuffer<float>> getter = cursor.GetGetter<VBuffer<float>>(scored.Schema["Score"]);
        VBuffer<float> score = default;
        for (int row = 0; row < rows; row++)
        {
            Assert.True(cursor.MoveNext());
            getter(ref score);
            onRow?.Invoke();
        }
    }

    private NeuralNetworkMulticlassTransformer Fit(int width, int classes, int[] hiddenUnits) =>
        _context.MulticlassClassification.Trainers.NeuralNetwork(new NeuralNetworkMulticlassTrainer.Options
        {
            HiddenUnits = hiddenUnits,
            MaximumEpochs = 1,
            ValidationFraction = 0,
            BatchSize = 2,
            NumberOfThreads = 1,
        }).Fit(Rows(width, classes, count: classes));

    // Each row has one feature that is not 0.
    private IDataView Rows(int width, int classes, int count, bool dense = false)
    {
        var definition = SchemaDefinition.Create(typeof(Row));
        definition["Label"].ColumnType = new KeyDataViewType(typeof(uint), classes);
        definition["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, width);
        return _context.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(i => new Row
        {
            Label = (uint)(i % classes),
            Features = dense ? Written(i) : new VBuffer<float>(width, 1, [1f], [i % width]),
        }).ToArray(), definition);

        VBuffer<float> Written(int row)
        {
            var values = new float[width];
            values[row % width] = 1;
            return new VBuffer<float>(width, values);
        }
    }

    private sealed class Row
    {
        public uint Label { get; set; }

        public VBuffer<float> Features { get; set; }
    }
}
