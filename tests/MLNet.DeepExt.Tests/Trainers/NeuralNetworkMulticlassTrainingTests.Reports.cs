using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Neural.Training;
using MLNet.DeepExt.Tests.Support;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Tests.Trainers;

public sealed partial class NeuralNetworkMulticlassTrainingTests
{
    [Theory]
    [InlineData("")]
    [InlineData("de-DE")]
    public void The_log_has_one_line_for_each_epoch(string culture)
    {
        using var _ = new CultureScope(culture);
        var context = new MLContext(seed: 1);
        var log = new LogRecorder(context, Source);
        NeuralNetworkMulticlassTransformer transformer = Fit(context);

        string[] lines = log.Of(ChannelMessageKind.Info);
        Assert.Equal(SamplePipeline.Options.MaximumEpochs + 1, lines.Length);
        int best = transformer.Model.History!.BestEpoch;
        Assert.Equal($"Trained on 270 rows, validated on 30; best epoch {best} of 4: MaximumEpochs.", lines[^1]);
        for (int i = 0; i < lines.Length - 1; i++)
        {
            EpochRecord epoch = transformer.Model.History!.Epochs[i];
            Assert.Matches(
                $@"^Epoch {i + 1}: training loss [\d.]+, validation loss [\d.]+, " +
                @"validation accuracy [\d.]+, learning rate 0\.02, \d+ rows/s" +
                (i < lines.Length - 2 ? @", at most 0:00:\d\d left$" : "$"),
                lines[i]);
            Assert.StartsWith(FormattableString.Invariant($"Epoch {epoch.Epoch}: training loss {epoch.TrainLoss:g6}, "), lines[i]);
        }
    }

    [Fact]
    public void The_log_leaves_out_validation_where_there_is_none()
    {
        var context = new MLContext(seed: 1);
        var log = new LogRecorder(context, Source);
        Fit(context, options => options.ValidationFraction = 0);
        Assert.Matches(
            @"^Epoch 1: training loss [\d.]+, learning rate 0\.02, \d+ rows/s, at most 0:00:\d\d left$", log.Of(ChannelMessageKind.Info)[0]);
        Assert.Equal("Trained on 300 rows, not validated; last epoch 4: MaximumEpochs.", log.Of(ChannelMessageKind.Info)[^1]);
        Assert.Empty(log.Of(ChannelMessageKind.Warning));
    }

    [Fact]
    public void One_warning_says_that_hardly_any_rows_were_set_aside_to_stop_by()
    {
        Assert.Equal(
            ["Only 3 of 30 rows were set aside for validation, too few to stop by; " +
            "give validation data, or set ValidationFraction to 0 to train for all epochs."],
            Warnings(rows: 30, (trainer, data) => trainer.Fit(data)));
        Assert.Equal(
            Warnings(rows: 30, (trainer, data) => trainer.Fit(data)),
            Warnings(rows: 30, (trainer, data) => trainer.Fit(data), options => options.DataMode = DataMode.Streaming));
        Assert.Empty(Warnings(rows: 300, (trainer, data) => trainer.Fit(data)));
        Assert.Empty(Warnings(rows: 30, (trainer, data) => trainer.Fit(data, data)));
        Assert.Empty(Warnings(rows: 30, (trainer, data) => trainer.Fit(data), options => options.ValidationFraction = 0));

        static string[] Warnings(
            int rows, Action<NeuralNetworkMulticlassTrainer, IDataView> fit, Action<NeuralNetworkMulticlassTrainer.Options>? set = null)
        {
            var context = new MLContext(seed: 1);
            var log = new LogRecorder(context, Source);
            NeuralNetworkMulticlassTrainer.Options options = SamplePipeline.Options;
            options.BatchSize = 16;
            set?.Invoke(options);
            fit(context.MulticlassClassification.Trainers.NeuralNetwork(options), Prepare(context, Rows[..rows]));
            return log.Of(ChannelMessageKind.Warning);
        }
    }

    [Fact]
    public void One_progress_channel_has_a_checkpoint_for_each_epoch()
    {
        var context = new MLContext(seed: 1);
        var recorder = new ProgressRecorder(context);
        NeuralNetworkMulticlassTransformer transformer =
            new NeuralNetworkMulticlassTrainer(recorder, SamplePipeline.Options).Fit(Prepare(context, Rows));

        ProgressRecorder.Channel channel = Assert.Single(recorder.Channels);
        Assert.True(channel.Disposed);
        Assert.Equal(
            ["training loss", "validation loss", "validation accuracy", "learning rate", "rows/s"], channel.Header!.MetricNames);
        Assert.Equal(["epochs"], channel.Header.UnitNames);
        Assert.Equal(
            transformer.Model.History!.Epochs.Select(epoch => new double?[]
            {
                epoch.TrainLoss,
                epoch.ValidationLoss,
                epoch.ValidationMetrics["accuracy"],
                epoch.LearningRate,
                epoch.RowsPerSecond,
                epoch.Epoch,
            }),
            channel.Checkpoints);
        Assert.Equal(channel.Checkpoints, channel.Shown);
    }

    [Fact]
    public void Who_listens_is_told_of_every_epoch()
    {
        var listener = new Listener();
        NeuralNetworkMulticlassTransformer transformer = Fit(new MLContext(seed: 1), options => options.Progress = listener);
        Assert.Equal(transformer.Model.History!.Epochs, listener.Epochs);
        Assert.Equal(SamplePipeline.Options.MaximumEpochs, listener.Epochs.Count);
        Assert.Equal((0, null), (listener.Reports[0].Step, listener.Reports[0].RemainingAtMost));
        Assert.Equal((1, StopReason.MaximumEpochs), (listener.Reports[^1].Fraction, listener.Reports[^1].Reason));
    }

    private sealed class Listener : IProgress<TrainingProgress>
    {
        public List<EpochRecord> Epochs { get; } = [];

        public List<TrainingProgress> Reports { get; } = [];

        public Action<EpochRecord>? OnEpochEnd { get; init; }

        public Action<TrainingProgress>? OnReport { get; init; }

        public void Report(TrainingProgress value)
        {
            Reports.Add(value);
            OnReport?.Invoke(value);
            if (!value.IsEpochEnd)
                return;
            Epochs.Add(value.LatestEpoch!);
            OnEpochEnd?.Invoke(value.LatestEpoch!);
        }
    }
}
