using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Evaluation;
using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Tests.Reference;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Tests.Evaluation;

/// <summary>Reports of real data views are those of scikit-learn.</summary>
[Trait("Spec", "C1")]
public sealed class ReferenceMetricsTests
{
    private static readonly EvaluationReference Reference = EvaluationReference.Load();

    private readonly MLContext _context = new(seed: 1);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_yes_or_no_is_judged_as_by_scikit_learn(int index)
    {
        using var culture = new CultureScope("tr-TR");
        EvaluationReference.Case given = Reference.Binary[index];
        ClassificationReport report = _context.BinaryClassification.Report(
            ScoredRow.OfBinary(_context, given), exampleWeightColumnName: "Weight");
        AssertValues(given, report.Metrics, "accuracy", "error rate", "balanced accuracy", "Cohen's kappa", "Matthews correlation",
            "F1", "area under ROC curve", "area under precision-recall curve", "log loss", "Brier score", "expected calibration error");
        AssertClasses(given, report, ["False", "True"]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Several_classes_are_judged_as_by_scikit_learn_though_the_keys_of_the_labels_are_in_another_order(int index)
    {
        using var culture = new CultureScope("tr-TR");
        EvaluationReference.Case given = Reference.Classes[index];
        string[] names = ["pisi", "it", "ışık", "İğne"];
        IDataView rows = ScoredRow.OfClasses(_context, given, names);
        // By the value, so that the order of the keys is not that of the scores.
        IDataView keys = _context.Transforms.Conversion
            .MapValueToKey("Label", "Name", keyOrdinality: Microsoft.ML.Transforms.ValueToKeyMappingEstimator.KeyOrdinality.ByValue)
            .Fit(rows).Transform(rows);
        foreach ((IDataView view, string label) in new[] { (keys, "Label"), (rows, "Name") })
        {
            ClassificationReport report = _context.MulticlassClassification.Report(view, label, exampleWeightColumnName: "Weight");
            AssertValues(given, report.Metrics, "accuracy", "error rate", "balanced accuracy", "Cohen's kappa", "Matthews correlation",
                "macro F1", "macro area under ROC curve", "macro area under precision-recall curve", "top-2 accuracy", "top-3 accuracy",
                "log loss", "Brier score", "expected calibration error");
            AssertClasses(given, report, names);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Numbers_and_their_quantiles_are_judged_as_by_scikit_learn(int index)
    {
        using var culture = new CultureScope("tr-TR");
        EvaluationReference.Case given = Reference.Regression[index];
        var schema = SchemaDefinition.Create(typeof(ScoredRow.Number));
        ReadOnlyMemory<char>[] slots = ["0.1".AsMemory(), "0.5".AsMemory(), "0.9".AsMemory()];
        schema["Quantiles"].AddAnnotation(
            "SlotNames", new VBuffer<ReadOnlyMemory<char>>(3, slots), new VectorDataViewType(TextDataViewType.Instance, 3));
        IDataView rows = _context.Data.LoadFromEnumerable(
            given.Labels.Select((label, i) => new ScoredRow.Number
            {
                Label = label,
                Score = given.Scores[i],
                Quantiles = given.Probabilities[(3 * i)..(3 * i + 3)],
                Weight = given.Weights[i],
            }), schema);
        RegressionReport report = _context.Regression.Report(rows, exampleWeightColumnName: "Weight");
        AssertValues(given, report.Metrics, "root mean squared error", "mean absolute error", "R squared", "pinball loss (0.1, 0.5, 0.9)",
            "interval coverage", "interval width");
        Assert.Equal(given.Values["R squared"], report.RSquared, 1e-6);

        // Quantiles by themselves are scores, of which no single number can be judged.
        var options = new EvaluationOptions { ScoreColumnName = "Quantiles", ExampleWeightColumnName = "Weight" };
        RegressionReport ofQuantiles = _context.Regression.Report(rows, options);
        AssertValues(given, ofQuantiles.Metrics, "pinball loss (0.1, 0.5, 0.9)", "interval coverage", "interval width");
        Assert.Equal(double.NaN, ofQuantiles.RootMeanSquaredError);
    }

    [Fact]
    public void Bounds_may_be_in_columns_of_their_own()
    {
        Bounded[] rows =
            [new() { Label = 3, Low = 1, High = 4 }, new() { Label = 5, Low = 1, High = 4 }, new() { Label = 1, Low = 1, High = 6 }];
        var options = new EvaluationOptions { LowerColumnName = "Low", UpperColumnName = "High" };
        IReadOnlyList<MeasuredMetric> measured = _context.Regression.Measure(
            _context.Data.LoadFromEnumerable(rows), options, new IntervalCoverage(), new IntervalWidth());
        Assert.Equal([2 / 3.0, 11 / 3.0], measured.Select(one => one.Value), (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [Fact]
    public void F1_prefers_the_balanced_classifier()
    {
        // Of 1,000 rows that are a yes: recall .90 and precision .95 of one, .85 and .98 of the other.
        Assert.Equal(0.9243, F1Of(right: 900, wrong: 47.368f, missed: 100), 4);
        Assert.Equal(0.9104, F1Of(right: 850, wrong: 17.347f, missed: 150), 4);

        double F1Of(float right, float wrong, float missed)
        {
            ScoredRow.Binary[] rows =
            [
                new() { Label = true, PredictedLabel = true, Weight = right },
                new() { Label = false, PredictedLabel = true, Weight = wrong },
                new() { Label = true, PredictedLabel = false, Weight = missed },
            ];
            ClassificationReport report = _context.BinaryClassification.Report(
                _context.Data.LoadFromEnumerable(rows), exampleWeightColumnName: "Weight");
            return report.Classes[1].F1;
        }
    }

    private static void AssertValues(EvaluationReference.Case given, IReadOnlyList<MeasuredMetric> measured, params string[] names)
    {
        Assert.Equal(names, measured.Select(one => one.Metric.Name));
        foreach (MeasuredMetric one in measured)
        {
            Assert.Equal(given.Values[one.Metric.Name], one.Value, 1e-6);
            Assert.Null(one.Interval);
        }
    }

    private static void AssertClasses(EvaluationReference.Case given, ClassificationReport report, string[] names)
    {
        Assert.Equal(names, report.Classes.Select(line => line.Name));
        Assert.Equal(names, report.ConfusionMatrix.ClassNames);
        for (int i = 0; i < names.Length; i++)
        {
            double[] line = given.ByClass[i];
            ClassReport found = report.Classes[i];
            double area = line.Length > 4 ? line[4] : given.Values["area under ROC curve"];
            Assert.Equal(
                [.. line[..4], area], [found.Precision, found.Recall, found.F1, found.Support, found.AreaUnderRocCurve],
                (a, b) => Math.Abs(a - b) < 1e-4 * Math.Max(1, Math.Abs(b) / 10));
            for (int j = 0; j < names.Length; j++)
                Assert.Equal(given.Confusion[i * names.Length + j], report.ConfusionMatrix[i, j], 1e-4);
        }

        (string, ClassReport)[] averages = [("micro", report.Micro), ("macro", report.Macro), ("weighted", report.Weighted)];
        foreach ((string average, ClassReport line) in averages)
        {
            Assert.Equal(given.Values[$"{average} precision"], line.Precision, 1e-6);
            Assert.Equal(given.Values[$"{average} recall"], line.Recall, 1e-6);
            Assert.Equal(given.Values[$"{average} F1"], line.F1, 1e-6);
        }
    }

    private sealed class Bounded
    {
        public float Label { get; set; }

        public float Low { get; set; }

        public float High { get; set; }
    }
}
