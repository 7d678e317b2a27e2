using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.TestSupport;

namespace MLNet.DeepExt.Neural.Tests.Data;

public sealed class SparseRowsTests
{
    [Fact]
    public void Rows_are_read_from_the_arrays_that_were_given()
    {
        var rows = new SparseRows(10, [0, 2, 2, 3], [3, 9, 0, 99], [1f, 2f, 3f]);
        Assert.Equal((3, 10, 3L), (rows.Count, rows.Width, rows.Stored(3)));
        Assert.Equal([3, 9], rows.Columns(0).ToArray());
        Assert.Equal([1f, 2f], rows.Values(0).ToArray());
        Assert.True(rows.Columns(1).IsEmpty);
        float[] written = [.. Enumerable.Repeat(7f, 10)];
        rows.CopyTo(0, written);
        Assert.Equal([0f, 0, 0, 1, 0, 0, 0, 0, 0, 2], written);
        rows.CopyTo(1, written);
        Assert.Equal(new float[10], written);
    }

    [Fact]
    public void There_may_be_no_rows() => Assert.Equal(0, new SparseRows(5, [0], [], []).Count);

    [Fact]
    public void A_number_that_is_not_finite_is_found_in_the_first_rows()
    {
        var rows = new SparseRows(10, [0, 1, 2], [3, 9], [1f, float.NaN]);
        Assert.Null(rows.FaultOf(1));
        Assert.NotNull(rows.FaultOf(2));
    }

    [Theory]
    [InlineData(new int[0], new int[0], 0, "starts", "The starts of the rows must begin with 0; for no rows, give one start, 0.")]
    [InlineData(new[] { 1, 2 }, new[] { 0, 1 }, 2, "starts", "The starts of the rows must begin with 0; for no rows, give one start, 0.")]
    [InlineData(new[] { 0, 2, 1 }, new[] { 0, 1 }, 2, "starts", "Row 1 begins at entry 2 but ends at 1; starts must be ascending.")]
    [InlineData(
        new[] { 0, 3 }, new[] { 0, 1 }, 3, "starts", "Row 0 ends at entry 3 but there are 2 columns and 3 values; give one of each per entry.")]
    [InlineData(
        new[] { 0, 2 }, new[] { 0, 1 }, 1, "starts", "Row 0 ends at entry 2 but there are 2 columns and 1 values; give one of each per entry.")]
    [InlineData(new[] { 0, 0, 2 }, new[] { 1, 1 }, 2, "columns", "Row 1 has column 1 after column 1; sort the columns and give each once.")]
    [InlineData(new[] { 0, 2 }, new[] { 1, 10 }, 2, "columns", "Row 0 has column 10 but a row has 10 numbers; columns are counted from 0.")]
    public void Arrays_that_do_not_fit_are_refused(int[] starts, int[] columns, int values, string parameter, string message)
    {
        var exception = Assert.Throws<ArgumentException>(parameter, () => new SparseRows(10, starts, columns, new float[values]));
        Assert.Equal($"{message} (Parameter '{parameter}')", exception.Message);
    }

    [Fact]
    public void A_width_below_one_is_refused() => Assert.Throws<ArgumentOutOfRangeException>("width", () => new SparseRows(0, [0], [], []));

    [Fact]
    public void More_classes_than_rows_are_refused()
    {
        var exception = Assert.Throws<ArgumentException>("features", () => new LabeledRows(new SparseRows(5, [0, 0], [], []), [0, 1]));
        Assert.Equal("There are 2 classes for 1 rows of features; give one class per row. (Parameter 'features')", exception.Message);
    }

    [Fact]
    public void Writing_a_row_out_leaves_alone_what_lies_beyond_it()
    {
        var rows = new SparseRows(3, [0, 1], [1], [2f]);
        float[] destination = [9, 9, 9, 9, 9];
        rows.CopyTo(0, destination);
        Assert.Equal([0f, 2f, 0f, 9f, 9f], destination);
        Assert.Throws<ArgumentOutOfRangeException>(() => rows.CopyTo(0, new float[2]));
    }

    [Fact]
    public void Batches_of_sparse_rows_hold_the_rows_that_were_drawn()
    {
        DenseBlock<float> dense = SparseRowsOf.Random<float>(50, 30, 0.2, new Random(1));
        var rows = new LabeledRows(SparseRowsOf.Rows(dense), [.. Enumerable.Range(0, 50).Select(row => row % 4)]);
        var source = new MemoryBatchSource(rows, [.. Enumerable.Range(0, 50)], 7, new CounterRandom(1));
        Batch<float> batch = source.CreateBatch();
        var inputs = Assert.IsType<SparseBlock<float>>(batch.Inputs);
        var seen = new List<long>();
        source.BeginEpoch(1);
        while (source.MoveNext(batch))
        {
            source.Gather(batch, 0, batch.Rows);
            Assert.Equal(batch.Rows, inputs.Rows);
            for (int i = 0; i < batch.Rows; i++)
            {
                (int[] columns, float[] values) = SparseRowsOf.Entries<float>(dense.Row((int)batch.RowIds[i]));
                Assert.Equal(columns, inputs.Columns(i).ToArray());
                Assert.Equal(values, inputs.Values(i).ToArray());
                Assert.Equal((int)batch.RowIds[i] % 4, batch.Target.Classes[i]);
            }

            seen.AddRange(batch.RowIds);
        }

        Assert.Equal(Enumerable.Range(0, 50).Select(row => (long)row), seen.Order());
    }
}
