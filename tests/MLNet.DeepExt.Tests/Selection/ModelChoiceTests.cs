using Microsoft.ML;
using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Selection;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Tests.Selection;

/// <summary>The choices of the notes, by figures that are given, and what a decision says.</summary>
[Trait("Spec", "C3")]
public sealed class ModelChoiceTests
{
    private static readonly MLContext Context = new(seed: 1);

    private static Candidate[] Cats =>
    [
        new Candidate("A").With(Metric.Accuracy, 0.90).With(Metric.LatencyMs, 80),
        new Candidate("B").With(Metric.Accuracy, 0.92).With(Metric.LatencyMs, 95),
        new Candidate("C").With(Metric.Accuracy, 0.95).With(Metric.LatencyMs, 1500),
    ];

    [Fact]
    public void Of_precision_and_recall_their_harmonic_mean_chooses()
    {
        ModelDecision decision = Context.ModelSelection
            .Choose(
                new Candidate("A").With(Metric.F1, HarmonicMean(0.95, 0.90)),
                new Candidate("B").With(Metric.F1, HarmonicMean(0.98, 0.85)))
            .Maximize(Metric.F1)
            .Decide();
        Assert.Equal("A", decision.Winner?.Name);
        Assert.Equal(
            """
            maximize F1

            candidate      F1  Pareto front  result
            A          0.9243  yes           chosen
            B          0.9104  no            good enough

            A is chosen: its F1, 0.9243, is the highest of all 2 candidates.
            """.ReplaceLineEndings(), decision.ToString(120));

        static double HarmonicMean(double precision, double recall) => 2 / (1 / precision + 1 / recall);
    }

    [Theory]
    [InlineData("en-US")]
    [InlineData("tr-TR")]
    public void The_most_accurate_of_those_that_are_fast_enough_is_chosen(string cultureName)
    {
        using var culture = new CultureScope(cultureName);
        ModelDecision decision = Context.ModelSelection.Choose(Cats)
            .Maximize(Metric.Accuracy).SubjectTo(Metric.LatencyMs, atMost: 100).Decide();
        Assert.True(decision.IsFeasible);
        Assert.Equal("B", decision.Winner?.Name);
        Assert.Null(decision.Nearest);
        Assert.Equal(["A", "B", "C"], decision.ParetoFront.Select(candidate => candidate.Candidate.Name));
        Assert.Equal(1500, decision.Candidates[2].Figures[Metric.LatencyMs]);
        Assert.Equal([true, true, false], decision.Candidates.Select(candidate => candidate.IsFeasible));
        Assert.Equal(
            """
            maximize accuracy subject to latency ms (95th percentile, 1 row) at most 100

            candidate  accuracy  latency ms  Pareto front  result
            A              0.90          80  yes           good enough
            B              0.92          95  yes           chosen
            C              0.95        1500  yes           latency ms is 1500 but at most 100 is allowed

            B is chosen: its accuracy, 0.92, is the highest of the 2 candidates that meet all constraints.
            """.ReplaceLineEndings(), decision.ToString(120));
    }

    [Fact]
    public void The_wake_word_that_is_found_best_with_at_most_one_false_alarm_a_day_is_chosen()
    {
        Metric alarms = Metric.FalsePositivesPer24Hours(TimeSpan.FromSeconds(2));
        ModelDecision decision = Context.ModelSelection
            .Choose(
                new Candidate("eager").With(Metric.Accuracy, 0.99).With(alarms, 3),
                new Candidate("careful").With(Metric.Accuracy, 0.97).With(alarms, 1),
                new Candidate("deaf").With(Metric.Accuracy, 0.5).With(alarms, 0))
            .SubjectTo(alarms, atMost: 1)
            .Maximize(Metric.Accuracy)
            .Decide();
        Assert.Equal("careful", decision.Winner?.Name);
        Assert.Equal(["false positives per 24 hours (rows of 00:00:02) is 3 but at most 1 is allowed"], decision.Candidates[0].Violations);
    }

    [Fact]
    public void Where_none_is_good_enough_that_is_said_with_the_nearest_one()
    {
        ModelDecision decision = Context.ModelSelection.Choose(Cats)
            .Maximize(Metric.Accuracy).SubjectTo(Metric.LatencyMs, atMost: 50).SubjectTo(Metric.Accuracy, atLeast: 0.905).Decide();
        Assert.False(decision.IsFeasible);
        Assert.Null(decision.Winner);
        Assert.Equal("A", decision.Nearest?.Candidate.Name);
        Assert.Equal(
            """
            maximize accuracy subject to latency ms (95th percentile, 1 row) at most 50,
            accuracy at least 0.905

                                 latency  Pareto
            candidate  accuracy       ms  front   result
            A              0.90       80  yes     nearest: latency ms is 80 but at most 50
                                                  is allowed; accuracy is 0.9 but at least
                                                  0.905 is needed
            B              0.92       95  yes     latency ms is 95 but at most 50 is allowed
            C              0.95     1500  yes     latency ms is 1500 but at most 50 is
                                                  allowed

            No candidate meets all constraints; the nearest is A: latency ms is 80 but at
            most 50 is allowed; accuracy is 0.9 but at least 0.905 is needed.
            """.ReplaceLineEndings(), decision.ToString(80));
    }

    [Fact]
    public void What_could_not_be_measured_is_never_chosen()
    {
        ModelDecision decision = Context.ModelSelection
            .Choose(new Candidate("A").With(Metric.Accuracy, double.NaN), new Candidate("B").With(Metric.Accuracy, 0.123456))
            .Maximize(Metric.Accuracy)
            .Decide();
        Assert.Equal("B", decision.Winner?.Name);
        Assert.Equal(
            """
            maximize accuracy

            candidate      accuracy  Pareto front  result
            A          not measured  no            accuracy is not measured
            B                0.1235  yes           chosen

            B is chosen: it alone has all figures.
            """.ReplaceLineEndings(), decision.ToString(120));
    }

    [Fact]
    public void Of_equal_candidates_the_first_is_chosen_and_that_is_said()
    {
        ModelDecision decision = Context.ModelSelection
            .Choose(Enumerable.Range(1, 3).Select(i => new Candidate($"M{i}").With(Metric.LogLoss, i == 3 ? 2 : 1)))
            .Minimize(Metric.LogLoss)
            .Decide();
        Assert.Equal("M1", decision.Winner?.Name);
        Assert.Equal(
            "M1 is chosen: its log loss, 1, is the lowest of all 3 candidates; that of M2 is equal, but M1 was given first.", decision.Verdict);
    }

    [Fact]
    public void A_violation_shows_as_many_digits_as_tell_it_from_the_bound()
    {
        ModelDecision decision = Context.ModelSelection
            .Choose(new Candidate("A").With(Metric.Accuracy, 0.8999999).With(Metric.ModelSizeBytes, 123_456_789))
            .Maximize(Metric.Accuracy).SubjectTo(Metric.Accuracy, atLeast: 0.9).SubjectTo(Metric.ModelSizeBytes, atMost: 1e6)
            .Decide();
        Assert.Equal(
            [
                "accuracy is 0.8999999 but at least 0.9 is needed",
                "model size bytes is 123456789 but at most 1000000 is allowed",
            ], decision.Candidates[0].Violations);
    }

    [Fact]
    public void A_single_candidate_is_chosen_if_it_is_good_enough() => Assert.Equal(
        "A is chosen: it is the only candidate, and meets all constraints.",
        Context.ModelSelection.Choose(Cats[0]).Maximize(Metric.Accuracy).SubjectTo(Metric.LatencyMs, atMost: 100).Decide().Verdict);

    [Fact]
    public void A_choice_and_a_candidate_do_not_change()
    {
        ModelChoice choice = Context.ModelSelection.Choose(Cats).Maximize(Metric.Accuracy);
        Assert.Equal("B", choice.SubjectTo(Metric.LatencyMs, atMost: 100).Decide().Winner?.Name);
        Assert.Equal("C", choice.Decide().Winner?.Name);
        var candidate = new Candidate("A");
        Assert.Equal(0.5, candidate.With(Metric.Accuracy, 0.4).With(Metric.Accuracy, 0.5).Figures[Metric.Accuracy]);
        Assert.Empty(candidate.Figures);
    }

    [Fact]
    public void Impossible_choices_are_refused_with_the_remedy()
    {
        ModelSelectionCatalog catalog = Context.ModelSelection;
        ModelChoice choice = catalog.Choose(Cats);
        Refuses<InvalidOperationException>("Nothing says which candidate is best; call Maximize or Minimize.", () => choice.Decide());
        Refuses<InvalidOperationException>(
            "accuracy is optimized already, so log loss cannot be; make it a constraint with SubjectTo.",
            () => choice.Maximize(Metric.Accuracy).Minimize(Metric.LogLoss));
        Refuses<InvalidOperationException>(
            "Candidate A has no figure of recall, and no model to measure it of; add it by With, or give a model.",
            () => choice.Maximize(Metric.Accuracy).SubjectTo(Metric.Recall, atLeast: 0.5).Decide());
        Refuses<ArgumentException>(
            "A constraint on latency ms needs a bound; give atLeast or atMost. (Parameter 'atLeast')", () => choice.SubjectTo(Metric.LatencyMs));
        Refuses<ArgumentException>(
            "There is no candidate; give one at least. (Parameter 'candidates')", () => catalog.Choose(Array.Empty<Candidate>()));
        Refuses<ArgumentException>(
            "Two candidates are called A; give each another name. (Parameter 'candidates')", () => catalog.Choose(Cats[0], Cats[0]));
        Refuses<InvalidOperationException>(
            "Candidate M has no figure of accuracy, and there are no rows to measure it on; add it by With, or give Decide the dev rows.",
            () => catalog.Choose(("M", SamplePipeline.Fit().Model)).Maximize(Metric.Accuracy).Decide());
    }

    private static void Refuses<T>(string message, Func<object> act)
        where T : Exception => Assert.Equal(message, Assert.Throws<T>(act).Message);
}
