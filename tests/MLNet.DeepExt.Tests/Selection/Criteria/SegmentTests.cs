using Microsoft.ML;
using MLNet.DeepExt.Evaluation;
using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Selection;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Tests.Selection;

/// <summary>The six classifiers of the notes by country, on rows of which those shares are wrong.</summary>
[Trait("Spec", "C2")]
public sealed class SegmentTests
{
    private static readonly MLContext Context = new(seed: 1);

    private static readonly IDataView Dev = Context.Data.LoadFromEnumerable(CountryRow.All());

    private static readonly Segments ByCountry = Segments.ByColumn("Country");

    [Fact]
    public void The_mean_over_countries_chooses_C()
    {
        Criterion average = Metric.ErrorRate.AveragedOver(ByCountry);
        ModelDecision decision = Context.ModelSelection.Choose("ABCDEF".Select(Classifier)).Minimize(average).Decide(Dev);
        Assert.Equal("C", decision.Winner?.Name);
        Equal([0.06, 0.065, 0.035, 0.055, 0.0375, 0.095], decision, average);
    }

    /// <summary>With as many rows in each country as there are, and not the same from each, the order of A and D is another one.</summary>
    [Fact]
    public void Segments_count_alike_whatever_their_rows()
    {
        ModelDecision decision = Context.ModelSelection.Choose("AD".Select(Classifier)).Minimize(Metric.ErrorRate).Decide(Dev);
        Assert.Equal("A", decision.Winner?.Name);
        Equal([(12 + 14 + 15 + 9) / 1000.0, (20 + 16 + 21 + 2) / 1000.0], decision, Metric.ErrorRate);
    }

    [Fact]
    public void Importance_weighs_segments_and_zero_leaves_one_out()
    {
        Criterion average = Metric.ErrorRate.AveragedOver(Segments.ByColumn(
            "Country", new Dictionary<string, double> { ["US"] = 5, ["China"] = 0, ["India"] = 1, ["Other"] = 4 }));
        ModelDecision decision = Context.ModelSelection.Choose("CD".Select(Classifier)).Minimize(average).Decide(Dev);
        Equal([(5 * 2 + 4 + 4 * 5) / 1000.0, (5 * 5 + 7 + 4 * 2) / 1000.0], decision, average);
        Assert.Equal(
            "minimize error rate averaged over Country (China 0, India 1, Other 4, US 5)", decision.Objective.ToString());
    }

    [Fact]
    public void The_worst_country_can_be_a_constraint()
    {
        Criterion worstError = Metric.ErrorRate.WorstOf(ByCountry), worstAccuracy = Metric.Accuracy.WorstOf(ByCountry);
        ModelDecision decision = Context.ModelSelection.Choose("ABCDEF".Select(Classifier))
            .Maximize(worstAccuracy).SubjectTo(worstError, atMost: 0.055).Decide(Dev);
        Equal([0.09, 0.10, 0.05, 0.08, 0.05, 0.12], decision, worstError);
        Equal([0.91, 0.90, 0.95, 0.92, 0.95, 0.88], decision, worstAccuracy);
        Assert.Equal("C", decision.Winner?.Name);
        Assert.Equal(["worst error rate of Country is 0.08 but at most 0.055 is allowed"], decision.Candidates[3].Violations);
    }

    [Fact]
    public void Weights_must_be_of_the_segments_that_there_are()
    {
        ModelChoice choice = Context.ModelSelection.Choose(Classifier('A'));
        Assert.Equal(
            "Candidate A: error rate averaged over Country could not be measured: Rows have the value 'China' of 'Country', for which there "
            + "is no weight; give one, or 0 to leave them out.",
            Assert.Throws<InvalidOperationException>(() => choice.Minimize(Weighted(("US", 1))).Decide(Dev)).Message);
        Assert.Equal(
            "Candidate A: error rate averaged over Country could not be measured: There is a weight for the value 'Japan' of 'Country', which "
            + "no row has; take it out, or add such rows.",
            Assert.Throws<InvalidOperationException>(() => choice.Minimize(
                Weighted(("US", 1), ("China", 1), ("India", 1), ("Other", 1), ("Japan", 1))).Decide(Dev)).Message);
        Assert.Equal(
            "The weight of segment 'US' must be at least 0 and finite but is -0.5; 1 for all counts them alike.",
            Assert.Throws<ArgumentException>(() => Weighted(("US", -0.5))).WithoutParameter());
        Assert.Equal(
            "No segment of 'Country' has a weight above 0; give one to those that count.",
            Assert.Throws<ArgumentException>(() => Weighted(("US", 0))).WithoutParameter());

        static Criterion Weighted(params (string, double)[] weights) => Metric.ErrorRate.AveragedOver(
            Segments.ByColumn("Country", weights.ToDictionary(pair => pair.Item1, pair => pair.Item2)));
    }

    [Fact]
    public void A_metric_that_a_segment_has_too_few_rows_for_is_not_measured()
    {
        IDataView dev = Context.Data.LoadFromEnumerable(CountryRow.All().Where(row => row.Label || row.Country != "US"));
        ModelDecision decision = Context.ModelSelection.Choose(Classifier('A'))
            .Maximize(Metric.AreaUnderRocCurve.AveragedOver(ByCountry)).Decide(dev);
        Assert.Equal(
            "No candidate has all figures; the nearest is A: area under ROC curve averaged over Country is not measured.", decision.Verdict);
    }

    [Fact]
    public void Columns_may_have_other_names()
    {
        ModelDecision decision = Context.ModelSelection.Choose(Classifier('A')).Minimize(Metric.ErrorRate)
            .Decide(Dev, new EvaluationOptions { ScoreColumnName = "F" });
        Equal([(28 + 22 + 24 + 12) / 1000.0], decision, Metric.ErrorRate);
        Assert.Equal(
            "LabelColumnName is empty; name a column. (Parameter 'LabelColumnName')",
            Assert.Throws<ArgumentException>(() => Context.ModelSelection.Choose(Classifier('A')).Minimize(Metric.ErrorRate)
                .Decide(Dev, new EvaluationOptions { LabelColumnName = "" })).Message);
    }

    private static Candidate Classifier(char name) =>
        new(name.ToString(), Context.Transforms.CopyColumns("Score", name.ToString()).Fit(Dev));

    private static void Equal(double[] expected, ModelDecision decision, Criterion criterion)
    {
        double[] figures = [.. decision.Candidates.Select(candidate => candidate.Figures[criterion])];
        Assert.Equal(expected.Length, figures.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], figures[i], 1e-12);
    }
}
