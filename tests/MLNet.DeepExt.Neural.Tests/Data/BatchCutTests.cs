using MLNet.DeepExt.Neural.Data;

namespace MLNet.DeepExt.Neural.Tests.Data;

[Trait("Spec", "A7")]
public sealed class BatchCutTests
{
    [Theory]
    [InlineData(10, 4, "4 4 2")]
    [InlineData(9, 4, "4 5")] // A single last row joins the ones before it.
    [InlineData(5, 4, "5")]
    [InlineData(3, 1000, "3")]
    [InlineData(1, 4, "1")]
    [InlineData(3, 1, "1 1 1")]
    public void Rows_are_cut_into_batches_of_one_size(int rows, int size, string expected)
    {
        var cut = new BatchCut(rows, size);
        var sizes = new List<int>();
        for (int left = rows; left > 0; left -= sizes[^1])
            sizes.Add(cut.Next(left));
        Assert.Equal(expected, string.Join(' ', sizes));
        Assert.Equal(cut.Maximum, sizes.Max());
    }
}
