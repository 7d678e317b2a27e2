using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.TestSupport;

namespace MLNet.DeepExt.Neural.Tests.Data;

[Trait("Spec", "A7")]
public sealed class ShuffledStreamSourceTests
{
    private static readonly TargetCheck Check = new(new SoftmaxCrossEntropy(), 1000);

    private static readonly CounterRandom Shuffle = new(1);

    [Fact]
    public void Every_epoch_brings_every_row_once_in_batches_cut_as_those_in_memory()
    {
        var random = new Random(1);
        for (int sample = 0; sample < 150; sample++)
        {
            int rows = random.Next(1, 400), buffer = random.Next(1, 500), batchSize = random.Next(1, 100);
            LabeledRows data = Numbered(rows);
            using ShuffledStreamSource source = Source(data, batchSize, buffer);
            using var memory = new MemoryBatchSource(data, [.. Enumerable.Range(0, rows)], batchSize, Shuffle);
            Assert.Equal(memory.MaximumBatch, source.MaximumBatch);
            for (int epoch = 1; epoch <= 2; epoch++)
            {
                List<long[]> batches = BatchesOf(source, data, epoch), expected = BatchesOf(memory, data, epoch);
                Assert.Equal(expected.Select(batch => batch.Length), batches.Select(batch => batch.Length));
                Assert.Equal(Enumerable.Range(0, rows).Select(row => (long)row), batches.SelectMany(batch => batch).Order());
            }
        }
    }

    [Fact]
    public void A_buffer_that_holds_all_rows_gives_the_order_of_rows_in_memory()
    {
        var random = new Random(2);
        for (int sample = 0; sample < 50; sample++)
        {
            int rows = random.Next(1, 300), batchSize = random.Next(1, 100);
            LabeledRows data = Numbered(rows);
            using ShuffledStreamSource source = Source(data, batchSize, bufferRows: rows);
            using var memory = new MemoryBatchSource(data, [.. Enumerable.Range(0, rows)], batchSize, Shuffle);
            for (int epoch = 1; epoch <= 3; epoch++)
                Assert.Equal(BatchesOf(memory, data, epoch), BatchesOf(source, data, epoch));
        }
    }

    [Fact]
    public void The_order_depends_on_the_seed_the_number_of_the_epoch_and_the_buffer_alone()
    {
        LabeledRows data = Numbered(1000);
        using ShuffledStreamSource source = Source(data, 32, 100), same = Source(data, 32, 100);
        using ShuffledStreamSource larger = Source(data, 32, 200), other = Source(data, 32, 100, new CounterRandom(2));
        long[] first = OrderOf(source, data, 1), second = OrderOf(source, data, 2);
        Assert.Equal(first, OrderOf(source, data, 1));
        Assert.Equal(second, OrderOf(same, data, 2));
        Assert.NotEqual(first, second);
        Assert.NotEqual(first, OrderOf(other, data, 1));
        Assert.NotEqual(first, OrderOf(larger, data, 1));
    }

    [Fact]
    public void No_row_comes_before_it_could_have_been_read()
    {
        const int rows = 2000, batchSize = 10, buffer = 50;
        LabeledRows data = Numbered(rows);
        using ShuffledStreamSource source = Source(data, batchSize, buffer);
        List<long[]> batches = BatchesOf(source, data, epoch: 1);
        for (int i = 0; i < batches.Count; i++)
            Assert.All(batches[i], row => Assert.InRange(row, 0, buffer + i * batchSize - 1));
        // And the buffer mixes: a row waits for five batches in the mean.
        double delay = batches.SelectMany((batch, i) => batch.Select(row => i * batchSize - (double)row)).Average();
        Assert.InRange(delay, -10, 10);
        Assert.Contains(batches.SelectMany((batch, i) => batch.Select(row => i - row / batchSize)), late => late > 10);
    }

    [Fact]
    public void Gathering_by_parts_is_gathering_the_whole()
    {
        LabeledRows data = Numbered(200);
        using ShuffledStreamSource source = Source(data, 20, 50);
        Batch<float> whole = source.CreateBatch(), parts = source.CreateBatch();
        source.BeginEpoch(1);
        while (source.MoveNext(whole))
        {
            parts.Rows = whole.Rows;
            source.Gather(whole, 0, whole.Rows);
            source.Gather(parts, 7, whole.Rows);
            source.Gather(parts, 0, 7);
            Assert.Equal(((DenseBlock<float>)whole.Inputs).Data, ((DenseBlock<float>)parts.Inputs).Data);
            Assert.Equal(whole.Target.Classes, parts.Target.Classes);
        }
    }

    [Fact]
    public void A_batch_allocates_nothing()
    {
        LabeledRows data = Numbered(30_000);
        using ShuffledStreamSource source = Source(data, 10, 1000);
        Batch<float> batch = source.CreateBatch();
        source.BeginEpoch(1);
        Assert.Equal(0, Allocation.AfterWarmUp(
            () =>
            {
                // All rounds lie within the epoch.
                Assert.True(source.MoveNext(batch));
                source.Gather(batch, 0, batch.Rows);
            },
            times: 500));
    }

    [Fact]
    public void An_epoch_can_be_left_at_any_batch_and_begun_again()
    {
        LabeledRows data = Numbered(5000);
        var stream = new RowsStream(data);
        using (var source = new ShuffledStreamSource(Counted(stream), 10, 20, Shuffle, CancellationToken.None))
        {
            List<long[]> expected = BatchesOf(source, data, epoch: 3);
            Batch<float> batch = source.CreateBatch();
            foreach (int batches in new[] { 0, 1, 2, 100, 499, 500 })
            {
                source.BeginEpoch(1);
                for (int i = 0; i < batches; i++)
                    Assert.True(source.MoveNext(batch));
                Assert.Equal(expected, BatchesOf(source, data, epoch: 3));
            }

            source.BeginEpoch(1);
            source.MoveNext(batch);
        }

        Assert.Equal(0, stream.OpenReaders);
    }

    private static StreamRows Counted(ExampleStream stream) =>
        new StreamRows { Stream = stream, Name = "training", Check = Check }.Counted(CancellationToken.None);

    private static ShuffledStreamSource Source(LabeledRows data, int batchSize, int bufferRows, CounterRandom? shuffle = null) =>
        new(Counted(new RowsStream(data)), batchSize, bufferRows, shuffle ?? Shuffle, CancellationToken.None);

    private static long[] OrderOf(BatchSource source, LabeledRows data, int epoch) =>
        [.. BatchesOf(source, data, epoch).SelectMany(batch => batch)];

    /// <summary>The rows of each batch, whose contents are checked.</summary>
    private static List<long[]> BatchesOf(BatchSource source, LabeledRows data, int epoch)
    {
        Batch<float> batch = source.CreateBatch();
        var batches = new List<long[]>();
        source.BeginEpoch(epoch);
        while (source.MoveNext(batch))
        {
            source.Gather(batch, 0, batch.Rows);
            for (int i = 0; i < batch.Rows; i++)
            {
                int row = (int)batch.RowIds[i];
                Assert.Equal(((DenseRows)data.Features).Row(row), ((DenseBlock<float>)batch.Inputs).Row(i));
                Assert.Equal(data.Classes[row], batch.Target.Classes[i]);
                Assert.Equal(data.WeightOf(row), batch.Weights[i]);
            }

            batches.Add(batch.RowIds.ToArray());
        }

        Assert.False(source.MoveNext(batch));
        return batches;
    }

    private static LabeledRows Numbered(int count) => new(
        3,
        [.. Enumerable.Range(0, count * 3).Select(i => (float)i)],
        [.. Enumerable.Range(0, count).Select(row => row % 4)],
        [.. Enumerable.Range(0, count).Select(row => (row + 1) / 8f)]);
}
