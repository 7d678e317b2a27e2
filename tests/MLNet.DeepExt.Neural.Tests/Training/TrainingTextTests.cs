using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Neural.Training;

namespace MLNet.DeepExt.Neural.Tests.Training;

public sealed class TrainingTextTests
{
    private static readonly EpochRecord Second = new()
    {
        Epoch = 2,
        TrainLoss = 0.12,
        ValidationLoss = 0.5,
        ValidationMetrics = new Dictionary<string, double> { ["accuracy"] = 0.95 },
        LearningRate = 0.001,
        RowsPerSecond = 52000.4,
    };

    private static readonly EpochRecord First = new() { Epoch = 1, TrainLoss = 1.5, LearningRate = 0.01, RowsPerSecond = 10 };

    [Theory]
    [InlineData("")]
    [InlineData("tr-TR")]
    [InlineData("de-DE")]
    public void An_epoch_a_history_and_a_result_print_their_figures_in_every_culture_alike(string culture) => Culture.Run(culture, () =>
    {
        const string Epoch =
            "Epoch 2: training loss 0.12, validation loss 0.5, validation accuracy 0.95, learning rate 0.001, 52000 rows/s";
        Assert.Equal(Epoch, Second.ToString());
        Assert.Equal("Epoch 1: training loss 1.5, learning rate 0.01, 10 rows/s", First.ToString());
        var history = new History { Epochs = [First, Second], BestEpoch = 2, TrainingRows = 1900, ValidationRows = 100 };
        Assert.Equal("Trained on 1900 rows, validated on 100; best epoch 2 of 2\n" + Epoch, history.ToString());
        Assert.Equal(
            "Trained on 1900 rows, not validated; last epoch 0",
            (history with { BestEpoch = 0, ValidationRows = 0, Epochs = [] }).ToString());
        var result = new TrainingResult
        {
            Network = new Network<float>(NetworkSpec.Input(1).Dense(1), seed: 1),
            History = history,
            Reason = StopReason.EarlyStopping,
        };
        Assert.Equal("Trained on 1900 rows, validated on 100; best epoch 2 of 2: EarlyStopping.", result.ToString());
    });

    [Fact]
    public void Small_and_large_figures_keep_their_digits()
    {
        EpochRecord small = First with { TrainLoss = 5.25e-8, ValidationLoss = 1.23456789e-6, LearningRate = 1e-7 };
        Assert.Equal("Epoch 1: training loss 5.25e-08, validation loss 1.23457e-06, learning rate 1e-07, 10 rows/s", small.ToString());
        var metrics = new Dictionary<string, double> { ["root mean squared error"] = 52000.4, ["R²"] = 0.00004 };
        Assert.Equal(
            "Epoch 1: training loss 1.23457e+08, validation root mean squared error 52000.4, validation R² 4e-05, learning rate 0.001235, 10 rows/s",
            (First with { TrainLoss = 123456789, ValidationMetrics = metrics, LearningRate = 0.00123456 }).ToString());
    }
}
