using MLNet.DeepExt.Neural.Losses;

namespace MLNet.DeepExt.Neural.Tests.Losses;

[Trait("Spec", "A2")]
public sealed class TargetStatisticsTests
{
    [Fact]
    public void Rows_one_by_one_come_to_the_same_as_rows_at_once()
    {
        float[] targets = [1, 20, 4, float.NaN, 2.5f, 22];
        var statistics = new TargetStatistics(2);
        for (int row = 0; row < 3; row++)
            statistics.Add(targets.AsSpan(2 * row, 2), row + 1);
        Assert.Equal(TargetScaling.Of(2, targets, [1, 2, 3]), statistics.ToScaling());
    }

    [Fact]
    public void The_range_of_rows_one_by_one_is_that_of_rows_at_once()
    {
        float[] targets = [1, 20, 4, float.NaN, 2.5f, 22, -7, 90];
        var statistics = new TargetStatistics(2);
        for (int row = 0; row < 4; row++)
            statistics.Add(targets.AsSpan(2 * row, 2), row < 3 ? 1 : 0);
        Assert.Equal(new TargetRange([1, 20], [4, 22]), statistics.ToRange());
        Assert.Equal(statistics.ToRange(), TargetRange.Of(2, targets, [1, 2, 3, 0]));
    }

    [Fact]
    public void A_weight_counts_as_so_many_rows()
    {
        var weighted = new TargetStatistics(1);
        weighted.Add([2], 3);
        weighted.Add([6], 1);
        // Mean 3, variance (3·1 + 9) / 4.
        Assert.Equal([3], weighted.ToScaling().Means);
        Assert.Equal(Math.Sqrt(3), weighted.ToScaling().Scales[0], 1e-15);
    }

    [Fact]
    public void A_small_spread_about_a_large_number_keeps_its_digits()
    {
        var statistics = new TargetStatistics(1);
        for (int i = 0; i < 10_000; i++)
            statistics.Add([16_000_000 + i % 2]);
        Assert.Equal(16_000_000.5, statistics.ToScaling().Means[0], 1e-6);
        Assert.Equal(0.5, statistics.ToScaling().Scales[0], 1e-9);
    }

    [Fact]
    public void What_cannot_be_counted_is_refused()
    {
        var statistics = new TargetStatistics(1);
        Refused(
            () => statistics.Add([1, 2]),
            "The row has 2 targets but there is room for 1; give as many in every row. (Parameter 'targets')");
        Refused(
            () => statistics.Add([float.PositiveInfinity]),
            "A target must be finite, or NaN if it is missing, but is Infinity; remove or correct the row. (Parameter 'targets')");
        Refused(
            () => statistics.Add([1], -1),
            "The weight of a row must be at least 0 and finite but is -1; 1 is the usual value. (Parameter 'weight')");
        Refused(
            () => statistics.Add([1], double.NaN),
            "The weight of a row must be at least 0 and finite but is NaN; 1 is the usual value. (Parameter 'weight')");
        Assert.Throws<ArgumentOutOfRangeException>(() => new TargetStatistics(0));
    }

    private static void Refused(Action action, string message) => Assert.Equal(message, Assert.Throws<ArgumentException>(action).Message);
}
