using System.Text;
using Microsoft.ML;
using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Search;
using MLNet.DeepExt.Search.Journals;
using MLNet.DeepExt.Selection;

namespace MLNet.DeepExt.Tests.Search;

/// <summary>Which events can follow others.</summary>
[Trait("Spec", "C5")]
public sealed class SearchStateTests
{
    private static readonly SearchSpace Space = new() { ["X"] = Range.Linear(0, 1) };

    [Theory]
    [InlineData("5", "its accuracy is 5 but must be from 0 to 1")]
    [InlineData("-0.1", "its accuracy is -0.1 but must be from 0 to 1")]
    [InlineData("1.00001", "its accuracy is 1.00001 but must be from 0 to 1")]
    [InlineData("\"Infinity\"", "its accuracy is Infinity but must be from 0 to 1")]
    [InlineData("\"-Infinity\"", "its accuracy is -Infinity but must be from 0 to 1")]
    [InlineData("\"NaN\"", "its accuracy is NaN, with which no trial finishes")]
    public void A_figure_that_no_model_has_is_refused(string figure, string expected)
    {
        Assert.Equal(expected, Fault($$"""{"event":"finished","trial":0,"worker":1,"values":{"accuracy":{{figure}},"R squared":0},"seconds":1}"""));
    }

    [Theory]
    [InlineData("0", "1")]
    [InlineData("1", "-7.5")]
    [InlineData("1.0000000001", "\"-Infinity\"")]
    [InlineData("0.5", "\"NaN\"")]
    public void A_figure_that_a_model_may_have_is_taken(string accuracy, string constrained) => Assert.Null(Fault(
        $$"""{"event":"finished","trial":0,"worker":1,"values":{"accuracy":{{accuracy}},"R squared":{{constrained}}},"seconds":1}"""));

    [Theory]
    [InlineData(
        """{"event":"finished","trial":0,"worker":1,"values":{"accuracy":1,"R squared":1.5},"seconds":1}""",
        "its R squared is 1.5 but must be at most 1")]
    [InlineData(
        """{"event":"finished","trial":0,"worker":1,"values":{"accuracy":1,"R squared":0,"recall":1},"seconds":1}""",
        "it has a value of recall, which is no criterion of the search")]
    [InlineData("""{"event":"finished","trial":0,"worker":1,"values":{"accuracy":1},"seconds":1}""", "it has no value of R squared")]
    [InlineData(
        """{"event":"test","trial":0,"values":{"accuracy":2,"R squared":0},"time":"1970-01-01T00:00:00+00:00"}""",
        "its accuracy is 2 but must be from 0 to 1")]
    [InlineData("""{"event":"test","trial":1,"values":{},"time":"1970-01-01T00:00:00+00:00"}""", "trial 1 has not started")]
    [InlineData(
        """{"event":"finished","trial":0,"worker":1,"values":{"accuracy":1,"R squared":0},"seconds":-1}""",
        "its seconds are -1 but must be at least 0 and finite")]
    [InlineData(
        """{"event":"finished","trial":0,"worker":1,"values":{"accuracy":1,"R squared":0},"seconds":"NaN"}""",
        "its seconds are NaN but must be at least 0 and finite")]
    [InlineData(
        """{"event":"finished","trial":0,"worker":1,"values":{"accuracy":1,"R squared":0},"rows":-1,"seconds":1}""",
        "the number of rows is negative")]
    [InlineData("""{"event":"failed","trial":0,"rung":-1,"worker":1,"error":"x"}""", "the number of the rung is negative")]
    [InlineData("""{"event":"failed","trial":0,"worker":-1,"error":"x"}""", "the number of the worker is negative")]
    public void An_event_that_cannot_be_is_refused(string line, string expected) => Assert.Equal(expected, Fault(line));

    [Theory]
    [InlineData("log loss", -0.1, "log loss is -0.1 but must be at least 0")]
    [InlineData("latency ms", -1, "latency ms is -1 but must be at least 0")]
    [InlineData("model size bytes", -1, "model size bytes is -1 but must be at least 0")]
    [InlineData("Cohen's kappa", -1.5, "Cohen's kappa is -1.5 but must be from -1 to 1")]
    [InlineData("worst recall of Region", 2, "worst recall of Region is 2 but must be from 0 to 1")]
    [InlineData("recall of no", 2, "recall of no is 2 but must be from 0 to 1")]
    [InlineData("log loss", double.PositiveInfinity, null)]
    [InlineData("own", double.NegativeInfinity, null)]
    public void A_criterion_has_the_range_of_its_metric(string name, double figure, string? expected)
    {
        Criterion[] all =
        [
            Metric.LogLoss, Metric.LatencyMs, new ModelSize(), new CohensKappa(), new WorstSegment(Metric.Recall, Segments.ByColumn("Region")),
            new ClassCriterion(Metric.Recall, "no"), Criterion.Of("own", higherIsBetter: true, (_, _) => 0),
        ];
        Criterion criterion = all.Single(criterion => criterion.Name == name);
        Assert.Equal(expected, criterion.FaultOfFigure(figure));
        Assert.Null(criterion.FaultOfFigure(double.NaN));
    }

    // Of a line after the first trial has started.
    private static string? Fault(string line)
    {
        var state = new SearchState(Space, Objective.Maximize(Metric.Accuracy).SubjectTo(Metric.RSquared, atLeast: -10));
        state.Prepare(Event("""{"event":"started","trial":0,"worker":1,"parameters":{"X":0.5}}"""))();
        try
        {
            state.Prepare(Event(line))();
            return null;
        }
        catch (InvalidDataException exception)
        {
            return exception.Message;
        }
    }

    private static JournalEvent Event(string line) => JournalJson.ReadEvent(Encoding.UTF8.GetBytes(line));
}
