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
    public void Rare_categories_are_counted_with_the_smallest_of_the_others_until_enough_are_expected()
    {
        // Of 3 in a thousand 0.3 are expected in the first hundred; with the 50 of the next category, 5.3.
        Assert.Equal(ChiSquare.Compare([(12, 41), (88, 859)]), ChiSquare.Compare([(2, 1), (10, 40), (88, 859)]));
        Assert.Equal(ChiSquare.Compare([(12, 41), (30, 300), (58, 559)]), ChiSquare.Compare([(2, 1), (10, 40), (58, 559), (30, 300)]));
    }

    [Fact]
    public void Two_categories_of_which_few_are_expected_are_tested_exactly_as_by_scipy()
    {
        foreach (double[] table in Reference.Fisher)
        {
            (long, long) one = ((long)table[0], (long)table[1]), other = ((long)table[2], (long)table[3]);
            Assert.Equal(1, ChiSquare.Compare([one, other]).PValue / table[4], 8);
            Assert.Equal(1, ChiSquare.Compare([other, one]).PValue / table[4], 8);
        }
    }

    [Theory]
    [InlineData(25, 20_000, new[] { 0.004 })] // a tenth of such samples have one in 25, and one is no rarity
    [InlineData(25, 300, new[] { 0.02, 0.03, 0.3 })]
    [InlineData(400, 40, new[] { 0.01, 0.01, 0.01, 0.02 })]
    [InlineData(60, 5000, new[] { 0.0005, 0.0005, 0.0005, 0.04, 0.1 })]
    public void Samples_of_one_distribution_with_rare_categories_are_not_called_different_too_often(int first, int second, double[] shares)
    {
        const int Trials = 1000;
        var random = new Random(5);
        int different = 0;
        for (int trial = 0; trial < Trials; trial++)
        {
            int[] ofFirst = Draw(first), ofSecond = Draw(second);
            different += ChiSquare.Compare([.. ofFirst.Zip(ofSecond, (one, other) => ((long)one, (long)other))]).PValue < 0.05 ? 1 : 0;
        }

        // 0.05, and four standard errors.
        Assert.InRange(different / (double)Trials, 0, 0.078);

        int[] Draw(int rows)
        {
            var counts = new int[shares.Length + 1];
            for (int row = 0; row < rows; row++)
            {
                double place = random.NextDouble();
                int category = 0;
                for (; category < shares.Length && place >= shares[category]; category++)
                    place -= shares[category];
                counts[category]++;
            }

            return counts;
        }
    }

    [Fact]
    public void Students_distribution_is_that_of_scipy()
    {
        foreach (double[] student in Reference.Students)
            Assert.Equal(1, StudentDistribution.Upper(student[0], student[1]) / student[2], 11);
        Assert.Equal(0, StudentDistribution.Upper(double.PositiveInfinity, 4));
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
