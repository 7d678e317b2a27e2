using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Evaluation;
using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Selection;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Tests.Selection;

/// <summary>A network and a linear model, measured by everything at once.</summary>
[Trait("Spec", "C3")]
public sealed class MeasuredModelsTests
{
    private readonly MLContext _context = new(seed: 1);
    private readonly IDataView _dev;
    private readonly (string Name, ITransformer Model)[] _models;

    public MeasuredModelsTests()
    {
        IDataView train = _context.Data.LoadFromEnumerable(SampleRow.Generate(300, seed: 1));
        _dev = _context.Data.LoadFromEnumerable(SampleRow.Generate(200, seed: 2));
        _models =
        [
            ("network", SamplePipeline.Create(_context).Fit(train)),
            ("linear", SamplePipeline.Preparation(_context)
                .Append(_context.MulticlassClassification.Trainers.SdcaMaximumEntropy(maximumNumberOfIterations: 10)).Fit(train)),
        ];
    }

    [Fact]
    public void All_criteria_are_measured_in_one_decision()
    {
        Criterion ofGreen = Metric.Recall.OfClass("green"), byLabel = Metric.Accuracy.AveragedOver(Segments.ByColumn("Label"));
        Criterion worstOfLabels = Metric.Accuracy.WorstOf(Segments.ByColumn("Label")), batch = new Latency { Rows = 20, Calls = 20 };
        Criterion rows = Criterion.Of("rows", higherIsBetter: true, (_, dev) => dev.GetRowCount() ?? 0);
        ModelDecision decision = _context.ModelSelection.Choose(_models)
            .Maximize(Metric.Accuracy)
            .SubjectTo(Metric.LatencyMs, atMost: 60_000)
            .SubjectTo(batch, atMost: 60_000)
            .SubjectTo(Metric.ModelSizeBytes, atMost: 1e6)
            .SubjectTo(ofGreen, atLeast: 0)
            .SubjectTo(byLabel, atLeast: 0)
            .SubjectTo(worstOfLabels, atLeast: 0)
            .SubjectTo(Metric.BalancedAccuracy, atLeast: 0)
            .SubjectTo(Metric.WorstRecall, atLeast: 0)
            .SubjectTo(rows, atLeast: 200)
            .Decide(_dev);
        Assert.True(decision.IsFeasible);
        using var directory = new TemporaryDirectory();
        foreach (JudgedCandidate judged in decision.Candidates)
        {
            ITransformer model = judged.Candidate.Model!;
            Assert.Equal(
                _context.MulticlassClassification.Evaluate(model.Transform(_dev)).MicroAccuracy, judged.Figures[Metric.Accuracy], 1e-9);
            Assert.True(judged.Figures[Metric.LatencyMs] > 0);
            Assert.True(judged.Figures[batch] > 0);
            string path = directory.PathOf("model.zip");
            _context.Model.Save(model, _dev.Schema, path);
            Assert.Equal(new FileInfo(path).Length, judged.Figures[Metric.ModelSizeBytes]);
            SampleRow[] truth = SampleRow.Generate(200, seed: 2);
            Assert.Equal(200, judged.Figures[rows]);

            // Of the rows of one label, the accuracy is its recall.
            Assert.Equal(judged.Figures[Metric.BalancedAccuracy], judged.Figures[byLabel], 1e-12);
            Assert.Equal(judged.Figures[Metric.WorstRecall], judged.Figures[worstOfLabels], 1e-12);
            IDataView green = _context.Data.LoadFromEnumerable(truth.Where(row => row.Label == "green"));
            Assert.Equal(
                _context.MulticlassClassification.Evaluate(model.Transform(green)).MicroAccuracy, judged.Figures[ofGreen], 1e-9);
        }

        Assert.Equal(
            decision.Candidates.Max(candidate => candidate.Figures[Metric.Accuracy]),
            decision.Candidates.Single(candidate => candidate.Candidate == decision.Winner).Figures[Metric.Accuracy]);
    }

    [Fact]
    public void However_many_metrics_there_are_rows_are_scored_once()
    {
        int moves = 0;
        var dev = new WatchedDataView(_dev, _ => moves++);
        _context.ModelSelection.Choose(_models[0])
            .Maximize(Metric.Accuracy)
            .SubjectTo(Metric.Recall.OfClass("red"), atLeast: 0)
            .SubjectTo(Metric.LogLoss, atMost: 100)
            .SubjectTo(Metric.ErrorRate.AveragedOver(Segments.ByColumn("Label")), atMost: 1)
            .SubjectTo(Metric.Accuracy.WorstOf(Segments.ByColumn("Label")), atLeast: 0)
            .Decide(dev);
        Assert.Equal((1, 200, 0), (dev.Cursors, moves, dev.OpenCursors));
    }

    [Fact]
    public void A_figure_that_is_given_is_not_measured()
    {
        int measured = 0;
        Criterion own = Criterion.Of("own", higherIsBetter: false, (_, _) => ++measured);
        ModelDecision decision = _context.ModelSelection
            .Choose(
                new Candidate("known", _models[0].Model).With(Metric.Accuracy, 0.125).With(own, 7),
                new Candidate("measured", _models[0].Model))
            .Maximize(Metric.Accuracy).SubjectTo(own, atMost: 10).Decide(_dev);
        Assert.Equal((0.125, 7), (decision.Candidates[0].Figures[Metric.Accuracy], decision.Candidates[0].Figures[own]));
        Assert.Equal(1, measured);
        Assert.Equal("measured", decision.Winner?.Name);
    }

    [Fact]
    public void Intervals_are_those_of_an_evaluation()
    {
        var options = new EvaluationOptions { Bootstrap = new Bootstrap { Resamples = 100, Confidence = 0.8, Seed = 3 } };
        Criterion ofGreen = Metric.Recall.OfClass("green");
        ModelDecision decision = _context.ModelSelection
            .Choose(new Candidate("given").With(Metric.Accuracy, 0.1).With(ofGreen, 0.1), new Candidate("linear", _models[1].Model))
            .Maximize(Metric.Accuracy).SubjectTo(ofGreen, atLeast: 0.05).Decide(_dev, options);
        IHost host = ((IHostEnvironment)_context).Register("tests");
        MeasuredMetric expected = Assert.Single(
            new MetricEvaluation(host, _models[1].Model.Transform(_dev), options).Measure([Metric.Accuracy]).Metrics);
        Assert.NotNull(expected.Interval);
        JudgedCandidate linear = decision.Candidates[1];
        MetricInterval interval = linear.Intervals[Metric.Accuracy];
        Assert.Equal(expected.Interval, interval);
        Assert.InRange(linear.Figures[ofGreen], linear.Intervals[ofGreen].Lower, linear.Intervals[ofGreen].Upper);
        Assert.Empty(decision.Candidates[0].Intervals);
        string text = decision.ToString(200);
        Assert.Contains("accuracy (80 % interval)", text, StringComparison.Ordinal);
        Assert.Matches(@"\nlinear +\S+ \(\S+ to \S+\) +\S+ \(\S+ to \S+\) +yes +chosen", text);
        double[] shown = [.. Regex.Match(text, @"linear +(\S+) \((\S+) to (\S+)\)").Groups.Values.Skip(1)
            .Select(group => double.Parse(group.Value, CultureInfo.InvariantCulture))];
        Assert.Equal(linear.Figures[Metric.Accuracy], shown[0], 1e-3);
        Assert.Equal(interval.Lower, shown[1], 1e-3);
        Assert.Equal(interval.Upper, shown[2], 1e-3);
    }

    [Fact]
    public void A_class_that_there_is_not_is_refused_with_those_that_there_are()
    {
        string[] labels = [.. SampleRow.Generate(300, seed: 1).Select(row => row.Label).Distinct()];
        Assert.Equal(
            $"Candidate network: recall of purple could not be measured: No class of label column 'Label' is called 'purple'; " +
                $"there are '{labels[0]}', '{labels[1]}', '{labels[2]}'.",
            Assert.Throws<InvalidOperationException>(() => _context.ModelSelection.Choose(_models)
                .Maximize(Metric.Recall.OfClass("purple")).Decide(_dev)).Message);
    }
}
