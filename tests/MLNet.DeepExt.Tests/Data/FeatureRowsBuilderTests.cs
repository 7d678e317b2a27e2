using Microsoft.ML.Data;
using MLNet.DeepExt.Data;
using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Tests.Data;

/// <summary>Which form features are kept in, and that it changes none of them.</summary>
public sealed class FeatureRowsBuilderTests
{
    // What calling code for the first time may allocate.
    private const long NextToNothing = 10_000;

    [Theory]
    [InlineData(256, 32, true)]
    [InlineData(256, 33, false)]
    [InlineData(255, 1, false)]
    [InlineData(10_000, 1250, true)]
    [InlineData(10_000, 1251, false)]
    public void Rows_are_sparse_from_256_features_of_which_one_in_8_is_not_0(int width, int nonZeros, bool sparse)
    {
        float[][] rows = [.. Enumerable.Range(0, 40).Select(row => Row(width, nonZeros, row))];
        Assert.Equal(sparse, Build(rows, Written) is SparseRows);
        Assert.Equal(sparse, Build(rows, Sparse) is SparseRows);
    }

    [Theory]
    [InlineData(3000, 2, 100)]   // sparse throughout, over the first room for entries
    [InlineData(300, 300, 300)]  // dense throughout
    [InlineData(300, 1, 300)]    // sparse rows first, then as many dense ones
    [InlineData(300, 300, 1)]    // dense rows first
    public void The_features_come_out_as_they_went_in_whatever_the_form(int width, int first, int later)
    {
        float[][] rows = [.. Enumerable.Range(0, 400).Select(row => Row(width, row < 200 ? first : later, row))];
        foreach (Func<float[], VBuffer<float>> form in new[] { Written, Sparse, WithStoredZeros })
        {
            FeatureRows built = Build(rows, form);
            Assert.Equal(rows.Sum(row => (long)row.Count(value => value != 0)) * 8 <= 400L * width, built is SparseRows);
            var written = new float[width];
            for (int row = 0; row < rows.Length; row++)
            {
                built.CopyTo(row, written);
                Assert.Equal(rows[row], written);
            }
        }
    }

    [Theory]
    [InlineData(10, 40 * (10 * 8 + 4))]
    [InlineData(200, 40 * 1000 * 4)]
    public void What_they_take_is_counted_in_the_form_that_suits_them(int nonZeros, long bytes)
    {
        foreach (Func<float[], VBuffer<float>> form in new[] { Written, Sparse, WithStoredZeros })
        {
            var builder = new FeatureRowsBuilder(1000, expectedCount: null);
            for (int row = 0; row < 40; row++)
                builder.Add(form(Row(1000, nonZeros, row)));
            Assert.Equal(bytes, builder.Bytes);
        }
    }

    [Fact]
    public void Dense_rows_first_do_not_make_a_data_set_dense()
    {
        const int width = 100_000;
        long before = GC.GetAllocatedBytesForCurrentThread();
        var builder = new FeatureRowsBuilder(width, expectedCount: null);
        var full = new float[width];
        full.AsSpan().Fill(1);
        builder.Add(new VBuffer<float>(width, full));
        for (int row = 0; row < 3000; row++)
            Assert.Equal(RowAdmission.Added, builder.Add(new VBuffer<float>(width, 2, [1, 2], [row, row + 50_000])));
        var rows = Assert.IsType<SparseRows>(builder.Build());
        Assert.Equal((3001, 100_000 + 6000L), (rows.Count, Enumerable.Range(0, 3001).Sum(row => (long)rows.Columns(row).Length)));
        // Written out, the rows would take 1.2 GB; here, 16 MB for the first of them, and the entries twice over.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 22_000_000);
    }

    [Theory]
    [InlineData(1000, 1000, 4000, 0)]  // dense rows
    [InlineData(1000, 125, 1004, 0)]   // sparse rows
    [InlineData(1000, 1000, 4000, 3)]  // dense rows after a sparse one
    [InlineData(1000, 100, 804, 3, 1)] // sparse rows after a dense one
    [InlineData(256, 0, 4, 0)]         // rows without any
    public void Arrays_grow_to_the_limit_and_not_beyond(int width, int nonZeros, int bytesOfRow, int exceptions, int other = 0)
    {
        const long limit = 3_000_000;
        var builder = new FeatureRowsBuilder(width, expectedCount: long.MaxValue, limit);
        var row = new VBuffer<float>(width, Row(width, nonZeros, 0));
        var exception = new VBuffer<float>(width, Row(width, other == 0 ? 1 : width, 0));
        for (int i = 0; i < exceptions; i++)
            Assert.Equal(RowAdmission.Added, builder.Add(exception));
        long last = 0, largest = 0;
        RowAdmission admission;
        do
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            admission = builder.Add(row);
            last = GC.GetAllocatedBytesForCurrentThread() - before;
            largest = Math.Max(largest, last);
        }
        while (admission == RowAdmission.Added);

        // The row that is refused is not counted, and nothing was allocated for it; no growing took more than the limit and a row.
        Assert.Equal(RowAdmission.OverLimit, admission);
        Assert.InRange(last, 0, NextToNothing);
        Assert.InRange(builder.Bytes, limit - bytesOfRow - 8L * width, limit);
        Assert.InRange(largest, 0, limit + width * sizeof(float));
        Assert.InRange(builder.Build().Count, builder.Count, builder.Count + exceptions);
    }

    [Fact]
    public void A_row_that_would_have_all_written_out_beyond_the_limit_is_refused_before_they_are()
    {
        // 1048 rows of one in 8 fill the room for 2^17 entries; after the next one, which is dense, 4 MB would be written out.
        const long limit = 1_100_000;
        var builder = new FeatureRowsBuilder(1000, expectedCount: null, limit);
        var row = new VBuffer<float>(1000, Row(1000, 125, 0));
        for (int i = 0; i < 1048; i++)
            Assert.Equal(RowAdmission.Added, builder.Add(row));
        var dense = new VBuffer<float>(1000, Row(1000, 1000, 0));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(RowAdmission.OverLimit, builder.Add(dense));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, NextToNothing);
        Assert.Equal(1048, builder.Count);
        Assert.Equal(125, Assert.IsType<SparseRows>(builder.Build()).Columns(1047).Length);
    }

    private static FeatureRows Build(float[][] rows, Func<float[], VBuffer<float>> form)
    {
        var builder = new FeatureRowsBuilder(rows[0].Length, expectedCount: null);
        foreach (float[] row in rows)
            Assert.Equal(RowAdmission.Added, builder.Add(form(row)));
        Assert.Equal(rows.Length, builder.Count);
        return builder.Build();
    }

    private static float[] Row(int width, int nonZeros, int seed)
    {
        var row = new float[width];
        for (int i = 0; i < nonZeros; i++)
            row[(i * (width / nonZeros) + seed) % width] = i + seed + 1;
        return row;
    }

    private static VBuffer<float> Written(float[] row) => new(row.Length, row);

    private static VBuffer<float> Sparse(float[] row)
    {
        int[] columns = [.. Enumerable.Range(0, row.Length).Where(column => row[column] != 0)];
        return new VBuffer<float>(row.Length, columns.Length, [.. columns.Select(column => row[column])], columns);
    }

    private static VBuffer<float> WithStoredZeros(float[] row) =>
        SparseVectors.WithStoredZeros([new SparseVectors { Features = Sparse(row) }])[0].Features;
}
