using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Schedules;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Neural.Training;
using MLNet.DeepExt.Tests.Support;
using static System.FormattableString;

namespace MLNet.DeepExt.Neural.Tests.Training;

public sealed class CallbackTests
{
    private static readonly NetworkSpec Spec = NetworkSpec.Input(Clusters.Width).Dense(8).Tanh().Dense(Clusters.Classes);

    [Fact]
    public void Everybody_is_told_of_everything_in_order()
    {
        var log = new List<string>();
        var options = new TrainingOptions
        {
            BatchSize = 40,
            MaximumEpochs = 2,
            Schedule = new InverseTime(1),
            Callbacks = [new Recorder("a", log), new Recorder("b", log)],
        };
        TrainingResult result = new Trainer(Spec, new SoftmaxCrossEntropy(), options).Train(Clusters.Rows(90), Clusters.Rows(20, seed: 2));
        double?[] losses = [.. result.History.Epochs.Select(epoch => epoch.ValidationLoss)];
        string[] expected =
        [
            "started 90 20 3 2", "epoch 1 at 0.0005",
            "batch 1 1 40 0.0005", "batch 2 1 40 0.0005", "batch 3 1 10 0.0005", "validation",
            Invariant($"improved 1 loss {losses[0]} after "), "end 1",
            Invariant($"epoch 2 at {0.001 / 3}"),
            Invariant($"batch 4 2 40 {0.001 / 3}"), Invariant($"batch 5 2 40 {0.001 / 3}"), Invariant($"batch 6 2 10 {0.001 / 3}"), "validation",
            Invariant($"improved 2 loss {losses[1]} after {losses[0]}"), "end 2",
            "stopped MaximumEpochs 2",
        ];
        Assert.Equal(expected.SelectMany(entry => new[] { $"a {entry}", $"b {entry}" }), log);
    }

    [Fact]
    public void The_losses_of_the_batches_make_up_that_of_the_epoch()
    {
        var batches = new List<BatchRecord>();
        var options = new TrainingOptions
        {
            BatchSize = 40,
            MaximumEpochs = 1,
            ValidationFraction = 0,
            Callbacks = [new BatchRecorder(batches)],
        };
        TrainingResult result = new Trainer(Spec, new SoftmaxCrossEntropy(), options).Train(Clusters.Rows(90));
        Assert.Equal(result.History.Epochs[0].TrainLoss, batches.Sum(batch => batch.Loss * batch.Rows) / 90, 1e-12);
    }

    [Fact]
    public void Nobody_is_no_callback() => Assert.Equal(
        "Callbacks must not hold null; remove it.",
        Assert.Throws<ArgumentException>(() => new Trainer(Spec, new SoftmaxCrossEntropy(), new() { Callbacks = [null!] })).WithoutParameter());

    [Fact]
    public void What_a_callback_leaves_out_does_nothing()
    {
        var options = new TrainingOptions { MaximumEpochs = 2, Callbacks = [new Deaf()] };
        Assert.Equal(2, new Trainer(Spec, new SoftmaxCrossEntropy(), options).Train(Clusters.Rows(90)).History.Epochs.Count);
    }

    private sealed class Deaf : IBatchCallback;

    private sealed class BatchRecorder(List<BatchRecord> batches) : IBatchCallback
    {
        public void OnBatchEnd(in BatchRecord batch) => batches.Add(batch);
    }

    private sealed class Recorder(string name, List<string> log) : IBatchCallback
    {
        public void OnStarted(TrainingStarted started)
        {
            Assert.Equal(Spec, started.Network);
            Assert.Empty(started.EarlierEpochs);
            Add($"started {started.TrainingRows} {started.ValidationRows} {started.StepsPerEpoch} {started.MaximumEpochs}");
        }

        public void OnEpochStart(EpochStarted epoch) => Add($"epoch {epoch.Epoch} at {epoch.LearningRate}");

        public void OnBatchEnd(in BatchRecord batch) => Add($"batch {batch.Step} {batch.Epoch} {batch.Rows} {batch.LearningRate}");

        public void OnValidationBatchEnd() => Add($"validation");

        public void OnImproved(Improvement improvement) =>
            Add($"improved {improvement.Epoch} {improvement.Metric} {improvement.Value} after {improvement.Before}");

        public void OnEpochEnd(EpochRecord epoch) => Add($"end {epoch.Epoch}");

        public void OnStopped(TrainingStopped stopped) => Add($"stopped {stopped.Reason} {stopped.History.Epochs.Count}");

        private void Add(FormattableString entry) => log.Add(FormattableString.Invariant($"{name} ") + FormattableString.Invariant(entry));
    }
}
