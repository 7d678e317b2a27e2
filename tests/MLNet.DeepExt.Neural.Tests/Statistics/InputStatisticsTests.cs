using MLNet.DeepExt.Neural.Statistics;
using MLNet.DeepExt.Neural.Tests.TestSupport;

namespace MLNet.DeepExt.Neural.Tests.Statistics;

[Trait("Spec", "G1")]
public sealed class InputStatisticsTests
{
    [Fact]
    public void Means_variances_and_quantiles_are_those_of_each_column()
    {
        var random = new Random(3);
        var statistics = new InputStatistics(width: 2);
        var columns = new List<double>[] { [], [] };
        for (int row = 0; row < 301; row++)
        {
            float[] values = [1000 + 10 * random.NextSingle(), row % 3 == 0 ? 0 : -random.NextSingle()];
            statistics.Add(values);
            columns[0].Add(values[0]);
            columns[1].Add(values[1]);
        }

        Assert.Equal((2, 301L), (statistics.Width, statistics.Rows));
        for (int column = 0; column < 2; column++)
        {
            double mean = columns[column].Average();
            Assert.Equal(301, statistics[column].Count);
            Assert.Equal(mean, statistics[column].Mean, 1e-10);
            Assert.Equal(columns[column].Average(value => (value - mean) * (value - mean)), statistics[column].Variance, 1e-10);
            double[] sorted = [.. columns[column].Order()];
            Close.Everywhere([sorted[0], sorted[75], sorted[150], sorted[225], sorted[300]], statistics[column].Quantiles(5), 1e-12, "quantile");
        }
    }

    [Fact]
    public void What_is_not_finite_is_left_out()
    {
        var statistics = new InputStatistics(width: 1);
        foreach (float value in new[] { 1, float.NaN, 3, float.PositiveInfinity, float.NegativeInfinity })
            statistics.Add([value]);
        Assert.Equal((5L, 2L, 2.0, 1.0), (statistics.Rows, statistics[0].Count, statistics[0].Mean, statistics[0].Variance));
        Assert.Equal([1, 2, 3], statistics[0].Quantiles(3));
    }

    [Fact]
    public void A_column_without_numbers_has_zeros()
    {
        var statistics = new InputStatistics(width: 1);
        Assert.Equal((0L, 0.0, 0.0), (statistics[0].Count, statistics[0].Mean, statistics[0].Variance));
        Assert.Equal([0, 0], statistics[0].Quantiles(2));
        Assert.Empty(statistics[0].Values());
    }

    [Fact]
    public void A_row_of_another_width_is_refused()
    {
        ArgumentException refused = Assert.Throws<ArgumentException>(() => new InputStatistics(width: 3).Add([1f, 2f]));
        Assert.Equal("row", refused.ParamName);
        Assert.StartsWith("The row has 2 numbers but there are 3 columns; give as many in every row.", refused.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new InputStatistics(width: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new InputStatistics(width: 3)[3]);
    }
}
