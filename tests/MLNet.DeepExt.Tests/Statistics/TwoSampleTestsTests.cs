using CsCheck;
using MLNet.DeepExt.Statistics;
using MLNet.DeepExt.Tests.Reference;

namespace MLNet.DeepExt.Tests.Statistics;

/// <summary>Tests of two samples, and of many of them at once, are those of scipy and statsmodels.</summary>
[Trait("Spec", "B4")]
public sealed class TwoSampleTestsTests
{
    private static readonly StatisticsReference Reference = StatisticsReference.Load();

    [Fact]
    public void Kolmogorov_and_Smirnov_are_those_of_scipy_exactly_where_samples_are_small()
    {
        int exact = 0;
        foreach (StatisticsReference.TwoSamples samples in Reference.Kolmogorov)
        {
            TestOutcome outcome = Compare(samples.First, samples.Second);
            Assert.Equal(samples.Statistic, outcome.Statistic, 12);
            bool isSmall = samples.First.Length * samples.Second.Length <= 10_000;
            exact += isSmall ? 1 : 0;
            Assert.Equal(1, outcome.PValue / (isSmall ? samples.Exact : samples.Asymptotic), 9);
            // The limit is near the exact value where it is used.
            if (!isSmall)
                Assert.Equal(1, outcome.PValue / samples.Exact, 0.05);
        }

        Assert.InRange(exact, 1, Reference.Kolmogorov.Length - 1);
    }

    [Fact]
    public void Samples_that_are_the_same_do_not_differ()
    {
        Assert.Equal(new TestOutcome(0, 1), Compare([1, 2, 2, 3], [1, 2, 2, 3]));
        Assert.Equal(new TestOutcome(0, 1), Compare([5], [5]));
    }

    [Fact]
    public void What_is_never_equal_is_as_unlikely_as_an_order_of_all()
    {
        // Of 4 + 4 numbers, 2 of the 70 orders have all of one sample first.
        Assert.Equal(2.0 / 70, Compare([1, 2, 3, 4], [5, 6, 7, 8]).PValue, 12);
    }

    [Fact]
    public void The_test_takes_the_samples_in_either_order()
    {
        Gen.Select(Gen.Int[0, 20].Array[1, 40], Gen.Int[0, 20].Array[1, 40]).Sample((first, second) =>
        {
            TestOutcome one = Compare(Array.ConvertAll(first, x => (float)x), Array.ConvertAll(second, x => (float)x));
            TestOutcome other = Compare(Array.ConvertAll(second, x => (float)x), Array.ConvertAll(first, x => (float)x));
            Assert.Equal(one.Statistic, other.Statistic);
            Assert.Equal(one.PValue, other.PValue, 12);
            Assert.InRange(one.PValue, 0, 1 + 1e-12);
        });
    }

    [Fact]
    public void Samples_of_one_distribution_are_called_different_as_often_as_said()
    {
        var random = new Random(3);
        const int Trials = 2000;
        int small = 0, large = 0;
        for (int trial = 0; trial < Trials; trial++)
        {
            small += Compare(Draw(30), Draw(40)).PValue < 0.1 ? 1 : 0;
            large += Compare(Draw(150), Draw(200)).PValue < 0.1 ? 1 : 0;
        }

        // Three standard errors to either side, and what the steps of D and the limit leave away.
        Assert.InRange(small / (double)Trials, 0.06, 0.12);
        Assert.InRange(large / (double)Trials, 0.06, 0.12);

        float[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle())];
    }

    [Fact]
    public void Chi_square_is_that_of_scipy()
    {
        foreach (StatisticsReference.CountTable table in Reference.Tables)
        {
            TestOutcome outcome = ChiSquare.Compare([.. table.First.Zip(table.Second)]);
            Assert.Equal(table.Statistic, outcome.Statistic, 10);
            Assert.Equal(table.PValue, outcome.PValue, 12);
        }
    }

    [Fact]
    public void Rare_categories_are_counted_together()
    {
        (long, long)[] rare = [.. Enumerable.Repeat((1L, 0L), 30), .. Enumerable.Repeat((0L, 1L), 30)];
        Assert.Equal(ChiSquare.Compare([(50, 50), (30, 30)]), ChiSquare.Compare([(50, 50), .. rare]));
        Assert.Equal(new TestOutcome(0, 1), ChiSquare.Compare(rare));
        Assert.Equal(new TestOutcome(0, 1), ChiSquare.Compare([(10, 500)]));
    }

    [Fact]
    public void Adjusted_values_are_those_of_statsmodels()
    {
        double[] adjusted = FalseDiscoveries.Adjust(Reference.PValues);
        for (int i = 0; i < adjusted.Length; i++)
            Assert.Equal(Reference.Adjusted[i], adjusted[i], 12);
        Assert.Empty(FalseDiscoveries.Adjust([]));
    }

    [Fact]
    public void Areas_under_curves_and_their_variances_are_those_of_all_pairs()
    {
        foreach (StatisticsReference.RankedScores scores in Reference.Areas)
        {
            RocArea area = RocArea.Of(scores.No, scores.Yes);
            Assert.Equal(scores.Area, area.Area, 12);
            Assert.Equal(scores.Variance, area.Variance, 12);
        }
    }

    private static TestOutcome Compare(float[] first, float[] second)
    {
        Array.Sort(first);
        Array.Sort(second);
        return KolmogorovSmirnov.Compare(first, second);
    }
}
