using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Regularizers;
using MLNet.DeepExt.Neural.Schedules;
using MLNet.DeepExt.Neural.Training;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Tests.Trainers;

/// <summary>How a preset trains on a table: the figures of its documentation, and what options change of them.</summary>
[Trait("Spec", "G4")]
public sealed class TableRecipeTests
{
    private static readonly TrainingOptions Classic = new() { Optimizer = new Adam(0.005), Schedule = new OneCycle(), MaximumEpochs = 60 };

    [Theory]
    [InlineData(NetworkPreset.Balanced, 4_999, 64, 48)]
    [InlineData(NetworkPreset.Balanced, 5_000, 128, 32)]
    [InlineData(NetworkPreset.Balanced, 11_999, 128, 32)]
    [InlineData(NetworkPreset.Balanced, 12_000, 128, 48)]
    [InlineData(NetworkPreset.Best, 12_000, 128, 48)]
    [InlineData(NetworkPreset.Fast, 1_000, 64, 48)]
    [InlineData(NetworkPreset.Fast, 11_999, 128, 32)]
    [InlineData(NetworkPreset.Fast, 12_000, 256, 24)]
    public void Batches_and_epochs_are_by_the_rows(NetworkPreset preset, int rows, int batch, int epochs)
    {
        TrainingOptions options = Train(rows, made => made.Preset = preset);
        Assert.Equal((batch, epochs), (options.BatchSize, options.MaximumEpochs));
    }

    [Fact]
    public void The_rest_is_the_same_for_all()
    {
        TrainingOptions options = Train(20_000);
        Assert.Equal(
            new Chain(new Adam(0.04) { Beta2 = 0.95 }, new DecayWeights(0.02) { Schedule = new FlatCosine() }), options.Optimizer);
        Assert.Equal(new LogCosine(), options.Schedule);
        Assert.Equal((0.998, true, true), (options.WeightAveraging, options.WeightAveragingWarmUp, options.TemperatureScaling));
        Assert.Equal(TrainingOptions.EveryEpoch, options.Patience);
    }

    [Fact]
    public void What_is_set_wins()
    {
        TrainingOptions options = Train(20_000, made =>
        {
            made.LearningRate = 0.005;
            made.MaximumEpochs = 60;
            made.Schedule = new OneCycle();
            made.BatchSize = 50;
            made.Patience = 3;
            made.TemperatureScaling = false;
            made.WeightAveraging = 0.5;
        });
        Assert.Equal(0.005, options.Optimizer.LearningRate);
        Assert.Equal(
            (60, 50, 3, false, false),
            (options.MaximumEpochs, options.BatchSize, options.Patience, options.TemperatureScaling, options.WeightAveragingWarmUp));
        Assert.Equal(new OneCycle(), options.Schedule);
        Assert.Equal(new Lion(0.001), Train(20_000, made => made.Optimizer = new Lion(0.001)).Optimizer);
    }

    [Fact]
    public void A_penalty_takes_the_place_of_the_decay_and_of_the_average()
    {
        TrainingOptions options = Train(20_000, made => made.Regularizer = new L1(1e-4));
        Assert.Equal(new Adam(0.04) { Beta2 = 0.95 }, options.Optimizer);
        Assert.Null(options.WeightAveraging);
    }

    [Theory]
    [InlineData(20_000, true)]
    [InlineData(20_001, false)]
    public void All_rows_are_one_batch_up_to_the_limit(int rows, bool isWhole) =>
        Assert.Equal(isWhole ? null : 128, Train(rows, made => made.WholeBatchLimit = 20_000).BatchSize);

    [Fact]
    public void A_batch_has_no_more_rows_than_there_are_to_learn_from() =>
        Assert.Equal(25, Train(1_000, made => made.ValidationFraction = 0.95).BatchSize);

    private static TrainingOptions Train(int rows, Action<NeuralNetworkOptions>? set = null)
    {
        var options = new NeuralNetworkBinaryTrainer.Options();
        set?.Invoke(options);
        return new TableRecipe(options, rows).Train(Classic);
    }
}
