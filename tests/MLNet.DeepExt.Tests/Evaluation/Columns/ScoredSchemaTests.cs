using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Evaluation;
using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Tests.Evaluation;

/// <summary>What does not fit is said, and what to do.</summary>
[Trait("Spec", "C1")]
public sealed class ScoredSchemaTests
{
    private readonly MLContext _context = new(seed: 1);

    [Fact]
    public void Classes_that_cannot_be_matched_are_refused()
    {
        IDataView named = ScoredRow.OfClasses(_context, ["x", "y", "z"], new ScoredRow.Several { Name = "a", Score = [1, 0, 0] });
        IDataView keys = _context.Transforms.Conversion.MapValueToKey("Key", "Name").Fit(named).Transform(named);
        Assert.Equal(
            "None of the classes of label column 'Key', 'a', is among the names of the slots of column 'Score', 'x', 'y', 'z'; name the " +
            "slots like the classes, or remove their names.",
            Refusal(() => _context.MulticlassClassification.Report(keys, "Key")));

        IDataView unnamed = _context.Data.LoadFromEnumerable([new Unnamed { Text = "a", Key = 1, Number = 1, Score = [1, 0, 0] }]);
        Assert.Equal(
            "Labels in column 'Text', of type String, cannot be told to be which of the 3 slots of column 'Score', which have no names; " +
            "make keys of the labels with MapValueToKey, in the order of the scores.",
            Refusal(() => _context.MulticlassClassification.Report(unnamed, "Text")));
        Assert.Equal(
            "Column 'Score' holds 3 scores but label column 'Key' has 4 classes, and they do not both have names to tell which is which; " +
            "make keys of the labels with the MapValueToKey that the model was trained with.",
            Refusal(() => _context.MulticlassClassification.Report(unnamed, "Key")));
        var options = new EvaluationOptions { LabelColumnName = "Text", ScoreColumnName = null, PredictedLabelColumnName = "Key" };
        Assert.Equal(
            "Nothing says which classes there are: label column 'Text' is of type String, and ScoreColumnName is not set; make keys of " +
            "the labels with MapValueToKey.",
            Refusal(() => _context.MulticlassClassification.Report(unnamed, options)));
    }

    [Fact]
    public void Keys_without_scores_are_judged_by_what_is_predicted()
    {
        IDataView rows = _context.Data.LoadFromEnumerable([new Unnamed { Key = 0, Said = 0 }, new Unnamed { Key = 3, Said = 1 }]);
        var options = new EvaluationOptions { LabelColumnName = "Key", ScoreColumnName = null, PredictedLabelColumnName = "Said" };
        ClassificationReport report = _context.MulticlassClassification.Report(rows, options);
        Assert.Equal(0.5, report.Accuracy);
        Assert.Equal(["1", "2", "3", "4"], report.Classes.Select(line => line.Name));
        Assert.Equal(double.NaN, report.AreaUnderRocCurve);
        Assert.Equal(
            "The metric top-2 accuracy cannot be measured: it needs scores but ScoreColumnName is not set; set ScoreColumnName to the column " +
            "of scores.",
            Assert.Throws<ArgumentException>(
                () => _context.MulticlassClassification.Measure(rows, options, new TopKAccuracy { K = 2 })).WithoutParameter());
    }

    [Fact]
    public void Rows_that_are_scored_for_another_task_are_refused()
    {
        IDataView rows = _context.Data.LoadFromEnumerable([new ScoredRow.Binary()]);
        Assert.Equal(
            "Label column 'Label', of type Boolean, and its scores are of a yes or no, not of several classes; " +
            "use ml.BinaryClassification.",
            Assert.Throws<ArgumentException>(() => _context.MulticlassClassification.Report(rows)).WithoutParameter());
        Assert.Equal(
            "Label column 'Label', of type Boolean, and its scores are of a yes or no, not of a number; use ml.BinaryClassification.",
            Assert.Throws<ArgumentException>(() => _context.Regression.Report(rows)).WithoutParameter());
        IDataView flags = _context.Data.LoadFromEnumerable([new Flags { Label = [true, false], Probability = [0.75f, 0.75f] }]);
        Assert.Equal(
            "Label column 'Label', of type Vector<Boolean, 2>, and its scores are of several labels, not of a yes or no; use " +
            "ml.MultiLabelClassification.",
            Assert.Throws<ArgumentException>(() => _context.BinaryClassification.Report(flags)).WithoutParameter());
        Assert.Equal(0.5, _context.MultiLabelClassification.Measure(flags, null, new HammingLoss())[0].Value);
    }

    [Fact]
    public void Missing_columns_and_wrong_types_are_named()
    {
        IDataView rows = _context.Data.LoadFromEnumerable([new ScoredRow.Binary()]);
        Assert.StartsWith(
            "Could not find label column 'None'",
            Assert.Throws<ArgumentOutOfRangeException>(() => _context.BinaryClassification.Report(rows, "None")).Message);
        Assert.StartsWith(
            "Could not find weight column 'None'",
            Assert.Throws<ArgumentOutOfRangeException>(
                () => _context.BinaryClassification.Report(rows, exampleWeightColumnName: "None")).Message);
        var options = new EvaluationOptions { ScoreColumnName = "Label" };
        Assert.StartsWith(
            "Schema mismatch for score column 'Label': expected a number, got Boolean",
            Assert.Throws<ArgumentOutOfRangeException>(() => _context.BinaryClassification.Report(rows, options)).Message);
        IDataView numbers = _context.Data.LoadFromEnumerable([new Unnamed { Number = -1, Score = [1, 0, 0] }]);
        options = new EvaluationOptions { LabelColumnName = "Number", ScoreColumnName = "Number" };
        Assert.Equal(
            "Label column 'Number' must hold 1 for yes, 0 for no or NaN for unknown but a row holds -1.",
            Refusal(() => _context.BinaryClassification.Report(numbers, options)));
    }

    [Theory]
    [InlineData("score", nameof(EvaluationOptions.ScoreColumnName), "Scroe", "did you mean 'Score'?")]
    [InlineData("probability", nameof(EvaluationOptions.ProbabilityColumnName), "Probabilty", "did you mean 'Probability'?")]
    [InlineData("predicted label", nameof(EvaluationOptions.PredictedLabelColumnName), "PredictLabel", "did you mean 'PredictedLabel'?")]
    [InlineData("quantiles", nameof(EvaluationOptions.QuantilesColumnName), "Bands",
        "name one of 'Label', 'PredictedLabel', 'Score', 'Probability', 'Weight'.")]
    [InlineData("weight", nameof(EvaluationOptions.ExampleWeightColumnName), "Wieght", "did you mean 'Weight'?")]
    [InlineData("label", nameof(EvaluationOptions.LabelColumnName), "Lable", "did you mean 'Label'?")]
    public void A_column_that_is_named_and_does_not_exist_is_an_error_wherever_rows_are_judged(
        string role, string option, string name, string remedy)
    {
        IDataView rows = _context.Data.LoadFromEnumerable([new ScoredRow.Binary { Label = true }, new ScoredRow.Binary { Score = 1 }]);
        var options = new EvaluationOptions();
        typeof(EvaluationOptions).GetProperty(option)!.SetValue(options, name);
        string expected = $"Could not find {role} column '{name}'; {remedy}";
        var accuracy = new Accuracy();
        foreach (Action judge in new Action[]
        {
            () => _context.BinaryClassification.Report(rows, options),
            () => _context.BinaryClassification.Measure(rows, options, accuracy),
            () => _context.BinaryClassification.MeasureBySegment(rows, "PredictedLabel", options, accuracy),
        })
        {
            var exception = Assert.Throws<ArgumentOutOfRangeException>(judge);
            Assert.Equal((expected, "schema"), (exception.WithoutParameter(), exception.ParamName));
        }

        ITransformer model = _context.Transforms.CopyColumns("Copy", "Score").Fit(rows);
        string ofChoice = Assert.ThrowsAny<Exception>(
            () => _context.ModelSelection.Choose(("A", model)).Maximize(Metric.Accuracy).Decide(rows, options)).Message;
        Assert.StartsWith($"Candidate A: accuracy could not be measured: Could not find {role} column '{name}'; ", ofChoice);
    }

    [Fact]
    public void Columns_of_the_usual_names_may_be_missing_and_null_reads_none()
    {
        IDataView rows = _context.Data.LoadFromEnumerable(
            [new ScoredRow.Binary { Label = true, Score = 1, Probability = 0.25f }, new ScoredRow.Binary { Score = -1, Probability = 0.75f }]);
        var options = new EvaluationOptions { PredictedLabelColumnName = null };
        Assert.Equal(0, _context.BinaryClassification.Report(rows, options).Accuracy);
        options.ProbabilityColumnName = null;
        Assert.Equal(1, _context.BinaryClassification.Report(rows, options).Accuracy);
        options.ScoreColumnName = null;
        Assert.Equal(
            "ScoreColumnName is null, and nothing else says what is predicted; name the score column.",
            Assert.Throws<ArgumentException>(() => _context.BinaryClassification.Report(rows, options)).WithoutParameter());
    }

    [Fact]
    public void Quantiles_that_are_named_must_be_quantiles()
    {
        IDataView rows = _context.Data.LoadFromEnumerable([new Unnamed { Number = 1 }]);
        var options = new EvaluationOptions { LabelColumnName = "Number", ScoreColumnName = "Number", QuantilesColumnName = "Text" };
        Assert.Equal(
            "Schema mismatch for quantiles column 'Text': expected Vector<Single>, got String; name a column of numbers for each class or " +
            "label, of a known length.",
            Assert.Throws<ArgumentOutOfRangeException>(() => _context.Regression.Report(rows, options)).WithoutParameter());
    }

    [Theory]
    [InlineData("", "Score", null, null, "LabelColumnName is empty; name a column.")]
    [InlineData("Label", "", null, null, "ScoreColumnName is empty; name a column, or use null to read none.")]
    [InlineData("Label", "Score", "Lower", null,
        "LowerColumnName and UpperColumnName must be given both, or neither; an interval has two bounds.")]
    public void Impossible_options_are_refused(string label, string score, string? lower, string? upper, string message)
    {
        var options = new EvaluationOptions
        {
            LabelColumnName = label,
            ScoreColumnName = score,
            LowerColumnName = lower,
            UpperColumnName = upper,
        };
        IDataView rows = _context.Data.LoadFromEnumerable([new ScoredRow.Binary()]);
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => _context.Regression.Report(rows, options)).WithoutParameter());
    }

    private static string Refusal(Action action) => Assert.Throws<InvalidOperationException>(action).Message;

    private sealed class Unnamed
    {
        public string Text { get; set; } = "";

        [KeyType(4)]
        public uint Key { get; set; }

        [KeyType(4)]
        public uint Said { get; set; }

        public float Number { get; set; }

        [VectorType(3)]
        public float[] Score { get; set; } = [0, 0, 0];
    }

    private sealed class Flags
    {
        [VectorType(2)]
        public bool[] Label { get; set; } = [];

        [VectorType(2)]
        public float[] Probability { get; set; } = [];
    }
}
