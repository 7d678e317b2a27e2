using Microsoft.ML;
using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Selection;

namespace MLNet.DeepExt.Tests.Selection;

/// <summary>The Pareto front beside other ways to find it, on random candidates.</summary>
[Trait("Spec", "C3")]
public sealed class DominanceTests
{
    /// <summary>From the most accurate on, whoever is faster than all before is on the front, and so are its equals.</summary>
    [Fact]
    public void Of_two_criteria_a_sweep_finds_the_same_front()
    {
        var random = new Random(1);
        Criterion[] criteria = [Metric.Accuracy, Metric.LatencyMs];
        for (int round = 0; round < 300; round++)
        {
            double[][] figures = Draw(random, criteria.Length, count: random.Next(1, 30));
            var front = new HashSet<(double, double)>();
            double fastest = double.PositiveInfinity;
            foreach (IGrouping<double, double[]> alike in figures.GroupBy(row => row[0]).OrderByDescending(group => group.Key))
            {
                double best = alike.Min(row => row[1]);
                if (best < fastest)
                    front.Add((alike.Key, fastest = best));
            }

            Assert.Equal(figures.Select(row => front.Contains((row[0], row[1]))), Dominance.FrontOf(criteria, figures));
        }
    }

    [Fact]
    public void Whoever_is_not_on_the_front_is_dominated_by_one_that_is_and_none_on_it_is()
    {
        var random = new Random(2);
        Criterion[] criteria = [Metric.Accuracy, Metric.LatencyMs, Metric.ModelSizeBytes, Metric.RSquared];
        int[] signs = [1, -1, -1, 1];
        int off = 0;
        for (int round = 0; round < 200; round++)
        {
            double[][] figures = Draw(random, criteria.Length, count: 25);
            bool[] isOn = Dominance.FrontOf(criteria, figures);
            double[][] front = [.. figures.Where((_, i) => isOn[i])];
            for (int i = 0; i < figures.Length; i++)
                Assert.Equal(!isOn[i], front.Any(other => IsBetter(other, figures[i])));
            off += isOn.Count(on => !on);
        }

        Assert.True(off > 1000);

        bool IsBetter(double[] one, double[] other)
        {
            int[] orders = [.. signs.Select((sign, i) => sign * one[i].CompareTo(other[i]))];
            return orders.Min() >= 0 && orders.Max() > 0;
        }
    }

    [Fact]
    public void Equals_stay_and_what_is_not_whole_neither_dominates_nor_is_on_the_front()
    {
        Criterion[] criteria = [Metric.Accuracy, Metric.LatencyMs];
        double[][] figures = [[0.9, 10], [0.9, 10], [1, double.NaN], [0.8, double.PositiveInfinity], [0.7, double.PositiveInfinity]];
        Assert.Equal([true, true, false, false, false], Dominance.FrontOf(criteria, figures));
        Assert.Equal([true, false], Dominance.FrontOf(criteria, figures[3..]));
    }

    [Fact]
    public void Latencies_that_differ_by_less_than_can_be_measured_are_equal_on_the_front()
    {
        Assert.Equal([true, true], Front(new Latency(), 10, 11));
        Assert.Equal([true, false], Front(new Latency(), 10, 11.5));
        Assert.Equal([true, true], Front(new Latency(), 0.002, 0.011));
        Assert.Equal([true, false], Front(new Latency { ResolutionMilliseconds = 0 }, 0.002, 0.011));
        Assert.Equal([true, false], Front(new Latency { Resolution = 0 }, 10, 10.5));
        Assert.Equal([true, true], Front(new Latency { Resolution = 0.5 }, 10, 19));

        static bool[] Front(Latency latency, double one, double other) =>
            Dominance.FrontOf([Metric.Accuracy, latency], [[0.9, one], [0.9, other]]);
    }

    [Fact]
    public void Noise_below_the_resolution_takes_no_equal_candidate_off_the_front()
    {
        var random = new Random(3);
        Criterion[] criteria = [Metric.Accuracy, Metric.LatencyMs];
        for (int round = 0; round < 500; round++)
        {
            // Two at 2 ms, of which the second is more accurate, and one twice as slow that is better than neither.
            double[][] figures = [[0.8, Noisy(2)], [0.9, Noisy(2)], [0.9, Noisy(4)], [0.9, Noisy(2)]];
            Assert.Equal([false, true, false, true], Dominance.FrontOf(criteria, figures));
        }

        double Noisy(double value) => value * (1 + 0.1 * (random.NextDouble() - 0.5));
    }

    [Fact]
    public void Resolution_leaves_no_front_empty()
    {
        var random = new Random(4);
        Criterion[] criteria = [Metric.Accuracy, new Latency { Resolution = 0.5 }, new Latency { Rows = 50, Resolution = 0.5 }];
        for (int round = 0; round < 2000; round++)
            Assert.Contains(true, Dominance.FrontOf(criteria, Draw(random, criteria.Length, count: random.Next(1, 12))));
    }

    // Few different values, so that many are equal.
    private static double[][] Draw(Random random, int criteria, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, criteria).Select(_ => (double)random.Next(6)).ToArray())];
}
