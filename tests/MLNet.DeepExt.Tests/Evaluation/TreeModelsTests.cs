using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Evaluation;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Tests.Evaluation;

/// <summary>ML.NET's trees and gradient boosting are judged as it judges them.</summary>
[Trait("Spec", "C1")]
public sealed class TreeModelsTests
{
    private readonly MLContext _context = new(seed: 1);
    private readonly IDataView _rows;

    public TreeModelsTests() => _rows = TaskRow.Prepare(_context, TaskRow.Generate(600, seed: 3));

    [Theory]
    [InlineData("FastTree")]
    [InlineData("LightGbm")]
    public void Yes_or_no(string trainer)
    {
        Require(trainer);
        var catalog = _context.BinaryClassification.Trainers;
        IEstimator<ITransformer> estimator = trainer == "FastTree"
            ? catalog.FastTree("Yes", numberOfTrees: 10)
            : catalog.LightGbm("Yes", numberOfIterations: 10);
        IDataView scored = estimator.Fit(_rows).Transform(_rows);
        CalibratedBinaryClassificationMetrics theirs = _context.BinaryClassification.Evaluate(scored, "Yes");
        ClassificationReport ours = _context.BinaryClassification.Report(scored, "Yes");
        Assert.Equal(theirs.Accuracy, ours.Accuracy, 1e-9);
        Assert.Equal(theirs.F1Score, ours.Classes[1].F1, 1e-9);
        Assert.Equal(theirs.AreaUnderRocCurve, ours.AreaUnderRocCurve, 1e-6);
        Assert.Equal(theirs.LogLoss * Math.Log(2), ours.LogLoss, 1e-4); // theirs has base 2
        Assert.InRange(ours.Accuracy, 0.7, 1);
    }

    [Fact]
    public void Several_classes_of_boosted_trees()
    {
        LightGbmLibrary.Require();
        IDataView scored = _context.MulticlassClassification.Trainers.LightGbm("Class", numberOfIterations: 10).Fit(_rows).Transform(_rows);
        AssertSame(_context.MulticlassClassification.Evaluate(scored, "Class"), _context.MulticlassClassification.Report(scored, "Class"));
    }

    [Fact]
    public void Several_classes_of_one_calibrated_model_each()
    {
        var binary = _context.BinaryClassification.Trainers.FastTree("Class", numberOfTrees: 10);
        IDataView scored = _context.MulticlassClassification.Trainers.OneVersusAll(binary, "Class").Fit(_rows).Transform(_rows);
        AssertSame(_context.MulticlassClassification.Evaluate(scored, "Class"), _context.MulticlassClassification.Report(scored, "Class"));
    }

    [Theory]
    [InlineData("FastTree")]
    [InlineData("LightGbm")]
    public void Numbers(string trainer)
    {
        Require(trainer);
        var catalog = _context.Regression.Trainers;
        IEstimator<ITransformer> estimator = trainer == "FastTree"
            ? catalog.FastTree("Number", numberOfTrees: 10)
            : catalog.LightGbm("Number", numberOfIterations: 10);
        IDataView scored = estimator.Fit(_rows).Transform(_rows);
        RegressionMetrics theirs = _context.Regression.Evaluate(scored, "Number");
        RegressionReport ours = _context.Regression.Report(scored, "Number");
        Assert.Equal(theirs.RootMeanSquaredError, ours.RootMeanSquaredError, 1e-3 * theirs.RootMeanSquaredError);
        Assert.Equal(theirs.RSquared, ours.RSquared, 1e-5);
    }

    private static void Require(string trainer)
    {
        if (trainer == "LightGbm")
            LightGbmLibrary.Require();
    }

    private static void AssertSame(MulticlassClassificationMetrics theirs, ClassificationReport ours)
    {
        Assert.Equal(theirs.MicroAccuracy, ours.Accuracy, 1e-9);
        Assert.Equal(theirs.MacroAccuracy, ours.BalancedAccuracy, 1e-9);
        Assert.Equal(theirs.LogLoss, ours.LogLoss, 1e-5);
        Assert.InRange(ours.Accuracy, 0.6, 1);
    }
}
