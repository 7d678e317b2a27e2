using Microsoft.ML;
using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Selection;

namespace MLNet.DeepExt.Tests.Selection;

/// <summary>What <see cref="Metric"/> offers where these three namespaces are used.</summary>
[Trait("Spec", "C2")]
public sealed class MetricCatalogTests
{
    public static TheoryData<string, string, bool> Criteria
    {
        get
        {
            var rows = new TheoryData<string, string, bool>();
            foreach ((string expected, bool higherIsBetter, Criterion criterion) in ((string, bool, Criterion)[])
            [
                ("accuracy", true, Metric.Accuracy),
                ("error rate", false, Metric.ErrorRate),
                ("balanced accuracy", true, Metric.BalancedAccuracy),
                ("precision", true, Metric.Precision),
                ("recall", true, Metric.Recall),
                ("worst recall", true, Metric.WorstRecall),
                ("F1", true, Metric.F1),
                ("F0.5", true, Metric.FBeta(0.5)),
                ("log loss", false, Metric.LogLoss),
                ("Brier score", false, Metric.BrierScore),
                ("expected calibration error", false, Metric.ExpectedCalibrationError),
                ("top-3 accuracy", true, Metric.TopKAccuracy(3)),
                ("area under ROC curve", true, Metric.AreaUnderRocCurve),
                ("area under precision-recall curve", true, Metric.AreaUnderPrecisionRecallCurve),
                ("Cohen's kappa", true, Metric.CohensKappa),
                ("Matthews correlation", true, Metric.MatthewsCorrelation),
                ("false positives per 24 hours (rows of 00:00:01)", false, Metric.FalsePositivesPer24Hours(TimeSpan.FromSeconds(1))),
                ("Hamming loss", false, Metric.HammingLoss),
                ("subset accuracy", true, Metric.SubsetAccuracy),
                ("label ranking average precision", true, Metric.LabelRankingAveragePrecision),
                ("root mean squared error", false, Metric.RootMeanSquaredError),
                ("mean absolute error", false, Metric.MeanAbsoluteError),
                ("R squared", true, Metric.RSquared),
                ("pinball loss (0.1, 0.9)", false, Metric.PinballLoss(0.1, 0.9)),
                ("interval coverage", true, Metric.IntervalCoverage),
                ("interval width", false, Metric.IntervalWidth),
                ("latency ms", false, Metric.LatencyMs),
                ("latency ms (99.9th percentile, 1 row)", false, new Latency { Percentile = 99.9 }),
                ("latency ms (50th percentile, 32 rows)", false, new Latency { Percentile = 50, Rows = 32 }),
                ("latency ms (1st percentile, 1 row)", false, new Latency { Percentile = 1 }),
                ("latency ms (11th percentile, 1 row)", false, new Latency { Percentile = 11 }),
                ("latency ms (92nd percentile, 1 row)", false, new Latency { Percentile = 92 }),
                ("model size bytes", false, Metric.ModelSizeBytes),
                ("recall of cancer", true, Metric.WorstRecall.OfClass("cancer")),
                ("area under ROC curve of cancer", true, Metric.AreaUnderRocCurve.OfClass("cancer")),
                ("error rate averaged over Country", false, Metric.ErrorRate.AveragedOver(Segments.ByColumn("Country"))),
                ("worst error rate of Country", false, Metric.ErrorRate.WorstOf(Segments.ByColumn("Country"))),
                ("layers", false, Criterion.Of("layers", higherIsBetter: false, (_, _) => 1)),
            ])
            {
                rows.Add(expected, criterion.Name, higherIsBetter == criterion.HigherIsBetter);
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Criteria))]
    public void A_criterion_is_called_by_its_name_and_knows_which_way_is_better(string expected, string name, bool isDirectionRight)
    {
        Assert.Equal(expected, name);
        Assert.True(isDirectionRight);
    }

    [Fact]
    public void Criteria_are_equal_by_value()
    {
        Assert.Equal<Criterion>(Metric.Accuracy, Metric.Accuracy);
        Assert.NotEqual<Criterion>(Metric.Accuracy, Metric.ErrorRate);
        Assert.Equal(new Latency(), Metric.LatencyMs);
        Assert.NotEqual(new Latency { Rows = 2 }, Metric.LatencyMs);
        Assert.Equal(Metric.Recall.OfClass("cat"), Metric.WorstRecall.OfClass("cat"));
        Assert.NotEqual(Metric.Recall.OfClass("cat"), Metric.Recall.OfClass("dog"));
        Assert.Equal(Average(("US", 1), ("India", 2)), Average(("India", 2), ("US", 1)));
        Assert.NotEqual(Average(("US", 1), ("India", 2)), Average(("US", 2), ("India", 1)));
        Assert.NotEqual(Average(("US", 1), ("India", 2)), Metric.ErrorRate.AveragedOver(Segments.ByColumn("Country")));

        static SegmentAverage Average(params (string, double)[] weights) => Metric.ErrorRate.AveragedOver(
            Segments.ByColumn("Country", weights.ToDictionary(pair => pair.Item1, pair => pair.Item2)));
    }
}
