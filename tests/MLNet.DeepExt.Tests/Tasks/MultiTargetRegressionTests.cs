using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Tasks;
using MLNet.DeepExt.Tests.Support;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Tests.Tasks;

[Trait("Spec", "A15")]
public sealed class MultiTargetRegressionTests
{
    private static readonly TaskRow[] Rows = TaskRow.Generate(400, seed: 1);

    private readonly MLContext _context = new(seed: 1);
    private readonly ITransformer _preparation;
    private readonly IDataView _data;

    public MultiTargetRegressionTests()
    {
        IDataView rows = _context.Data.LoadFromEnumerable(Rows);
        _preparation = TaskRow.Preparation(_context).Fit(rows);
        _data = _preparation.Transform(rows);
    }

    [Fact]
    public void Figures_are_those_worked_out_by_hand()
    {
        Scored[] rows =
        [
            new() { Label = [1, 10], Score = [2, 10] },
            new() { Label = [3, float.NaN], Score = [3, 7] },
            new() { Label = [5, 14], Score = [4, 16] },
        ];
        MultiTargetRegressionMetrics metrics = _context.MultiTargetRegression.Evaluate(_context.Data.LoadFromEnumerable(rows));
        Assert.Equal([Math.Sqrt(2 / 3.0), Math.Sqrt(2)], metrics.RootMeanSquaredErrors, (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal([2 / 3.0, 1], metrics.MeanAbsoluteErrors, (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal([1 - 2 / 8.0, 1 - 4 / 8.0], metrics.RSquareds, (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal((Math.Sqrt(2 / 3.0) + Math.Sqrt(2)) / 2, metrics.RootMeanSquaredError, 1e-12);
        Assert.Equal(5 / 6.0, metrics.MeanAbsoluteError, 1e-12);
        Assert.Equal(0.625, metrics.RSquared, 1e-12);
        Assert.Empty(metrics.TargetNames);
    }

    [Fact]
    public void A_target_that_no_row_has_is_left_out_of_the_averages()
    {
        Scored[] rows =
        [
            new() { Label = [1, float.NaN], Score = [2, 10] },
            new() { Label = [3, float.NaN], Score = [3, 7] },
        ];
        MultiTargetRegressionMetrics metrics = _context.MultiTargetRegression.Evaluate(_context.Data.LoadFromEnumerable(rows));
        Assert.Equal([0.5, double.NaN], metrics.MeanAbsoluteErrors);
        Assert.Equal(0.5, metrics.MeanAbsoluteError, 1e-12);
        Assert.Equal(Math.Sqrt(0.5), metrics.RootMeanSquaredError, 1e-12);
        Assert.Equal(1 - 1 / 2.0, metrics.RSquared, 1e-12);
    }

    [Fact]
    public void Targets_in_unlike_units_are_all_learned_although_some_are_missing()
    {
        TaskRow[] rows = TaskRow.Generate(400, seed: 1);
        for (int i = 0; i < rows.Length; i += 10)
            rows[i].Numbers[i / 10 % 2] = float.NaN;
        IDataView data = _preparation.Transform(_context.Data.LoadFromEnumerable(rows));
        IDataView test = _preparation.Transform(_context.Data.LoadFromEnumerable(TaskRow.Generate(500, seed: 2)));
        MultiTargetRegressionMetrics metrics =
            _context.MultiTargetRegression.Evaluate(Trainer().Fit(data).Transform(test), "Numbers");
        Assert.All(metrics.RSquareds, share => Assert.True(share > 0.85, $"{share}"));
    }

    [Fact]
    public void Targets_have_the_names_of_the_label()
    {
        IDataView data = _context.Transforms.Concatenate("Named", "Number", "A").Fit(_data).Transform(_data);
        IDataView scored = Trainer("Named").Fit(data).Transform(data);
        Assert.Contains("SlotNames: Vector<String, 2> Number, A", AnnotationText.Of(scored.Schema["Score"]));
        Assert.Equal(["Number", "A"], _context.MultiTargetRegression.Evaluate(scored, "Named").TargetNames);
    }

    [Fact]
    public void Cross_validation_keeps_rows_with_the_same_key_together()
    {
        var folds = _context.MultiTargetRegression.CrossValidate(
            _data, Trainer(), numberOfFolds: 2, labelColumnName: "Numbers", samplingKeyColumnName: "Weight");
        Assert.Equal(2, folds.Count);
        Assert.All(folds, fold => Assert.True(fold.Metrics.RSquared > 0.8, $"{fold.Metrics.RSquared}"));
        float[][] keys = [.. folds.Select(fold => fold.ScoredHoldOutSet.GetColumn<float>("Weight").ToArray())];
        Assert.Empty(keys[0].Intersect(keys[1]));
    }

    [Fact]
    public void A_loss_of_several_quantiles_is_refused()
    {
        Assert.Equal(
            "Loss is Quantile, which predicts several numbers for each target; use Regression for the quantiles of one target.",
            Assert.Throws<ArgumentException>(() => Trainer(loss: new Quantile())).WithoutParameter());
    }

    private NeuralNetworkMultiTargetTrainer Trainer(string label = "Numbers", ElementwiseLoss? loss = null) =>
        _context.MultiTargetRegression.Trainers.NeuralNetwork(new NeuralNetworkMultiTargetTrainer.Options
        {
            LabelColumnName = label,
            Loss = loss ?? new SquaredError(),
            HiddenUnits = [16],
            LearningRate = 0.02,
            BatchSize = 32,
            MaximumEpochs = 60,
            Seed = 1,
        });

    private sealed class Scored
    {
        [VectorType(2)]
        public float[] Label { get; set; } = [];

        [VectorType(2)]
        public float[] Score { get; set; } = [];
    }
}
