using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Interop.Schemas;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Tests.Support;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Tests.Trainers;

[Trait("Spec", "A2")]
public sealed class NeuralNetworkBinaryTests
{
    private static readonly TaskRow[] Rows = TaskRow.Generate(300, seed: 1);

    private readonly MLContext _context = new(seed: 1);
    private readonly IDataView _data;

    public NeuralNetworkBinaryTests() => _data = TaskRow.Prepare(_context, Rows);

    [Fact]
    public void Columns_and_annotations_are_those_of_an_in_box_trainer()
    {
        DataViewSchema ours = Trainer().Fit(_data).Transform(_data).Schema;
        var inBox = _context.BinaryClassification.Trainers.LbfgsLogisticRegression("Yes");
        DataViewSchema theirs = inBox.Fit(_data).Transform(_data).Schema;
        Assert.Equal(theirs.Select(column => column.Name), ours.Select(column => column.Name));
        foreach (string name in new[] { "PredictedLabel", "Score", "Probability" })
        {
            Assert.Equal(theirs[name].Type, ours[name].Type);
            Assert.Equal(AnnotationText.Of(theirs[name]), AnnotationText.Of(ours[name]));
        }

        SchemaShape shape = SchemaShapes.Of(_data.Schema);
        Assert.Equal(SchemaText.Of(inBox.GetOutputSchema(shape)), SchemaText.Of(Trainer().GetOutputSchema(shape)));
    }

    [Fact]
    public void The_probability_is_the_logistic_function_of_the_score_and_above_one_half_is_yes()
    {
        IDataView scored = Trainer().Fit(_data).Transform(_data);
        float[] scores = [.. scored.GetColumn<float>("Score")], probabilities = [.. scored.GetColumn<float>("Probability")];
        bool[] said = [.. scored.GetColumn<bool>("PredictedLabel")];
        for (int i = 0; i < scores.Length; i++)
        {
            Assert.Equal(1 / (1 + Math.Exp(-scores[i])), probabilities[i], 1e-6);
            Assert.Equal(scores[i] > 0, said[i]);
            Assert.Equal(probabilities[i] > 0.5f, said[i]);
        }
    }

    [Fact]
    public void Evaluation_and_cross_validation_of_ML_NET_accept_it()
    {
        NeuralNetworkBinaryTrainer trainer = Trainer(options => options.MaximumEpochs = 40);
        CalibratedBinaryClassificationMetrics metrics = _context.BinaryClassification.Evaluate(
            trainer.Fit(_data).Transform(TaskRow.Preparation(_context).Fit(_context.Data.LoadFromEnumerable(Rows))
                .Transform(_context.Data.LoadFromEnumerable(TaskRow.Generate(500, seed: 2)))),
            "Yes");
        Assert.True(metrics.Accuracy > 0.85, $"{metrics.Accuracy}");
        Assert.True(metrics.AreaUnderRocCurve > 0.93, $"{metrics.AreaUnderRocCurve}");
        Assert.True(metrics.LogLoss < 0.6, $"{metrics.LogLoss}");

        var folds = _context.BinaryClassification.CrossValidate(_data, trainer, numberOfFolds: 3, labelColumnName: "Yes");
        Assert.Equal(3, folds.Count);
        Assert.All(folds, fold => Assert.True(fold.Metrics.Accuracy > 0.8, $"{fold.Metrics.Accuracy}"));
    }

    [Fact]
    public void Another_loss_learns_another_model_and_is_saved_with_it()
    {
        NeuralNetworkBinaryTransformer focal = Trainer(options => options.Loss = new Focal { Focus = 2 }).Fit(_data);
        Assert.NotEqual(OutputText.Of(Trainer().Fit(_data), _data), OutputText.Of(focal, _data));
    }

    [Fact]
    public void A_loss_out_of_its_range_is_refused_when_the_trainer_is_made()
    {
        Assert.Equal(
            "Focus must be at least 0 and finite but is -1; 2 is the usual value, and 0 gives the cross-entropy.",
            Assert.Throws<ArgumentException>(() => Trainer(options => options.Loss = new Focal { Focus = -1 })).WithoutParameter());
        Assert.Equal(
            "Loss is null; use new BinaryCrossEntropy() unless you have a reason not to.",
            Assert.Throws<ArgumentException>(() => Trainer(options => options.Loss = null!)).WithoutParameter());
    }

    [Fact]
    public void Rows_of_one_answer_are_refused()
    {
        IDataView data = TaskRow.Prepare(_context, Rows.Where(row => row.Yes));
        int rows = Rows.Count(row => row.Yes);
        Assert.Equal(
            $"All rows of the training data that can be used, {rows}, are of one class, but two are needed; check label column 'Yes'.",
            Assert.Throws<InvalidOperationException>(() => Trainer().Fit(data)).Message);
    }

    [Fact]
    public void A_network_of_ones_own_needs_one_output()
    {
        Assert.Equal(
            "Network has 2 outputs but column 'Yes' holds a yes or no; end it with Dense(1).",
            Assert.Throws<ArgumentException>(() => Trainer(options =>
                options.Network = MLNet.DeepExt.Neural.Networks.NetworkSpec.Input(3).Dense(2)).Fit(_data)).WithoutParameter());
    }

    private NeuralNetworkBinaryTrainer Trainer(Action<NeuralNetworkBinaryTrainer.Options>? set = null)
    {
        var options = new NeuralNetworkBinaryTrainer.Options
        {
            LabelColumnName = "Yes",
            HiddenUnits = [8],
            LearningRate = 0.02,
            BatchSize = 32,
            MaximumEpochs = 4,
            Seed = 1,
        };
        set?.Invoke(options);
        return _context.BinaryClassification.Trainers.NeuralNetwork(options);
    }
}
