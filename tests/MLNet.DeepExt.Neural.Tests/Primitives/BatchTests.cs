using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Tests.Primitives;

public sealed class BatchTests
{
    [Fact]
    public void A_new_batch_is_full_and_every_row_has_weight_one()
    {
        var batch = new Batch<float>(new DenseBlock<float>(5, 3), Target<float>.OfClasses(5));
        Assert.Equal(5, batch.Rows);
        Assert.Equal([1f, 1f, 1f, 1f, 1f], batch.Weights.ToArray());
        Assert.Equal(new long[5], batch.RowIds.ToArray());
        Assert.Equal(5, batch.TotalWeight());
    }

    [Fact]
    public void Setting_the_rows_sets_those_of_the_inputs_and_of_the_target()
    {
        var batch = new Batch<double>(new DenseBlock<double>(5, 3), Target<double>.OfValues(5, 2)) { Rows = 2 };
        Assert.Equal((2, 2, 2, 2), (batch.Inputs.Rows, batch.Target.Values!.Rows, batch.Weights.Length, batch.RowIds.Length));
    }

    [Fact]
    public void The_total_weight_counts_the_rows_in_use()
    {
        var batch = new Batch<float>(new DenseBlock<float>(3, 1), Target<float>.OfClasses(3));
        batch.Weights[0] = 0.25f;
        batch.Weights[1] = 0;
        batch.Weights[2] = 100;
        batch.Rows = 2;
        Assert.Equal(0.25, batch.TotalWeight());
    }

    [Fact]
    public void The_total_weight_of_many_floats_is_summed_in_double()
    {
        var batch = new Batch<float>(new DenseBlock<float>(100_001, 1), Target<float>.OfClasses(100_001));
        batch.Weights[0] = 1 << 25;
        Assert.Equal((1 << 25) + 100_000, batch.TotalWeight());
    }

    [Fact]
    public void A_target_with_room_for_fewer_rows_is_refused()
    {
        var inputs = new DenseBlock<float>(5, 3);
        var exception = Assert.Throws<ArgumentException>("target", () => new Batch<float>(inputs, Target<float>.OfClasses(4)));
        Assert.Equal("The inputs have room for 5 rows but the target for 4; give both the same. (Parameter 'target')", exception.Message);
        Assert.Throws<ArgumentException>("target", () => new Batch<float>(inputs, Target<float>.OfValues(6, 1)));
    }
}
