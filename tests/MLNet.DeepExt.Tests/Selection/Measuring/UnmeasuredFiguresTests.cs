using Microsoft.ML;
using MLNet.DeepExt.Evaluation;
using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Selection;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Tests.Selection;

/// <summary>Models of which a figure cannot be measured, beside one of which all can.</summary>
[Trait("Spec", "C3")]
public sealed class UnmeasuredFiguresTests
{
    private const string Uncalibrated =
        "log loss could not be measured: it needs probabilities but there is no column 'Probability'; calibrate the model with one of "
        + "ml.BinaryClassification.Calibrators, or set ProbabilityColumnName to the column of probabilities";

    private static readonly EvaluationOptions OfRare = new() { LabelColumnName = "IsRare" };

    private readonly MLContext _context = new(seed: 1);
    private readonly IDataView _dev;
    private readonly Candidate _logistic;
    private readonly Candidate _linear;

    public UnmeasuredFiguresTests()
    {
        IDataView train = _context.Data.LoadFromEnumerable(ClassRow.Generate(1, 100, 60, 60));
        _dev = _context.Data.LoadFromEnumerable(ClassRow.Generate(2, 50, 30, 30));
        _logistic = new Candidate("logistic", _context.BinaryClassification.Trainers.SdcaLogisticRegression("IsRare").Fit(train));
        _linear = new Candidate("linear", _context.BinaryClassification.Trainers.LinearSvm("IsRare").Fit(train));
    }

    [Fact]
    public void Who_has_no_probabilities_is_not_chosen_by_them_and_the_others_are_measured()
    {
        ModelDecision decision = _context.ModelSelection.Choose(_linear, _logistic)
            .Minimize(Metric.LogLoss).SubjectTo(Metric.Accuracy, atLeast: 0.1).Decide(_dev, OfRare);
        Assert.Equal("logistic", decision.Winner?.Name);
        JudgedCandidate linear = decision.Candidates[0];
        Assert.Equal(double.NaN, linear.Figures[Metric.LogLoss]);
        Assert.Equal([Uncalibrated], linear.Violations);
        Assert.Equal(
            _context.BinaryClassification.EvaluateNonCalibrated(_linear.Model!.Transform(_dev), "IsRare").Accuracy,
            linear.Figures[Metric.Accuracy], 1e-9);
        Assert.Equal(110, linear.Rows);
    }

    [Fact]
    public void Who_cannot_be_saved_has_no_size_but_all_else()
    {
        ITransformer mapping = _context.Transforms.CustomMapping<ClassRow, Mapped>(
            (row, mapped) => mapped.Score = row.IsRare ? 1 : -1, contractName: null).Fit(_dev);
        ModelDecision decision = _context.ModelSelection.Choose(new Candidate("mapping", mapping), _linear)
            .Maximize(Metric.Accuracy).SubjectTo(Metric.ModelSizeBytes, atMost: 1e9).Decide(_dev, OfRare);
        Assert.Equal("linear", decision.Winner?.Name);
        Assert.Equal(1, decision.Candidates[0].Figures[Metric.Accuracy]);
        Assert.Equal(double.NaN, decision.Candidates[0].Figures[Metric.ModelSizeBytes]);
        Assert.StartsWith(
            "model size bytes could not be measured: ", Assert.Single(decision.Candidates[0].Violations), StringComparison.Ordinal);
    }

    [Fact]
    public void Who_scores_nothing_is_not_chosen()
    {
        ITransformer silent = _context.Transforms.CopyColumns("Copy", "Number").Fit(_dev);
        ModelDecision decision = _context.ModelSelection.Choose(new Candidate("silent", silent), _linear)
            .Maximize(Metric.Accuracy).SubjectTo(Metric.Recall.OfClass("True"), atLeast: 0).Decide(_dev, OfRare);
        Assert.Equal("linear", decision.Winner?.Name);
        Assert.Equal([double.NaN, double.NaN], decision.Candidates[0].Figures.Values);
        Assert.Equal((2, null), (decision.Candidates[0].Violations.Count, decision.Candidates[0].Rows));
    }

    [Fact]
    public void What_can_be_measured_of_nobody_is_an_error_that_names_the_first()
    {
        Exception exception = Assert.Throws<InvalidOperationException>(() => _context.ModelSelection.Choose(_linear)
            .Minimize(Metric.LogLoss).SubjectTo(Metric.Accuracy, atLeast: 0.1).Decide(_dev, OfRare));
        Assert.Equal($"Candidate linear: {Uncalibrated}.", exception.Message);
        Assert.IsType<ArgumentException>(exception.InnerException);
        exception = Assert.Throws<InvalidOperationException>(() => _context.ModelSelection.Choose(_linear, _logistic)
            .Minimize(Failing(() => throw new NotSupportedException("no."))).Decide(_dev, OfRare));
        Assert.Equal("Candidate linear: own could not be measured: no.", exception.Message);
    }

    [Fact]
    public void A_metric_of_segments_that_cannot_be_measured_leaves_the_others_of_the_column()
    {
        Segments segments = Segments.ByColumn("IsRare");
        Criterion logLoss = Metric.LogLoss.WorstOf(segments), accuracy = Metric.Accuracy.WorstOf(segments);
        ModelDecision decision = _context.ModelSelection.Choose(_linear, _logistic)
            .Maximize(accuracy).SubjectTo(logLoss, atMost: 100).Decide(_dev, OfRare);
        JudgedCandidate linear = decision.Candidates[0];
        Assert.Equal($"worst log loss of IsRare{Uncalibrated[8..]}", Assert.Single(linear.Violations));
        Assert.InRange(linear.Figures[accuracy], 0, 1);
        Assert.Equal(110, linear.Rows);
    }

    [Fact]
    public void Metrics_of_numbers_and_of_classes_read_a_number_label_each_in_its_own_way()
    {
        IDataView dev = _context.Data.LoadFromEnumerable(Enumerable.Range(0, 10).Select(i => new Rated { Label = i % 2, Points = i % 4 - 1.5f }));
        ITransformer points = _context.Transforms.CopyColumns("Score", "Points").Fit(dev);
        ModelDecision decision = _context.ModelSelection.Choose(new Candidate("points", points))
            .Maximize(Metric.Accuracy).SubjectTo(Metric.MeanAbsoluteError, atMost: 10).Decide(dev);
        Assert.Empty(decision.Candidates[0].Violations);
        // Scores above 0 predict 1: half of the rows of 1, and half of those of 0.
        Assert.Equal(0.5, decision.Candidates[0].Figures[Metric.Accuracy], 1e-12);
        Assert.Equal(
            Enumerable.Range(0, 10).Average(i => Math.Abs(i % 2 - (i % 4 - 1.5))), decision.Candidates[0].Figures[Metric.MeanAbsoluteError], 1e-12);
    }

    [Fact]
    public void A_message_of_a_custom_criterion_is_repeated_as_it_is()
    {
        Exception exception = Assert.Throws<InvalidOperationException>(() => _context.ModelSelection.Choose(_linear)
            .Minimize(Failing(() => throw new InvalidOperationException("The metric of mine cannot be measured: no data."))).Decide(_dev, OfRare));
        Assert.Equal("Candidate linear: own could not be measured: The metric of mine cannot be measured: no data.", exception.Message);
    }

    [Fact]
    public void Cancelling_ends_the_choice()
    {
        // What wraps the reason, as the threads of ML.NET do, is no reason to go on.
        foreach (Exception thrown in (Exception[])[new OperationCanceledException(), new InvalidOperationException("a thread ended")])
        {
            var context = new MLContext(seed: 1);
            ModelChoice choice = context.ModelSelection.Choose(_linear, _logistic).Minimize(Failing(() =>
            {
                context.CancelExecution();
                throw thrown;
            }));
            Assert.ThrowsAny<OperationCanceledException>(() => choice.Decide(_dev, OfRare));
        }
    }

    private static Criterion Failing(Func<double> measure) => Criterion.Of("own", higherIsBetter: false, (_, _) => measure());

    private sealed class Rated
    {
        public float Label { get; set; }

        public float Points { get; set; }
    }

    private sealed class Mapped
    {
        public float Score { get; set; }
    }
}
