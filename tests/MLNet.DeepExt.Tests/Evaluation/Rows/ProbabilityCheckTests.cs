using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Evaluation;
using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Tests.Evaluation;

/// <summary>Probabilities that were rounded are probabilities, and a report says why it has no figures of others.</summary>
[Trait("Spec", "C1")]
public sealed class ProbabilityCheckTests
{
    private readonly MLContext _context = new(seed: 1);

    [Fact]
    public void One_that_is_hardly_above_one_is_one()
    {
        IDataView rows = _context.Data.LoadFromEnumerable(
        [
            new ScoredRow.Binary { Label = true, PredictedLabel = true, Probability = 1.0000001f },
            new ScoredRow.Binary { Label = false, Probability = -0.0000001f },
        ]);
        ClassificationReport report = _context.BinaryClassification.Report(rows);
        Assert.Equal((0, 0, 0), (report.LogLoss, report.BrierScore, report.ExpectedCalibrationError));
    }

    [Theory]
    [InlineData(0.33f, 0.33f, 0.33f, true)]
    [InlineData(0.34f, 0.34f, 0.33f, true)]
    [InlineData(0.3f, 0.3f, 0.3f, false)]
    [InlineData(1.1f, -0.1f, 0, false)]
    public void Rounded_ones_need_not_sum_to_one(float a, float b, float c, bool are)
    {
        IDataView rows = ScoredRow.OfClasses(_context, ["a", "b", "c"], new ScoredRow.Several { Name = "b", Score = [a, b, c] });
        double expected = are ? -Math.Log(b) : double.NaN;
        Assert.Equal(expected, _context.MulticlassClassification.Report(rows, "Name").LogLoss, 1e-6);
    }

    [Fact]
    public void A_report_says_once_why_it_has_no_figures_of_probabilities()
    {
        var log = new LogRecorder(_context, "Report");
        IDataView rows = ScoredRow.OfClasses(
            _context, ["a", "b"], new() { Name = "a", Score = [2, 1] }, new() { Name = "b", Score = [2, 3] });
        Assert.Equal(double.NaN, _context.MulticlassClassification.Report(rows, "Name").BrierScore);
        Assert.Equal(
            ["Figures of probabilities are left out of the report: they need probabilities, and the numbers in column 'Score' are none, " +
            "for one is 2; train with calibrated binary models, or measure what reads decisions or ranks alone."],
            log.Of(ChannelMessageKind.Warning));
    }

    [Fact]
    public void A_label_that_is_a_number_is_what_the_metrics_need()
    {
        IHost host = ((IHostEnvironment)_context).Register("Test");
        IDataView rows = _context.Data.LoadFromEnumerable(
            [new Ambiguous { Label = 1, Score = 0.5f, Probability = 0.1f }, new Ambiguous { Label = 0, Score = -1, Probability = 0.9f }]);
        Assert.Equal(0.75, Measure(rows, new MeanAbsoluteError()));
        Assert.Equal(0, Measure(rows, new Accuracy()));
        Assert.Equal(1, Measure(_context.Transforms.DropColumns("Probability").Fit(rows).Transform(rows), new Accuracy()));
        Assert.Equal(1, Measure(_context.Transforms.DropColumns("Probability").Fit(rows).Transform(rows), new AreaUnderRocCurve()));
        IDataView vectors = _context.Data.LoadFromEnumerable([new Vectors { Label = [1, 0], Score = [3, 0], Probability = [0.9f, 0.9f] }]);
        Assert.Equal(1, _context.Regression.Report(vectors).MeanAbsoluteError);
        Assert.Equal(0.5, _context.MultiLabelClassification.Measure(vectors, new HammingLoss())[0].Value);

        double Measure(IDataView view, Metric metric) => new MetricEvaluation(host, view, new EvaluationOptions()).Measure([metric]).Metrics[0].Value;
    }

    [Fact]
    public void A_single_quantile_is_no_interval()
    {
        IDataView rows = _context.Data.LoadFromEnumerable([new OneQuantile { Label = 2, Score = 1, Quantiles = [1] }]);
        RegressionReport report = _context.Regression.Report(rows);
        Assert.Equal((1, double.NaN, double.NaN), (report.MeanAbsoluteError, report.IntervalCoverage, report.IntervalWidth));
    }

    private sealed class Ambiguous
    {
        public float Label { get; set; }

        public float Score { get; set; }

        public float Probability { get; set; }
    }

    private sealed class Vectors
    {
        [VectorType(2)]
        public float[] Label { get; set; } = [];

        [VectorType(2)]
        public float[] Score { get; set; } = [];

        [VectorType(2)]
        public float[] Probability { get; set; } = [];
    }

    private sealed class OneQuantile
    {
        public float Label { get; set; }

        public float Score { get; set; }

        [VectorType(1)]
        public float[] Quantiles { get; set; } = [];
    }
}
