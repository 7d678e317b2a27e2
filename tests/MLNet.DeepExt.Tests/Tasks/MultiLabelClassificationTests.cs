using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Tasks;
using MLNet.DeepExt.Tests.Support;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Tests.Tasks;

[Trait("Spec", "A15")]
public sealed class MultiLabelClassificationTests
{
    private static readonly TaskRow[] Rows = TaskRow.Generate(400, seed: 1);

    private readonly MLContext _context = new(seed: 1);
    private readonly ITransformer _preparation;
    private readonly IDataView _data;

    public MultiLabelClassificationTests()
    {
        IDataView rows = _context.Data.LoadFromEnumerable(Rows);
        _preparation = TaskRow.Preparation(_context).Fit(rows);
        _data = _preparation.Transform(rows);
    }

    [Fact]
    public void Figures_are_those_worked_out_by_hand()
    {
        // Said: 110, 010, 001; true: 1?0, 011, 000, ? being unknown: 1 of 8 labels is a miss, 1 a false alarm.
        Scored[] rows =
        [
            new() { Label = [1, float.NaN, 0], Probability = [0.9f, 0.6f, 0.2f] },
            new() { Label = [0, 1, 1], Probability = [0.3f, 0.8f, 0.4f] },
            new() { Label = [0, 0, 0], Probability = [0.1f, 0.2f, 0.7f] },
        ];
        MultiLabelClassificationMetrics metrics = Evaluate(rows);
        Assert.Equal(1 / 3.0, metrics.SubsetAccuracy, 1e-12);
        Assert.Equal(2 / 8.0, metrics.HammingLoss, 1e-12);
        Assert.Equal(4 / 6.0, metrics.MicroF1, 1e-12);
        Assert.Equal((1 + 1 + 0) / 3.0, metrics.MacroF1, 1e-12);
        Assert.Equal(1, metrics.LabelRankingAveragePrecision, 1e-12);
    }

    [Fact]
    public void Weights_weigh_rows()
    {
        Scored[] rows =
        [
            new() { Label = [1, 0], Probability = [0.9f, 0.2f], Weight = 3 },
            new() { Label = [1, 1], Probability = [0.9f, 0.2f], Weight = 1 },
            new() { Label = [1, 1], Probability = [0.1f, 0.2f], Weight = 0 },
        ];
        MultiLabelClassificationMetrics metrics = Evaluate(rows, "Weight");
        Assert.Equal(0.75, metrics.SubsetAccuracy, 1e-12);
        Assert.Equal(1 / 8.0, metrics.HammingLoss, 1e-12);
    }

    [Fact]
    public void It_learns_from_numbers_with_missing_labels_and_from_booleans()
    {
        foreach (string label in new[] { "Flags", "Answers" })
        {
            NeuralNetworkMultiLabelTransformer model = Trainer(label).Fit(_data);
            MultiLabelClassificationMetrics metrics = _context.MultiLabelClassification.Evaluate(model.Transform(Test()), label);
            Assert.True(metrics.HammingLoss < 0.15, $"{metrics}");
            Assert.True(metrics.MicroF1 > 0.85, $"{metrics}");
            Assert.True(metrics.LabelRankingAveragePrecision > 0.9, $"{metrics}");
        }
    }

    [Fact]
    public void Slots_have_the_names_of_the_labels_also_after_loading()
    {
        IDataView data = Named();
        NeuralNetworkMultiLabelTransformer model = Trainer("Named", epochs: 2).Fit(data);
        using var stream = new MemoryStream();
        _context.Model.Save(model, data.Schema, stream);
        stream.Position = 0;
        foreach (ITransformer either in new[] { model, _context.Model.Load(stream, out _) })
        {
            DataViewSchema schema = either.GetOutputSchema(data.Schema);
            foreach (string name in new[] { "PredictedLabel", "Score", "Probability" })
                Assert.Contains("SlotNames: Vector<String, 2> Yes, Other", AnnotationText.Of(schema[name]));
        }
    }

    [Fact]
    public void Cross_validation_trains_on_all_folds_but_one()
    {
        IReadOnlyList<TrainCatalogBase.CrossValidationResult<MultiLabelClassificationMetrics>> folds =
            _context.MultiLabelClassification.CrossValidate(_data, Trainer("Flags"), numberOfFolds: 3, labelColumnName: "Flags");
        Assert.Equal([0, 1, 2], folds.Select(fold => fold.Fold));
        Assert.Equal(Rows.Length, folds.Sum(fold => fold.ScoredHoldOutSet.GetColumn<float>("A").Count()));
        Assert.All(folds, fold => Assert.True(fold.Metrics.HammingLoss < 0.2, $"{fold.Metrics}"));
        Assert.All(folds, fold => Assert.IsType<NeuralNetworkMultiLabelTransformer>(fold.Model));
    }

    [Fact]
    public void Labels_other_than_yes_no_and_unknown_are_refused()
    {
        TaskRow[] rows = TaskRow.Generate(60, seed: 1);
        rows[7].Flags = [0, 0.5f, 1];
        IDataView data = _preparation.Transform(_context.Data.LoadFromEnumerable(rows));
        Assert.Equal(
            "Label column 'Flags' must hold 1 for yes, 0 for no or NaN for unknown but a row holds 0.5.",
            Assert.Throws<InvalidOperationException>(() => Trainer("Flags").Fit(data)).Message);
    }

    [Fact]
    public void Scores_that_do_not_fit_the_labels_are_refused()
    {
        Assert.Equal(
            "Column 'Features' holds 3 scores but label column 'Numbers' holds 2 labels; they must be equal.",
            Assert.Throws<InvalidOperationException>(
                () => _context.MultiLabelClassification.Evaluate(_data, "Numbers", "Features")).Message);
        Assert.Equal(
            "Could not find score column 'Probability'; name one of 'A', 'B', 'C', 'Weight', 'Yes', 'Class', 'Number', 'Numbers', 'Flags', " +
            "'Answers' and 1 more. (Parameter 'inputSchema')",
            Assert.Throws<ArgumentOutOfRangeException>(() => _context.MultiLabelClassification.Evaluate(_data, "Flags")).Message);
    }

    [Fact]
    public void Rows_without_scores_are_called_so()
    {
        Scored[] rows = [new() { Label = [1, 0], Probability = [float.NaN, 0.5f] }];
        Assert.Equal(
            "No row of the scored data can be used: skipped 1 of 1 rows (1 with NaN or infinite scores); "
            + "replace and mark missing values with TabularFeatures.",
            Assert.Throws<InvalidOperationException>(() => Evaluate(rows)).Message);
    }

    [Fact]
    public void Validation_labels_of_another_meaning_are_refused()
    {
        NeuralNetworkMultiLabelTrainer trainer = Trainer("Named");
        IDataView train = Named(), other = Named(swapped: true);
        Assert.Equal(
            "Label column 'Named' has slot 0 called 'Other' in the validation data but 'Yes' in the training data; "
            + "transform both with the same fitted pipeline.",
            Assert.Throws<InvalidOperationException>(() => trainer.Fit(train, other)).Message);
        IDataView wider = _context.Transforms.CopyColumns("Named", "Flags").Fit(_data).Transform(_data);
        Assert.Equal(
            "Label column 'Named' holds 3 labels in the validation data but 2 in the training data; "
            + "transform both with the same fitted pipeline.",
            Assert.Throws<InvalidOperationException>(() => trainer.Fit(train, wider)).Message);
    }

    private IDataView Named(bool swapped = false)
    {
        string[] columns = swapped ? ["Other", "Yes"] : ["Yes", "Other"];
        IEstimator<ITransformer> naming = _context.Transforms.CopyColumns("Other", "Yes")
            .Append(_context.Transforms.Concatenate("Named", columns));
        return naming.Fit(_data).Transform(_data);
    }

    private IDataView Test() => _preparation.Transform(_context.Data.LoadFromEnumerable(TaskRow.Generate(500, seed: 2)));

    private MultiLabelClassificationMetrics Evaluate(Scored[] rows, string? weight = null)
    {
        var definition = SchemaDefinition.Create(typeof(Scored));
        definition["Label"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, rows[0].Label.Length);
        definition["Probability"].ColumnType = definition["Label"].ColumnType;
        return _context.MultiLabelClassification.Evaluate(
            _context.Data.LoadFromEnumerable(rows, definition), exampleWeightColumnName: weight);
    }

    private NeuralNetworkMultiLabelTrainer Trainer(string label, int epochs = 60) =>
        _context.MultiLabelClassification.Trainers.NeuralNetwork(new NeuralNetworkMultiLabelTrainer.Options
        {
            LabelColumnName = label,
            HiddenUnits = [16],
            LearningRate = 0.02,
            BatchSize = 32,
            MaximumEpochs = epochs,
            Seed = 1,
        });

    private sealed class Scored
    {
        public float[] Label { get; set; } = [];

        public float[] Probability { get; set; } = [];

        public float Weight { get; set; } = 1;
    }
}
