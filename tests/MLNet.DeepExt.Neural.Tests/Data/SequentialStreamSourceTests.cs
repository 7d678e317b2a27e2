using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.TestSupport;

namespace MLNet.DeepExt.Neural.Tests.Data;

public sealed class SequentialStreamSourceTests
{
    private static readonly TargetCheck Check = new(new SoftmaxCrossEntropy(), Clusters.Classes);

    [Theory]
    [InlineData(1, 4)]
    [InlineData(9, 4)]
    [InlineData(10, 4)]
    [InlineData(3000, 256)]
    public void It_gives_the_batches_of_rows_in_memory_in_their_order(int count, int batchSize)
    {
        LabeledRows rows = Clusters.Rows(count, weighted: true);
        var stream = new RowsStream(rows);
        using var memory = new MemoryBatchSource(rows, [.. Enumerable.Range(0, count)], batchSize, shuffle: null);
        using (var source = new SequentialStreamSource(
            new StreamRows { Stream = stream, Name = "validation", Check = Check }.Counted(CancellationToken.None),
            batchSize, CancellationToken.None))
        {
            Batch<float> actual = source.CreateBatch(), expected = memory.CreateBatch();
            for (int epoch = 1; epoch <= 2; epoch++)
            {
                source.BeginEpoch(epoch);
                memory.BeginEpoch(epoch);
                while (memory.MoveNext(expected))
                {
                    Assert.True(source.MoveNext(actual));
                    memory.Gather(expected, 0, expected.Rows);
                    source.Gather(actual, 0, actual.Rows);
                    Assert.Equal(expected.RowIds, actual.RowIds);
                    Assert.Equal(expected.Weights, actual.Weights);
                    Assert.Equal(((DenseBlock<float>)expected.Inputs).Data, ((DenseBlock<float>)actual.Inputs).Data);
                    Assert.Equal(expected.Target.Classes[..expected.Rows], actual.Target.Classes[..actual.Rows]);
                }

                Assert.False(source.MoveNext(actual));
            }
        }

        Assert.Equal((3, 0), (stream.Openings, stream.OpenReaders));
    }
}
