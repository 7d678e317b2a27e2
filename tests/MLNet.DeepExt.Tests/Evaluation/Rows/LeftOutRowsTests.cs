using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Evaluation;
using MLNet.DeepExt.Tests.Support;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Tests.Evaluation;

/// <summary>Rows that cannot be judged are left out and counted; sets of hardly any rows are judged.</summary>
[Trait("Spec", "C1")]
public sealed class LeftOutRowsTests
{
    private readonly MLContext _context = new(seed: 1);

    [Fact]
    public void Rows_that_cannot_be_judged_are_counted_in_one_warning()
    {
        var log = new LogRecorder(_context, "Report");
        IDataView rows = ScoredRow.OfClasses(
            _context,
            ["a", "b"],
            new() { Name = "a", Score = [0.9f, 0.1f] },
            new() { Name = "b", Score = [0.6f, 0.4f] },
            new() { Name = "a", Score = [float.NaN, 0.5f] },
            new() { Name = "a", Score = [0.5f, float.NaN] },
            new() { Name = "", Score = [0.9f, 0.1f] },
            new() { Name = "unknown", Score = [0.9f, 0.1f] },
            new() { Name = "b", Score = [0.1f, 0.9f], Weight = float.NaN },
            new() { Name = "b", Score = [0.1f, 0.9f], Weight = 0 });
        ClassificationReport report = _context.MulticlassClassification.Report(rows, "Name", "Weight");
        Assert.Equal(0.5, report.Accuracy);
        Assert.Equal(2, report.Micro.Support);
        Assert.Equal(
            ["Skipped 5 of 8 rows (2 with NaN or infinite scores, 2 without a label that the model knows, 1 without a weight) of the " +
            "scored data; replace and mark missing values with TabularFeatures."],
            log.Of(ChannelMessageKind.Warning));
        Assert.Equal((2, 5), (report.Rows, report.LeftOutRows));
        Assert.EndsWith(
            "left out 5 of 8 rows (2 with NaN or infinite scores, 2 without a label that the model knows, 1 without a weight)" +
            Environment.NewLine,
            report.ToString());
    }

    [Fact]
    public void Rows_of_numbers_that_are_left_out_are_told_of()
    {
        IDataView rows = _context.Data.LoadFromEnumerable(
        [
            new ScoredRow.Number { Label = 1, Score = 2, Quantiles = [1, 2, 3] },
            new ScoredRow.Number { Label = float.NaN, Score = 2, Quantiles = [1, 2, 3] },
        ]);
        RegressionReport report = _context.Regression.Report(rows);
        Assert.Equal((1, 1), (report.Rows, report.LeftOutRows));
        Assert.EndsWith("left out 1 of 2 rows (1 without a label)" + Environment.NewLine, report.ToString());
        RegressionReport all = _context.Regression.Report(_context.Data.TakeRows(rows, 1));
        Assert.Equal((1, 0), (all.Rows, all.LeftOutRows));
        Assert.DoesNotContain("left out", all.ToString());
    }

    [Fact]
    public void A_key_that_the_model_does_not_know_is_left_out()
    {
        // The keys of the test set, made of itself, have a value more.
        IDataView rows = ScoredRow.OfClasses(
            _context,
            ["a", "b"],
            new() { Name = "c", Score = [0.9f, 0.1f] },
            new() { Name = "b", Score = [0.1f, 0.9f] },
            new() { Name = "a", Score = [0.1f, 0.9f] });
        IDataView keys = _context.Transforms.Conversion.MapValueToKey("Key", "Name").Fit(rows).Transform(rows);
        ClassificationReport report = _context.MulticlassClassification.Report(keys, "Key");
        Assert.Equal(["a", "b"], report.Classes.Select(line => line.Name));
        Assert.Equal([0, 1, 0, 1], Enumerable.Range(0, 4).Select(i => (int)report.ConfusionMatrix[i / 2, i % 2]));
    }

    [Fact]
    public void Nothing_left_is_an_error()
    {
        Assert.Equal(
            "The scored data has no rows; check the file, or the filter, that it comes from.",
            Assert.Throws<InvalidOperationException>(() => Report()).Message);
        Assert.Equal(
            "No row of the scored data can be used: skipped 1 of 1 rows (1 with NaN or infinite scores); replace and mark missing values " +
            "with TabularFeatures.",
            Assert.Throws<InvalidOperationException>(() => Report(new ScoredRow.Binary { Score = float.NaN })).Message);
        Assert.Equal(
            "Every weight in column 'Weight' of the scored data is 0; give some row a weight above 0.",
            Assert.Throws<InvalidOperationException>(() => Report(new ScoredRow.Binary { Weight = 0 })).Message);
        Assert.Equal(
            "Weights in column 'Weight' must be finite and not negative but one is -1.5; use 0 to leave a row out.",
            Assert.Throws<InvalidOperationException>(() => Report(new ScoredRow.Binary { Weight = -1.5f })).Message);
        var options = new EvaluationOptions
        {
            LabelColumnName = "Name",
            ClassWeights = LabelWeights.Of(new Dictionary<string, double> { ["a"] = 0 }),
        };
        IDataView rows = ScoredRow.OfClasses(_context, ["a", "b", "c"], new ScoredRow.Several { Name = "a", Score = [1, 0, 0] });
        Assert.Equal(
            "ClassWeights gives every row of the scored data weight 0; give a label that the rows have a weight above 0.",
            Assert.Throws<InvalidOperationException>(() => _context.MulticlassClassification.Report(rows, options)).Message);
    }

    [Fact]
    public void One_row_and_one_class_are_judged_as_far_as_they_tell()
    {
        ClassificationReport one = Report(new ScoredRow.Binary { Label = true, PredictedLabel = true, Score = 1, Probability = 0.75f });
        Assert.Equal((1, 0), (one.Accuracy, one.ErrorRate));
        Assert.Equal(double.NaN, one.AreaUnderRocCurve);
        Assert.Equal(-Math.Log(0.75), one.LogLoss, 1e-7);
        Assert.Equal((1, 0), (one.Classes[1].Support, one.Classes[0].Support));
        ClassificationReport two = Report(
            new ScoredRow.Binary { Label = true, PredictedLabel = false, Score = 1, Probability = 0.25f },
            new ScoredRow.Binary { Label = false, PredictedLabel = false, Score = 0, Probability = 0.25f });
        Assert.Equal((0.5, 1), (two.Accuracy, two.AreaUnderRocCurve));
        Assert.Equal(0, two.Classes[1].Precision);

        IDataView rows = ScoredRow.OfClasses(_context, ["a", "b", "c"], new ScoredRow.Several { Name = "b", Score = [0.25f, 0.5f, 0.25f] });
        ClassificationReport several = _context.MulticlassClassification.Report(rows, "Name");
        Assert.Equal((1, 1, double.NaN), (several.Accuracy, several.TopKAccuracy(2), several.AreaUnderRocCurve));
        Assert.Equal(
            "k must be from 2 to 5, less than there are classes, 3, and there must be scores, but it is 3; measure TopKAccuracy. " +
            "(Parameter 'k')",
            Assert.Throws<ArgumentOutOfRangeException>(() => several.TopKAccuracy(3)).Message);
    }

    [Fact]
    public void Tables_are_printed_alike_in_every_culture()
    {
        using var culture = new CultureScope("tr-TR");
        IDataView rows = ScoredRow.OfClasses(
            _context,
            ["cat", "a dog"],
            new() { Name = "cat", Score = [0.75f, 0.25f] },
            new() { Name = "cat", Score = [0.25f, 0.75f], Weight = 0.5f },
            new() { Name = "a dog", Score = [0.5f, 0.5f], Weight = 1 },
            new() { Name = "a dog", Score = [0, 1], Weight = 2 });
        ClassificationReport report = _context.MulticlassClassification.Report(rows, "Name", "Weight");
        Assert.Equal(
            """
                              precision     recall         F1    support        AUC
            cat                  0.5000     0.6667     0.5714        1.5     0.8889
            a dog                0.8000     0.6667     0.7273          3     0.8889

            micro average        0.6667     0.6667     0.6667        4.5
            macro average        0.6500     0.6667     0.6494        4.5     0.8889
            weighted average     0.7000     0.6667     0.6753        4.5

            accuracy                                 0.6667
            error rate                               0.3333
            """.ReplaceLineEndings(),
            string.Join(Environment.NewLine, report.ToString().Split(Environment.NewLine).Take(10)));
        Assert.Equal(
            """
            true \ predicted  cat  a dog
            cat                 1    0.5
            a dog               1      2

            """.ReplaceLineEndings(),
            report.ConfusionMatrix.ToString());
        Assert.Equal(
            """
            true \ predicted     cat   a dog
            cat               0.6667  0.3333
            a dog             0.3333  0.6667

            """.ReplaceLineEndings(),
            report.ConfusionMatrix.NormalizedByLabel().ToString());
        Assert.Equal(0.8, report.ConfusionMatrix.NormalizedByPrediction()[1, 1], 1e-12);
    }

    private ClassificationReport Report(params ScoredRow.Binary[] rows) => _context.BinaryClassification.Report(
        _context.Data.LoadFromEnumerable(rows), exampleWeightColumnName: "Weight");
}
