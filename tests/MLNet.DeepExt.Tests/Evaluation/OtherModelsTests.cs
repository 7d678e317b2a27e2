using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Evaluation;
using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Tests.Evaluation;

/// <summary>Rows are judged whoever scored them, and as ML.NET judges them where it does.</summary>
[Trait("Spec", "C1")]
public sealed class OtherModelsTests
{
    private readonly MLContext _context = new(seed: 1);
    private readonly IDataView _rows;

    public OtherModelsTests()
    {
        _rows = TaskRow.Prepare(_context, TaskRow.Generate(600, seed: 3));
    }

    [Fact]
    public void Calibrated_yes_or_no_is_judged_as_by_ML_NET()
    {
        IDataView scored = _context.BinaryClassification.Trainers.SdcaLogisticRegression("Yes", "Features").Fit(_rows).Transform(_rows);
        CalibratedBinaryClassificationMetrics theirs = _context.BinaryClassification.Evaluate(scored, "Yes");
        ClassificationReport ours = _context.BinaryClassification.Report(scored, "Yes");
        Assert.Equal(theirs.Accuracy, ours.Accuracy, 1e-9);
        Assert.Equal(theirs.F1Score, ours.Classes[1].F1, 1e-9);
        Assert.Equal(theirs.PositivePrecision, ours.Classes[1].Precision, 1e-9);
        Assert.Equal(theirs.NegativeRecall, ours.Classes[0].Recall, 1e-9);
        Assert.Equal(theirs.AreaUnderRocCurve, ours.AreaUnderRocCurve, 1e-6);
        Assert.Equal(theirs.LogLoss * Math.Log(2), ours.LogLoss, 1e-4); // theirs has base 2
        for (int i = 0; i < 2; i++)
        {
            // Theirs has the yes first.
            for (int j = 0; j < 2; j++)
                Assert.Equal(theirs.ConfusionMatrix.Counts[1 - i][1 - j], ours.ConfusionMatrix[i, j]);
        }
    }

    [Fact]
    public void Uncalibrated_yes_or_no_is_judged_without_probabilities()
    {
        IDataView scored = _context.BinaryClassification.Trainers.AveragedPerceptron("Yes", "Features").Fit(_rows).Transform(_rows);
        BinaryClassificationMetrics theirs = _context.BinaryClassification.EvaluateNonCalibrated(scored, "Yes");
        ClassificationReport ours = _context.BinaryClassification.Report(scored, "Yes");
        Assert.Equal(theirs.Accuracy, ours.Accuracy, 1e-9);
        Assert.Equal(theirs.AreaUnderRocCurve, ours.AreaUnderRocCurve, 1e-6);
        Assert.Equal(double.NaN, ours.LogLoss);
        Assert.DoesNotContain("log loss", ours.ToString());

        var options = new EvaluationOptions { LabelColumnName = "Yes" };
        Assert.Equal(
            "The metric log loss cannot be measured: it needs probabilities but there is no column 'Probability'; calibrate the model " +
            "with one of ml.BinaryClassification.Calibrators, or set ProbabilityColumnName to the column of probabilities.",
            Assert.Throws<ArgumentException>(() => _context.BinaryClassification.Measure(scored, options, new Accuracy(), new LogLoss()))
                .WithoutParameter());

        // Which is a remedy.
        IDataView calibrated = _context.BinaryClassification.Calibrators.Platt("Yes").Fit(scored).Transform(scored);
        Assert.InRange(_context.BinaryClassification.Measure(calibrated, options, new LogLoss())[0].Value, 0.01, 0.69);
    }

    [Fact]
    public void Several_classes_are_judged_as_by_ML_NET()
    {
        IDataView scored = _context.MulticlassClassification.Trainers.SdcaMaximumEntropy("Class", "Features").Fit(_rows).Transform(_rows);
        MulticlassClassificationMetrics theirs = _context.MulticlassClassification.Evaluate(scored, "Class", topKPredictionCount: 2);
        ClassificationReport ours = _context.MulticlassClassification.Report(scored, "Class");
        Assert.Equal(theirs.MicroAccuracy, ours.Accuracy, 1e-9);
        Assert.Equal(theirs.MacroAccuracy, ours.BalancedAccuracy, 1e-9);
        Assert.Equal(theirs.LogLoss, ours.LogLoss, 1e-5);
        Assert.Equal(theirs.TopKAccuracy, ours.TopKAccuracy(2), 1e-9);
        Assert.Equal(["1", "2", "3"], ours.Classes.Select(line => line.Name));
        for (int i = 0; i < 3; i++)
            Assert.Equal(theirs.ConfusionMatrix.Counts[i], Enumerable.Range(0, 3).Select(j => ours.ConfusionMatrix[i, j]));
    }

    [Fact]
    public void Numbers_are_judged_as_by_ML_NET()
    {
        IDataView scored = _context.Regression.Trainers.Sdca("Number", "Features").Fit(_rows).Transform(_rows);
        RegressionMetrics theirs = _context.Regression.Evaluate(scored, "Number");
        RegressionReport ours = _context.Regression.Report(scored, "Number");
        Assert.Equal(theirs.RootMeanSquaredError, ours.RootMeanSquaredError, 1e-3);
        Assert.Equal(theirs.MeanAbsoluteError, ours.MeanAbsoluteError, 1e-3);
        Assert.Equal(theirs.RSquared, ours.RSquared, 1e-6);
    }

    [Fact]
    public void Scores_that_are_no_probabilities_are_judged_by_decisions_and_ranks_alone()
    {
        var binary = _context.BinaryClassification.Trainers.AveragedPerceptron("Class", "Features");
        IDataView scored = _context.MulticlassClassification.Trainers.OneVersusAll(binary, "Class", useProbabilities: false)
            .Fit(_rows).Transform(_rows);
        ClassificationReport report = _context.MulticlassClassification.Report(scored, "Class");
        Assert.Equal(_context.MulticlassClassification.Evaluate(scored, "Class").MicroAccuracy, report.Accuracy, 1e-9);
        Assert.Equal(double.NaN, report.LogLoss);
        Assert.InRange(report.AreaUnderRocCurve, 0.6, 1);
        string message = Assert.Throws<InvalidOperationException>(() => _context.MulticlassClassification.Measure(
            scored, new EvaluationOptions { LabelColumnName = "Class" }, new BrierScore())).Message;
        Assert.StartsWith(
            "The metric Brier score cannot be measured: it needs probabilities, and the numbers in column 'Score' are none, for ", message);
        Assert.EndsWith("; train with calibrated binary models, or measure what reads decisions or ranks alone.", message);
    }

    [Fact]
    public void Our_own_models_are_judged_for_every_task()
    {
        var expected = new Dictionary<string, Metric>
        {
            ["Binary"] = new LogLoss(),
            ["Multiclass"] = new LogLoss(),
            ["MultiLabel"] = new HammingLoss(),
            ["Regression"] = new RootMeanSquaredError(),
            ["Quantiles"] = new PinballLoss { Quantiles = [0.1, 0.5, 0.9] },
            ["MultiTarget"] = new RSquared(),
        };
        foreach (TrainerKind kind in TrainerKind.All)
        {
            IDataView scored = kind.Fit(_context, _rows).Transform(_rows);
            var options = new EvaluationOptions { LabelColumnName = kind.LabelColumnName };
            IHost host = ((IHostEnvironment)_context).Register("Test");
            Assert.True(double.IsFinite(new MetricEvaluation(host, scored, options).Measure([expected[kind.Name]]).Metrics[0].Value), kind.Name);
        }
    }

    [Fact]
    public void A_threshold_that_was_moved_counts()
    {
        var model = (MLNet.DeepExt.Trainers.NeuralNetworkBinaryTransformer)TrainerKind.Binary.Fit(_context, _rows);
        var options = new EvaluationOptions { LabelColumnName = "Yes" };
        double RecallAt(float threshold)
        {
            IDataView scored = _context.BinaryClassification.ChangeProbabilityThreshold(model, threshold).Transform(_rows);
            return _context.BinaryClassification.Measure(scored, options, new Recall { Class = 1 })[0].Value;
        }

        Assert.Equal(1, RecallAt(0.0001f));
        Assert.True(RecallAt(0.9f) < RecallAt(0.5f));
    }

    [Fact]
    public void A_prediction_that_was_mapped_back_to_its_value_is_matched_by_name()
    {
        IDataView numbers = _context.Transforms.Conversion.ConvertType("Number", "Class", DataKind.UInt32).Fit(_rows).Transform(_rows);
        IDataView texts = _context.Transforms.Conversion
            .MapValue("Text", new Dictionary<uint, string> { [1] = "b", [2] = "c", [3] = "a" }, "Number").Fit(numbers).Transform(numbers);
        IDataView keys = _context.Transforms.Conversion.MapValueToKey("Kind", "Text").Fit(texts).Transform(texts);
        IDataView scored = _context.MulticlassClassification.Trainers.SdcaMaximumEntropy("Kind", "Features").Fit(keys).Transform(keys);
        double accuracy = _context.MulticlassClassification.Report(scored, "Kind").Accuracy;
        Assert.InRange(accuracy, 0.9, 0.9999);

        IDataView named = _context.Transforms.Conversion.MapKeyToValue("Said", "PredictedLabel").Fit(scored).Transform(scored);
        var options = new EvaluationOptions { LabelColumnName = "Kind", PredictedLabelColumnName = "Said" };
        Assert.Equal(accuracy, _context.MulticlassClassification.Report(named, options).Accuracy);
        Assert.Equal(["a", "b", "c"], MetricEvaluation.ClassNames(((IHostEnvironment)_context).Register("Test"), named.Schema, options)!.Order());

        // Whatever stands in the column is what is said, here always what is true; and the scores where it names no class.
        options.PredictedLabelColumnName = "Text";
        Assert.Equal(1, _context.MulticlassClassification.Report(named, options).Accuracy);
        IDataView other = _context.Transforms.Conversion
            .MapValue("Nothing", new Dictionary<uint, string> { [9] = "d" }, "Number").Fit(named).Transform(named);
        options.PredictedLabelColumnName = "Nothing";
        Assert.Equal(accuracy, _context.MulticlassClassification.Report(other, options).Accuracy);
    }

    [Fact]
    public void A_file_with_labels_predictions_and_scores_is_judged()
    {
        using var culture = new CultureScope("tr-TR");
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        File.WriteAllText(path, "kind,said,yes,score,p\n1,1,1,0.7,0.6\n0,1,0,0.1,0.2\n1,0,1,-0.2,0.55\n0,0,0,-0.4,0.1\n");
        try
        {
            var loader = _context.Data.CreateTextLoader(
                [
                    new("Label", DataKind.Single, 0), new("PredictedLabel", DataKind.Single, 1), new("Truth", DataKind.Boolean, 2),
                    new("Score", DataKind.Single, 3), new("Probability", DataKind.Double, 4),
                ],
                separatorChar: ',', hasHeader: true);
            IDataView rows = loader.Load(path);
            ClassificationReport report = _context.BinaryClassification.Report(rows);
            Assert.Equal(0.5, report.Accuracy);
            Assert.Equal(0.75, report.AreaUnderRocCurve);
            Assert.Equal(["0", "1"], report.Classes.Select(line => line.Name));
            Assert.Equal(0.5, _context.BinaryClassification.Report(rows, "Truth").Accuracy);

            // Without a prediction the probability decides.
            var options = new EvaluationOptions { PredictedLabelColumnName = null };
            Assert.Equal(1, _context.BinaryClassification.Report(rows, options).Accuracy);
            options.ProbabilityColumnName = null;
            Assert.Equal(0.5, _context.BinaryClassification.Report(rows, options).Accuracy);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
