using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.TestSupport;

namespace MLNet.DeepExt.Neural.Tests.Primitives;

public sealed class SparseBlockTests
{
    [Fact]
    public void Rows_are_read_as_they_were_appended()
    {
        var block = new SparseBlock<float>(3, 100);
        Assert.Equal((3, 100, 0, 0), (block.Capacity, block.Width, block.Rows, block.Entries));
        block.Append([0, 7, 99], [1f, 2f, 3f]);
        block.Append([], []);
        block.Append([7], [0f]);
        Assert.Equal((3, 4), (block.Rows, block.Entries));
        Assert.Equal([0, 7, 99], block.Columns(0).ToArray());
        Assert.Equal([1f, 2f, 3f], block.Values(0).ToArray());
        Assert.True(block.Columns(1).IsEmpty && block.Values(1).IsEmpty);
        Assert.Equal([7], block.Columns(2).ToArray());
        Assert.Equal([0f], block.Values(2).ToArray());
        Assert.Equal([0, 3, 3, 4], block.Starts.ToArray());
    }

    [Fact]
    public void Entries_beyond_the_first_room_are_kept()
    {
        var block = new SparseBlock<double>(50, 1000);
        for (int row = 0; row < 50; row++)
            block.Append([.. Enumerable.Range(row, row)], [.. Enumerable.Repeat(row + 0.5, row)]);
        Assert.Equal(50 * 49 / 2, block.Entries);
        for (int row = 0; row < 50; row++)
        {
            Assert.Equal(Enumerable.Range(row, row), block.Columns(row).ToArray());
            Assert.Equal(Enumerable.Repeat(row + 0.5, row), block.Values(row).ToArray());
        }
    }

    [Fact]
    public void The_last_row_is_extended_entry_by_entry()
    {
        var block = new SparseBlock<float>(3, 1000);
        block.Append([4], [1f]);
        block.Rows = 2;
        for (int column = 0; column < 200; column++)
            block.Extend(column, column + 0.5f);
        block.Append([3], [2f]);
        Assert.Equal((3, 202), (block.Rows, block.Entries));
        Assert.Equal([4], block.Columns(0).ToArray());
        Assert.Equal(Enumerable.Range(0, 200), block.Columns(1).ToArray());
        Assert.Equal(Enumerable.Range(0, 200).Select(column => column + 0.5f), block.Values(1).ToArray());
        Assert.Equal([3], block.Columns(2).ToArray());
    }

    [Fact]
    public void Setting_fewer_rows_drops_the_last_and_more_rows_are_zeros()
    {
        var block = new SparseBlock<float>(4, 10);
        block.Append([1], [1f]);
        block.Append([2, 3], [2f, 3f]);
        block.Rows = 1;
        Assert.Equal(1, block.Entries);
        block.Rows = 3;
        Assert.True(block.Columns(1).IsEmpty && block.Columns(2).IsEmpty);
        block.Append([9], [4f]);
        Assert.Equal([9], block.Columns(3).ToArray());
        Assert.Throws<ArgumentOutOfRangeException>("value", () => block.Rows = 5);
        Assert.Throws<ArgumentOutOfRangeException>("value", () => block.Rows = -1);
        block.Clear();
        Assert.Equal((0, 0), (block.Rows, block.Entries));
    }

    [Fact]
    public void Filling_it_again_allocates_nothing()
    {
        var block = new SparseBlock<float>(20, 1000);
        int[] columns = [.. Enumerable.Range(0, 30)];
        var values = new float[30];
        Assert.Equal(0, Allocation.AfterWarmUp(() =>
        {
            block.Clear();
            for (int row = 0; row < 20; row++)
                block.Append(columns, values);
        }));
    }

    [Theory]
    [InlineData(new[] { 3, 3 }, 2, "Row 1 has column 3 after column 3; sort the columns and give each once.")]
    [InlineData(new[] { 3, 2 }, 2, "Row 1 has column 2 after column 3; sort the columns and give each once.")]
    [InlineData(new[] { 2, 10 }, 2, "Row 1 has column 10 but a row has 10 numbers; columns are counted from 0.")]
    [InlineData(new[] { -1 }, 1, "Row 1 has column -1 but a row has 10 numbers; columns are counted from 0.")]
    [InlineData(new[] { 2, 4 }, 1, "Row 1 has 2 columns but 1 values; give one value per column.")]
    public void A_row_out_of_order_is_refused(int[] columns, int values, string message)
    {
        var block = new SparseBlock<float>(4, 10);
        block.Append([1], [1f]);
        Assert.Equal(
            $"{message} (Parameter 'columns')",
            Assert.Throws<ArgumentException>("columns", () => block.Append(columns, new float[values])).Message);
        Assert.Equal(1, block.Rows);
    }

    [Fact]
    public void A_row_too_many_is_refused()
    {
        var block = new SparseBlock<float>(1, 10);
        block.Append([1], [1f]);
        Assert.Equal(
            "The block is full with 1 rows; clear it, or make one of a larger capacity.",
            Assert.Throws<InvalidOperationException>(() => block.Append([1], [1f])).Message);
    }

    [Fact]
    public void More_rows_than_an_array_counts_are_refused() =>
        Assert.Equal(
            "2147483647 rows are more than one array can hold; use fewer rows. (Parameter 'capacity')",
            Assert.Throws<ArgumentOutOfRangeException>(() => new SparseBlock<float>(int.MaxValue, 5)).Message);

    [Theory]
    [InlineData(0, 1, "capacity")]
    [InlineData(1, 0, "width")]
    public void A_size_below_one_is_refused(int capacity, int width, string name) =>
        Assert.Throws<ArgumentOutOfRangeException>(name, () => new SparseBlock<float>(capacity, width));
}
