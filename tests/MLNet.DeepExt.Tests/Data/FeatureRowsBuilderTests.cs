using Microsoft.ML.Data;
using MLNet.DeepExt.Data;
using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Tests.Data;

/// <summary>Which form features are kept in, and that it changes none of them.</summary>
public sealed class FeatureRowsBuilderTests
{
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
                builder.TryAdd(form(Row(1000, nonZeros, row)));
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
        builder.TryAdd(new VBuffer<float>(width, full));
        for (int row = 0; row < 3000; row++)
            Assert.True(builder.TryAdd(new VBuffer<float>(width, 2, [1, 2], [row, row + 50_000])));
        var rows = Assert.IsType<SparseRows>(builder.Build());
        Assert.Equal((3001, 100_000 + 6000L), (rows.Count, Enumerable.Range(0, 3001).Sum(row => (long)rows.Columns(row).Length)));
        // Written out, the rows would take 1.2 GB; here, 16 MB for the first of them, and the entries twice over.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 22_000_000);
    }

    private static FeatureRows Build(float[][] rows, Func<float[], VBuffer<float>> form)
    {
        var builder = new FeatureRowsBuilder(rows[0].Length, expectedCount: null);
        foreach (float[] row in rows)
            Assert.True(builder.TryAdd(form(row)));
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
