using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Tests.Primitives;

public sealed class DenseBlockTests
{
    [Theory]
    [InlineData(1, 16)]
    [InlineData(16, 16)]
    [InlineData(17, 32)]
    public void Rows_are_padded_to_whole_strips_of_zeros(int width, int stride)
    {
        var block = new DenseBlock<float>(3, width);
        Assert.Equal((3, 3, width, stride), (block.Capacity, block.Rows, block.Width, block.Stride));
        Assert.Equal(3 * stride, block.Data.Length);
        Assert.False(block.Data.ContainsAnyExcept(0));

        for (int row = 0; row < 3; row++)
            block.Row(row).Fill(row + 1);
        for (int row = 0; row < 3; row++)
        {
            Assert.Equal(Enumerable.Repeat(row + 1f, width).Concat(Enumerable.Repeat(0f, stride - width)), block.PaddedRow(row).ToArray());
            Assert.Equal(block.Data.Slice(row * stride, stride), block.PaddedRow(row));
        }
    }

    [Fact]
    public void Only_the_rows_in_use_can_be_seen_and_the_others_come_back_as_they_were()
    {
        var block = new DenseBlock<double>(3, 2);
        block.Row(2).Fill(7);
        block.Rows = 2;
        Assert.Equal(2 * block.Stride, block.Data.Length);
        Assert.ThrowsAny<ArgumentException>(() => { block.Row(2); });
        Assert.ThrowsAny<ArgumentException>(() => { block.Row(-1); });
        block.Rows = 3;
        Assert.Equal([7, 7], block.Row(2).ToArray());
        block.Rows = 0;
        Assert.True(block.Data.IsEmpty);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(4)]
    public void Rows_in_use_lie_between_none_and_the_capacity(int rows)
    {
        var block = new DenseBlock<float>(3, 2);
        Assert.Throws<ArgumentOutOfRangeException>("value", () => block.Rows = rows);
        Assert.Equal(3, block.Rows);
    }

    [Theory]
    [InlineData(0, 1, "capacity")]
    [InlineData(-1, 1, "capacity")]
    [InlineData(1, 0, "width")]
    public void A_size_below_one_is_refused(int capacity, int width, string name) =>
        Assert.Throws<ArgumentOutOfRangeException>(name, () => new DenseBlock<float>(capacity, width));

    [Fact]
    public void A_block_too_large_for_one_array_is_refused() =>
        Assert.Equal(
            "1048576 rows of 4096 numbers are more than one array can hold; use fewer rows. (Parameter 'capacity')",
            Assert.Throws<ArgumentOutOfRangeException>(() => new DenseBlock<float>(1 << 20, 1 << 12)).Message);
}
