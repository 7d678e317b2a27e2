using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.TestSupport;

namespace MLNet.DeepExt.Neural.Tests.Data;

[Trait("Spec", "A7")]
public sealed class MemoryBatchSourceTests
{
    private const int Width = 3;

    [Fact]
    public void Every_epoch_brings_every_member_once()
    {
        int[] members = [.. Enumerable.Range(0, 100).Where(row => row % 3 != 0)];
        var source = new MemoryBatchSource(Rows(100), members, 7, new CounterRandom(1));
        Assert.Equal(members.Length, source.Rows);
        for (int epoch = 1; epoch <= 5; epoch++)
            Assert.Equal(members.Select(row => (long)row), OrderOf(source, epoch).Order());
    }

    [Fact]
    public void The_order_depends_on_the_seed_and_the_number_of_the_epoch_alone()
    {
        var source = new MemoryBatchSource(Rows(50), [.. Enumerable.Range(0, 50)], 8, new CounterRandom(1));
        var same = new MemoryBatchSource(Rows(50), [.. Enumerable.Range(0, 50)], 50, new CounterRandom(1));
        var other = new MemoryBatchSource(Rows(50), [.. Enumerable.Range(0, 50)], 8, new CounterRandom(2));
        long[] first = OrderOf(source, 1), second = OrderOf(source, 2);
        Assert.Equal(first, OrderOf(source, 1));
        Assert.Equal(second, OrderOf(same, 2));
        Assert.NotEqual(first, second);
        Assert.NotEqual(first, OrderOf(other, 1));
        Assert.NotEqual(first, first.Order());
    }

    [Fact]
    public void Without_a_shuffle_the_rows_keep_their_order()
    {
        var source = new MemoryBatchSource(Rows(9), [8, 2, 5, 0], 3, shuffle: null);
        Assert.Equal([8L, 2, 5, 0], OrderOf(source, 1));
        Assert.Equal([8L, 2, 5, 0], OrderOf(source, 2));
    }

    [Theory]
    [InlineData(10, 4, "4 4 2")]
    [InlineData(12, 4, "4 4 4")]
    [InlineData(9, 4, "4 5")] // A single last row joins the ones before it.
    [InlineData(5, 4, "5")]
    [InlineData(3, 2, "3")]
    [InlineData(4, 4, "4")]
    [InlineData(3, 4, "3")]
    [InlineData(3, 1000, "3")]
    [InlineData(1, 4, "1")]
    [InlineData(3, 1, "1 1 1")]
    public void An_epoch_is_cut_into_batches_of_one_size(int rows, int batchSize, string sizes)
    {
        var source = new MemoryBatchSource(Rows(rows), [.. Enumerable.Range(0, rows)], batchSize, new CounterRandom(1));
        Batch<float> batch = source.CreateBatch();
        Assert.Equal(source.MaximumBatch, batch.Inputs.Capacity);
        for (int epoch = 1; epoch <= 2; epoch++)
        {
            source.BeginEpoch(epoch);
            var seen = new List<int>();
            while (source.MoveNext(batch))
                seen.Add(batch.Rows);
            Assert.Equal(sizes, string.Join(' ', seen));
            Assert.Equal(source.MaximumBatch, seen.Max());
            Assert.False(source.MoveNext(batch));
        }
    }

    [Fact]
    public void No_batch_is_ever_a_single_row_unless_asked_for()
    {
        for (int rows = 2; rows <= 40; rows++)
        {
            for (int batchSize = 2; batchSize <= 41; batchSize++)
            {
                var source = new MemoryBatchSource(Rows(rows), [.. Enumerable.Range(0, rows)], batchSize, shuffle: null);
                Batch<float> batch = source.CreateBatch();
                source.BeginEpoch(1);
                int total = 0;
                while (source.MoveNext(batch))
                {
                    Assert.InRange(batch.Rows, 2, source.MaximumBatch);
                    total += batch.Rows;
                }

                Assert.Equal(rows, total);
            }
        }
    }

    [Fact]
    public void A_batch_holds_the_features_class_and_weight_of_its_rows()
    {
        LabeledRows rows = Rows(30);
        var source = new MemoryBatchSource(rows, [.. Enumerable.Range(0, 30)], 7, new CounterRandom(1));
        Batch<float> batch = source.CreateBatch();
        source.BeginEpoch(1);
        while (source.MoveNext(batch))
        {
            source.Gather(batch, 0, batch.Rows);
            for (int i = 0; i < batch.Rows; i++)
            {
                int row = (int)batch.RowIds[i];
                Assert.Equal(rows.DenseFeatures()[(row * Width)..((row + 1) * Width)], batch.Inputs.AsDense().Row(i).ToArray());
                Assert.Equal(rows.Classes[row], batch.Target.Classes[i]);
                Assert.Equal(rows.WeightOf(row), batch.Weights[i]);
            }
        }
    }

    [Fact]
    public void Gathering_by_parts_is_gathering_the_whole()
    {
        var source = new MemoryBatchSource(Rows(20), [.. Enumerable.Range(0, 20)], 20, new CounterRandom(1));
        Batch<float> whole = source.CreateBatch(), parts = source.CreateBatch();
        source.BeginEpoch(1);
        source.MoveNext(whole);
        source.BeginEpoch(1);
        source.MoveNext(parts);
        source.Gather(whole, 0, 20);
        for (int cut = 0; cut <= 20; cut++)
        {
            parts.Inputs.AsDense().Data.Clear();
            parts.Target.Classes.Fill(-1);
            source.Gather(parts, cut, 20);
            source.Gather(parts, 0, cut);
            Assert.Equal(whole.Inputs.AsDense().Data, parts.Inputs.AsDense().Data);
            Assert.Equal(whole.Target.Classes, parts.Target.Classes);
        }
    }

    [Fact]
    public void Moving_and_gathering_allocate_nothing()
    {
        var source = new MemoryBatchSource(Rows(100), [.. Enumerable.Range(0, 100)], 10, new CounterRandom(1));
        Batch<float> batch = source.CreateBatch();
        int epoch = 0;
        Assert.Equal(0, Allocation.AfterWarmUp(() =>
        {
            source.BeginEpoch(++epoch);
            while (source.MoveNext(batch))
                source.Gather(batch, 0, batch.Rows);
        }));
    }

    private static LabeledRows Rows(int count) => new(
        Width,
        [.. Enumerable.Range(0, count * Width).Select(i => (float)i)],
        [.. Enumerable.Range(0, count).Select(row => row % 4)],
        [.. Enumerable.Range(0, count).Select(row => row / 8f)]);

    private static long[] OrderOf(MemoryBatchSource source, int epoch)
    {
        Batch<float> batch = source.CreateBatch();
        var order = new List<long>();
        source.BeginEpoch(epoch);
        while (source.MoveNext(batch))
            order.AddRange(batch.RowIds);
        return [.. order];
    }
}
