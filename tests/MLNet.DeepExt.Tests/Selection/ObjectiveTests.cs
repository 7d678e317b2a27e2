using Microsoft.ML;
using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Selection;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Tests.Selection;

/// <summary>Which figures are better than others, and what an objective does not take.</summary>
[Trait("Spec", "C3")]
public sealed class ObjectiveTests
{
    private static readonly Objective Usual =
        Objective.Maximize(Metric.Accuracy).SubjectTo(Metric.LatencyMs, atMost: 100).SubjectTo(Metric.Recall.OfClass("cancer"), atLeast: 0.9);

    [Fact]
    public void An_objective_prints_the_same_in_every_culture()
    {
        using var culture = new CultureScope("tr-TR");
        Assert.Equal(
            "maximize accuracy subject to latency ms (95th percentile, 1 row) at most 100, recall of cancer at least 0.9", Usual.ToString());
        Assert.Equal(
            "minimize log loss subject to model size bytes at least 0.5 and at most 1000000",
            Objective.Minimize(Metric.LogLoss).SubjectTo(Metric.ModelSizeBytes, 0.5, 1e6).ToString());
        Assert.Equal("minimize error rate", Objective.Minimize(Metric.ErrorRate).ToString());
    }

    [Fact]
    public void Criteria_are_listed_once_and_the_optimized_one_first()
    {
        Objective objective = Usual.SubjectTo(Metric.Accuracy, atLeast: 0.5).SubjectTo(new Latency(), atLeast: 1);
        Criterion[] expected = [Metric.Accuracy, Metric.LatencyMs, Metric.Recall.OfClass("cancer")];
        Assert.Equal(expected, objective.Criteria);
        Assert.Equal(4, objective.Constraints.Count);
    }

    [Theory]
    [InlineData(0.9, 100, 0.9, true)] // bounds are allowed values
    [InlineData(0.9, 100.001, 0.9, false)]
    [InlineData(0.9, 100, 0.899, false)]
    [InlineData(double.NaN, 100, 0.9, false)]
    [InlineData(0.9, double.NaN, 0.9, false)]
    [InlineData(0.9, double.NegativeInfinity, double.PositiveInfinity, true)]
    public void What_meets_all_constraints_is_feasible(double accuracy, double latency, double recall, bool isFeasible) =>
        Assert.Equal(isFeasible, Usual.IsFeasible([accuracy, latency, recall]));

    /// <summary>From the best to the worst; sums of relative violations by hand.</summary>
    [Fact]
    public void Figures_are_ordered_by_feasibility_then_by_what_is_optimized_then_by_violations()
    {
        double[][] ordered =
        [
            [0.95, 100, 0.9],
            [0.90, 1, 1],
            [0.10, 50, 0.95],
            [0.99, 101, 0.9],   // 0.01
            [0.50, 101, 0.9],   // 0.01, less accurate
            [0.99, 90, 0.81],   // 0.1
            [0.99, 115, 0.9],   // 0.15
            [0.99, 110, 0.81],  // 0.1 + 0.1
            [0.99, 1500, 0.9],  // 14
            [0.99, double.NaN, 0.9],
            [double.NaN, double.NaN, 0.9],
        ];
        for (int i = 0; i < ordered.Length; i++)
        {
            for (int j = 0; j < ordered.Length; j++)
                Assert.Equal(Math.Sign(i.CompareTo(j)), Math.Sign(Usual.Compare(ordered[i], ordered[j])));
        }
    }

    [Fact]
    public void Of_equal_violations_fewer_are_better()
    {
        Objective objective = Objective.Maximize(Metric.Accuracy)
            .SubjectTo(Metric.LatencyMs, atMost: 100).SubjectTo(Metric.ModelSizeBytes, atMost: 100);
        Assert.True(objective.Compare([0.5, 150, 50], [0.9, 125, 125]) < 0);
    }

    [Fact]
    public void Beyond_a_bound_of_zero_a_violation_is_as_large_as_the_value()
    {
        Objective objective = Objective.Maximize(Metric.Accuracy)
            .SubjectTo(Metric.LatencyMs, atMost: 100).SubjectTo(Metric.FalsePositivesPer24Hours(TimeSpan.FromSeconds(1)), atMost: 0);
        Assert.True(objective.Compare([0.5, 101, 1e-12], [0.5, 200, 0]) < 0); // 0.01 and next to nothing, and 1
        Assert.True(objective.Compare([0.5, 200, 0], [0.5, 100, 1.5]) < 0);
        Assert.False(objective.IsFeasible([0.5, 100, 1e-12]));
        Assert.Equal(0.25, new Constraint(Metric.RSquared, 0, null).ViolationOf(-0.25));
        Assert.Equal(0.5, new Constraint(Metric.RSquared, 1e-6, null).ViolationOf(0.5e-6), 1e-12);
        Assert.Equal(0.5, new Constraint(Metric.RSquared, -1e6, null).ViolationOf(-1.5e6), 1e-12);
    }

    [Fact]
    public void What_is_minimized_is_better_the_less_there_is_of_it()
    {
        Objective objective = Objective.Minimize(Metric.LogLoss);
        Assert.True(objective.Compare([0.1], [0.2]) < 0);
        Assert.Equal(0, objective.Compare([0.1], [0.1]));
    }

    [Fact]
    public void Impossible_objectives_are_refused_with_the_remedy()
    {
        Objective objective = Objective.Maximize(Metric.Accuracy);
        Refuses("Less of log loss is better, but it was to be maximized; use Minimize.", () => Objective.Maximize(Metric.LogLoss));
        Refuses("More of accuracy is better, but it was to be minimized; use Maximize.", () => Objective.Minimize(Metric.Accuracy));
        Refuses("A constraint on latency ms needs a bound; give atLeast or atMost.", () => objective.SubjectTo(Metric.LatencyMs));
        Refuses("A bound of latency ms is NaN; give a number.", () => objective.SubjectTo(Metric.LatencyMs, atMost: double.NaN));
        Refuses(
            "latency ms cannot be at least 2.5 and at most 1; exchange the bounds.", () => objective.SubjectTo(Metric.LatencyMs, 2.5, 1));
        Refuses(
            "Percentile of Latency must be in (0, 100] but is 101.5; 95 is the default.",
            () => objective.SubjectTo(new Latency { Percentile = 101.5 }, atMost: 1));
        Refuses(
            "Two criteria that are not equal are called latency ms; their figures could not be told apart. Leave one out.",
            () => objective.SubjectTo(new Latency(), atMost: 1).SubjectTo(new Latency { Calls = 7 }, atMost: 1));
        Refuses(
            "Segments of 'Country' have weights, but of the worst of them weights say nothing; leave them out.",
            () => objective.SubjectTo(
                Metric.Accuracy.WorstOf(Segments.ByColumn("Country", new Dictionary<string, double> { ["US"] = 1 })), atLeast: 0.5));
    }

    private static void Refuses(string message, Func<Objective> make) =>
        Assert.Equal(message, Assert.Throws<ArgumentException>(make).WithoutParameter());
}
