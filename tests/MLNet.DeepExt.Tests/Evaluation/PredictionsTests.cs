using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Evaluation;
using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Tests.Evaluation;

/// <summary>What is predicted is judged as it stands, and never passed over.</summary>
[Trait("Spec", "C1")]
public sealed class PredictionsTests
{
    private readonly MLContext _context = new(seed: 1);

    [Fact]
    public void A_prediction_that_is_none_of_the_classes_is_wrong()
    {
        // As scikit-learn's f1_score of [a, a, b, b] and [a, zebra, b, a], of which it makes three classes.
        var log = new LogRecorder(_context, "Report");
        IDataView rows = Keys(("a", "a"), ("a", "zebra"), ("b", "b"), ("b", "a"));
        var options = new EvaluationOptions { LabelColumnName = "Key", PredictedLabelColumnName = "Said" };
        ClassificationReport report = _context.MulticlassClassification.Report(rows, options);
        Assert.Equal((0.5, 4, 0), (report.Accuracy, report.Rows, report.LeftOutRows));
        Assert.Equal((0.5 + 2 / 3.0) / 3, report.Macro.F1, 1e-12);
        Assert.Equal((0.5 + 2 / 3.0) / 3, report.Metrics.Single(one => one.Metric is F1).Value, 1e-12);
        Assert.Equal((0.5 + 1) / 3, report.Macro.Precision, 1e-12);
        Assert.Equal((0.5, 0.5), (report.Micro.Precision, report.Micro.Recall));
        Assert.Equal([0.5, 0.5], report.Classes.Select(line => line.Recall));
        Assert.Equal([2, 2], report.Classes.Select(line => line.Support));
        Assert.Equal((1, 0), (report.ConfusionMatrix.OtherWeight(0), report.ConfusionMatrix.OtherWeight(1)));
        Assert.Equal(0.5, report.ConfusionMatrix.NormalizedByLabel().OtherWeight(0));
        Assert.Equal(
            """
            true \ predicted  a  b  (other)
            a                 1  0        1
            b                 1  1        0

            """.ReplaceLineEndings(),
            report.ConfusionMatrix.ToString());
        Assert.Equal(
            "There is no class 2: there are 2, counted from 0; OtherWeight says what is none of them. (Parameter 'predicted')",
            Assert.Throws<ArgumentOutOfRangeException>(() => report.ConfusionMatrix[0, 2]).Message);
        Assert.Empty(log.Of(ChannelMessageKind.Warning));
        Assert.Equal(
            "The metric recall of class 2 cannot be measured: Class is 2 but there are 2 classes or labels; they are counted from 0. " +
            "(Parameter 'metric')",
            Assert.Throws<ArgumentException>(
                () => _context.MulticlassClassification.Measure(rows, options, new Recall { Class = 2 })).Message);
    }

    [Fact]
    public void A_row_without_a_prediction_and_without_scores_is_left_out_for_that()
    {
        var log = new LogRecorder(_context, "Report");
        var options = new EvaluationOptions { LabelColumnName = "Key", PredictedLabelColumnName = "Said" };
        ClassificationReport report = _context.MulticlassClassification.Report(Keys(("a", "a"), ("b", "")), options);
        Assert.Equal((1, 1), (report.Rows, report.LeftOutRows));
        Assert.Equal(
            ["Skipped 1 of 2 rows (1 without a prediction) of the scored data; give every row a prediction, or scores."],
            log.Of(ChannelMessageKind.Warning));
    }

    [Fact]
    public void A_yes_or_no_is_written_in_any_case_and_what_is_neither_is_wrong()
    {
        using var culture = new CultureScope("tr-TR");
        IDataView rows = Load(
            new Row { Label = true, Said = "true" }, new Row { Label = false, Said = "FALSE" }, new Row { Label = true, Said = "perhaps" });
        var options = new EvaluationOptions { PredictedLabelColumnName = "Said", ProbabilityColumnName = null };
        ClassificationReport report = _context.BinaryClassification.Report(rows, options);
        Assert.Equal((2 / 3.0, 3), (report.Accuracy, report.Rows));
        // Of the yes, one of two is found.
        Assert.Equal(2 / 3.0, report.Metrics.Single(one => one.Metric is F1).Value, 1e-12);
        Assert.Equal(1, report.ConfusionMatrix.OtherWeight(1));
    }

    [Fact]
    public void Of_two_keys_the_one_that_means_true_is_a_yes_in_decisions_and_ranks_alike()
    {
        // In the order of their occurrence, True is the first.
        IDataView rows = WithKey("Text", Load(
            new Row { Text = "True", PredictedLabel = true, Score = 2, Probability = 0.9f },
            new Row { Text = "False", PredictedLabel = false, Score = -2, Probability = 0.1f },
            new Row { Text = "False", PredictedLabel = false, Score = -1, Probability = 0.2f }));
        ClassificationReport report = _context.BinaryClassification.Report(rows, "Key");
        Assert.Equal((1, 1), (report.Accuracy, report.AreaUnderRocCurve));
        Assert.InRange(report.LogLoss, 0, 0.2);
        Assert.Equal(["False", "True"], report.Classes.Select(line => line.Name));

        var options = new EvaluationOptions { LabelColumnName = "Key", PositiveLabel = "False" };
        report = _context.BinaryClassification.Report(rows, options);
        Assert.Equal((0, 0), (report.Accuracy, report.AreaUnderRocCurve));
        options.PositiveLabel = "false";
        Assert.Equal(
            "PositiveLabel is 'false' but label column 'Key' has the values 'True', 'False'; name one of these.",
            Assert.Throws<ArgumentException>(() => _context.BinaryClassification.Report(rows, options)).WithoutParameter());
        options.LabelColumnName = "Label";
        Assert.Equal(
            "PositiveLabel is 'false' but a yes of label column 'Label', of type Boolean, is 'True'; leave it null.",
            Assert.Throws<ArgumentException>(() => _context.BinaryClassification.Report(rows, options)).WithoutParameter());
    }

    [Theory]
    [InlineData(null, 0)]
    [InlineData("good", 1)]
    [InlineData("bad", 0)]
    public void A_yes_can_be_named(string? positive, double expected)
    {
        IDataView rows = WithKey("Text", Load(
            new Row { Text = "good", PredictedLabel = true, Score = 2, Probability = 0.9f },
            new Row { Text = "bad", PredictedLabel = false, Score = -2, Probability = 0.1f }));
        foreach (string? predicted in new[] { "PredictedLabel", null, "" })
        {
            var options = new EvaluationOptions
            {
                LabelColumnName = "Key",
                PositiveLabel = positive,
                PredictedLabelColumnName = predicted,
            };
            ClassificationReport report = _context.BinaryClassification.Report(rows, options);
            Assert.Equal((expected, expected), (report.Accuracy, report.AreaUnderRocCurve));
        }
    }

    [Fact]
    public void A_prediction_that_cannot_be_read_is_refused()
    {
        IDataView rows = WithKey("Text", Load(new Row { Text = "a", Score = 1 }, new Row { Text = "b", Score = -1 }));
        var options = new EvaluationOptions { LabelColumnName = "Key", PredictedLabelColumnName = "Vector" };
        Assert.Equal(
            "Column 'Vector', of type Vector<Single, 2>, cannot be told to predict which of the classes 'a', 'b' of label column 'Key', " +
            "of type Key<UInt32, 0-1>; set PredictedLabelColumnName to null to decide by the scores.",
            Assert.Throws<InvalidOperationException>(() => _context.BinaryClassification.Report(rows, options)).Message);
        options.PredictedLabelColumnName = null;
        Assert.Equal(0.5, _context.BinaryClassification.Report(rows, options).Accuracy);
        options.PredictedLabelColumnName = "Number";
        Assert.StartsWith(
            "Column 'Number', of type Single, cannot be told to predict which of the classes 'a', 'b'",
            Assert.Throws<InvalidOperationException>(() => _context.BinaryClassification.Report(rows, options)).Message);
        options.PredictedLabelColumnName = "Words";
        IDataView words = _context.Transforms.Text.TokenizeIntoWords("Words", "Text").Fit(rows).Transform(rows);
        Assert.StartsWith(
            "Column 'Words', of type Vector<String>, length unknown, cannot be told to predict which of the classes 'a', 'b'",
            Assert.Throws<InvalidOperationException>(() => _context.BinaryClassification.Report(words, options)).Message);

        options = new EvaluationOptions { LabelColumnName = "Flags", ProbabilityColumnName = "Vector", ScoreColumnName = null };
        Assert.Equal(
            "Column 'PredictedLabel', of type Boolean, cannot be told to predict the labels of column 'Flags', of type Vector<Boolean, " +
            "2>; set PredictedLabelColumnName to null to decide by the probabilities.",
            Assert.Throws<InvalidOperationException>(
                () => _context.MultiLabelClassification.Measure(rows, options, new HammingLoss())).Message);
    }

    [Fact]
    public void Numbers_predict_keys_that_have_no_names()
    {
        IDataView rows = Load(
            new Row { Unnamed = 0, Number = 1 }, new Row { Unnamed = 2, Number = 2 }, new Row { Unnamed = 1, Number = 7 });
        var options = new EvaluationOptions
        {
            LabelColumnName = "Unnamed",
            PredictedLabelColumnName = "Number",
            ScoreColumnName = null,
            ProbabilityColumnName = null,
        };
        ClassificationReport report = _context.MulticlassClassification.Report(rows, options);
        Assert.Equal((1 / 3.0, 1), (report.Accuracy, report.ConfusionMatrix.OtherWeight(1)));
    }

    [Fact]
    public void Infinite_scores_are_judged_by_decisions_and_ranks()
    {
        IDataView several = ScoredRow.OfClasses(
            _context,
            ["a", "b"],
            new() { Name = "a", Score = [0, float.NegativeInfinity] },
            new() { Name = "b", Score = [-1, float.PositiveInfinity] });
        ClassificationReport report = _context.MulticlassClassification.Report(several, "Name");
        Assert.Equal((1, 1, 2), (report.Accuracy, report.AreaUnderRocCurve, report.Rows));
        IDataView numbers = Load(new Row { Number = 1, Score = float.NegativeInfinity }, new Row { Number = 1, Score = 1 });
        Assert.Equal(1, _context.Regression.Report(numbers, "Number").LeftOutRows);
    }

    [Fact]
    public void Keys_of_hashes_are_no_classes()
    {
        IDataView rows = Load(new Row { Text = "a", Score = 1 });
        IDataView hashed = _context.Transforms.Conversion.Hash("Key", "Text", numberOfBits: 31).Fit(rows).Transform(rows);
        var options = new EvaluationOptions { LabelColumnName = "Key", PredictedLabelColumnName = "Key", ScoreColumnName = null };
        options.ProbabilityColumnName = null;
        Assert.Equal(
            "Label column 'Key' has keys of 2147483648 values without names, too many to be classes; make keys of the labels with " +
            "MapValueToKey.",
            Assert.Throws<InvalidOperationException>(() => _context.MulticlassClassification.Report(hashed, options)).Message);
        Assert.Equal(
            "Column 'Key' has keys of 2147483648 values and does not say what they stand for; make keys with MapValueToKey.",
            Assert.Throws<InvalidOperationException>(
                () => _context.Data.WeighExamples(hashed, "Key", (string key) => key.Length)).Message);
    }

    private IDataView Keys(params (string True, string Said)[] rows) =>
        WithKey("Text", _context.Data.LoadFromEnumerable(rows.Select(row => new Words { Text = row.True, Said = row.Said })));

    private IDataView WithKey(string column, IDataView rows) =>
        _context.Transforms.Conversion.MapValueToKey("Key", column).Fit(rows).Transform(rows);

    private IDataView Load(params Row[] rows) => _context.Data.LoadFromEnumerable(rows);

    private sealed class Words
    {
        public string Text { get; set; } = "";

        public string Said { get; set; } = "";
    }

    private sealed class Row
    {
        public string Text { get; set; } = "";

        public string Said { get; set; } = "";

        public bool Label { get; set; }

        public bool PredictedLabel { get; set; }

        public float Score { get; set; }

        public float Probability { get; set; }

        public float Number { get; set; }

        [KeyType(3)]
        public uint Unnamed { get; set; }

        [VectorType(2)]
        public float[] Vector { get; set; } = [0, 0];

        [VectorType(2)]
        public bool[] Flags { get; set; } = [false, true];
    }
}
