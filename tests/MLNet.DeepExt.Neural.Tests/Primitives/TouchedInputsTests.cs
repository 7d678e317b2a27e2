using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.TestSupport;

namespace MLNet.DeepExt.Neural.Tests.Primitives;

public sealed class TouchedInputsTests
{
    [Fact]
    public void Entries_are_found_by_input_in_ascending_order()
    {
        var block = new SparseBlock<float>(4, 10);
        block.Append([3, 7], [1f, 2f]);
        block.Append([], []);
        block.Append([0, 3, 9], [3f, 4f, 5f]);
        block.Append([7], [6f]);
        var touched = new TouchedInputs<float>(10);
        touched.Read(block);
        Assert.Equal([0, 3, 7, 9], touched.Inputs.ToArray());
        Assert.Equal([0, 1, 3, 5, 6], touched.Starts.ToArray());
        Assert.Equal([2, 0, 2, 0, 3, 2], touched.Rows.ToArray());
        Assert.Equal([3f, 1f, 4f, 2f, 6f, 5f], touched.Values.ToArray());
    }

    [Fact]
    public void Every_block_is_transposed_whatever_came_before()
    {
        var random = new Random(1);
        var touched = new TouchedInputs<double>(40);
        for (int sample = 0; sample < 50; sample++)
        {
            DenseBlock<double> dense = SparseRowsOf.Random<double>(random.Next(1, 30), 40, random.NextDouble(), random);
            touched.Read(SparseRowsOf.Block(dense));
            var found = new double[dense.Rows, 40];
            for (int place = 0; place < touched.Count; place++)
            {
                int[] rows = touched.Rows[touched.Starts[place]..touched.Starts[place + 1]].ToArray();
                Assert.Equal(rows.Distinct().Order(), rows);
                for (int entry = touched.Starts[place]; entry < touched.Starts[place + 1]; entry++)
                    found[touched.Rows[entry], touched.Inputs[place]] = touched.Values[entry];
            }

            Assert.Equal(touched.Count, touched.Inputs.ToArray().Distinct().Count());
            Assert.Equal(dense.ToDoubles(), found.Cast<double>());
        }
    }

    [Fact]
    public void A_block_of_zeros_touches_nothing()
    {
        var touched = new TouchedInputs<float>(10);
        touched.Read(new SparseBlock<float>(3, 10) { Rows = 3 });
        Assert.Equal(0, touched.Count);
        Assert.Equal([0], touched.Starts.ToArray());
        Assert.True(touched.Rows.IsEmpty);
    }

    [Fact]
    public void Reading_block_after_block_allocates_nothing()
    {
        var random = new Random(2);
        SparseBlock<float>[] blocks =
            [.. Enumerable.Range(0, 3).Select(_ => SparseRowsOf.Block(SparseRowsOf.Random<float>(20, 50, 0.2, random)))];
        var touched = new TouchedInputs<float>(50);
        Assert.Equal(0, Allocation.AfterWarmUp(() =>
        {
            foreach (SparseBlock<float> block in blocks)
                touched.Read(block);
        }));
    }
}
