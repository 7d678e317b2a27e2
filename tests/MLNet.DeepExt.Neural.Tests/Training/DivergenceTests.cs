using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Neural.Training;

namespace MLNet.DeepExt.Neural.Tests.Training;

/// <summary>Where numbers are no longer finite, or far too high, training stops and reports where, when and what to do.</summary>
[Trait("Spec", "A13")]
public sealed class DivergenceTests
{
    private const string Remedy = "use a learning rate below 0.001, clip gradients, and normalize the inputs.";
    private const string LineRemedy =
        "use a learning rate below 1E-30, clip gradients, and normalize the inputs, or set Scaling of the loss to that of the targets";

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Outputs_that_overflow_name_their_layer(int threads)
    {
        Network<float> start = new(NetworkSpec.Input(Clusters.Width).Dense(8).Relu().Dense(Clusters.Classes));
        start.Parameters.Write(start.Parameters.Slots[0], [.. Enumerable.Repeat(float.MaxValue, 40)]);
        LabeledRows rows = Clusters.Rows(40);
        rows.DenseFeatures().AsSpan().Fill(3);
        var options = new TrainingOptions { NumberOfThreads = threads, BatchSize = 20, ValidationFraction = 0 };
        Assert.Equal(
            $"The loss became NaN, first seen after layer 0.dense, Dense(8), in epoch 1, step 1; {Remedy}",
            Assert.Throws<TrainingDivergedException>(() => new Trainer(start, new SoftmaxCrossEntropy(), options).Train(rows)).Message);
    }

    [Fact]
    public void A_deeper_layer_that_overflows_is_the_one_that_is_named()
    {
        Network<float> start = new(NetworkSpec.Input(Clusters.Width).Dense(8).Tanh().Dense(6).Relu().Dense(Clusters.Classes));
        start.Parameters.Write(start.Parameters.Slots[2], [.. Enumerable.Repeat(float.MaxValue, 48)]);
        start.Parameters.Write(start.Parameters.Slots[0], [.. Enumerable.Repeat(1f, 40)]);
        LabeledRows rows = Clusters.Rows(40);
        rows.DenseFeatures().AsSpan().Fill(3);
        var trainer = new Trainer(start, new SoftmaxCrossEntropy(), new TrainingOptions { BatchSize = 20, ValidationFraction = 0 });
        Assert.Equal(
            $"The loss became NaN, first seen after layer 2.dense, Dense(6), in epoch 1, step 1; {Remedy}",
            Assert.Throws<TrainingDivergedException>(() => trainer.Train(rows)).Message);
    }

    [Fact]
    public void Running_statistics_that_overflow_are_an_error_though_every_output_is_finite()
    {
        // Squares of such sums are infinite; batch norm then gives its shift for every row.
        Network<float> start = new(NetworkSpec.Input(Clusters.Width).Dense(8).BatchNorm().Relu().Dense(Clusters.Classes));
        start.Parameters.Write(start.Parameters.Slots[0], [.. Enumerable.Repeat(1e8f, 40)]);
        LabeledRows rows = Clusters.Rows(40);
        foreach (ref float feature in rows.DenseFeatures().AsSpan())
            feature *= 1e17f;
        var trainer = new Trainer(start, new SoftmaxCrossEntropy(), new TrainingOptions { BatchSize = 20, ValidationFraction = 0 });
        Assert.Equal(
            $"The running statistic 1.batchnorm.variance became NaN or infinite in epoch 1, step 2; {Remedy}",
            Assert.Throws<TrainingDivergedException>(() => trainer.Train(rows)).Message);
    }

    [Fact]
    public void A_later_layer_that_a_last_step_spoils_is_named()
    {
        var options = new TrainingOptions
        {
            Optimizer = new Adam(1e300),
            LayerRates = new Dictionary<string, double> { ["0.dense"] = 1e-303 },
            ValidationFraction = 0,
            BatchSize = 40,
            MaximumEpochs = 1,
        };
        NetworkSpec spec = NetworkSpec.Input(Clusters.Width).Dense(8).Tanh().Dense(Clusters.Classes);
        var trainer = new Trainer(spec, new SoftmaxCrossEntropy(), options);
        Assert.Equal(
            "The parameter 2.dense.weight became NaN or infinite in epoch 1, step 1; "
            + "use a learning rate below 1E+300, clip gradients, and normalize the inputs.",
            Assert.Throws<TrainingDivergedException>(() => trainer.Train(Clusters.Rows(40))).Message);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_network_that_is_far_worse_than_a_constant_is_refused_though_its_numbers_are_finite(bool streams)
    {
        var recorder = new Recorder();
        Trainer trainer = LineTrainer(weight: 1024, recorder, metric: null);
        // x is -1 and 1: (1024·x - x)² = 1023² beside x² = 1 of outputs that are 0.
        string message = Assert.Throws<TrainingDivergedException>(() => streams
            ? trainer.Train(new RowsStream(Line()), new RowsStream(Line()))
            : trainer.Train(Line(), Line())).Message;
        Assert.Equal(
            FarWorse(
                "best", 1,
                "the validation loss is 1.047e+06, theirs 1 and the limit 10 and the training loss is 1.047e+06, theirs 1 and the limit 10")
            + $"{LineRemedy}.", message);
        Assert.Equal(
            "The validation loss of epoch 1 is 1.047e+06; outputs that ignore the features have 1. If this does not pass, "
            + $"{LineRemedy}; or see whether the validation rows are like the training rows.", Assert.Single(recorder.Warnings));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_network_is_compared_with_the_mean_of_the_targets_wherever_they_lie(bool streams)
    {
        // Targets 999 and 1001: (30·x + 1000 - y)² = 29² beside 1 of their mean; beside outputs of 0 it is little.
        var rows = new LabeledRows(new DenseRows(1, [-1, 1]), 1, [999, 1001]);
        Trainer trainer = LineTrainer(weight: 30, new Recorder(), metric: null, bias: 1000);
        Assert.Equal(
            FarWorse("best", 1, "the validation loss is 841, theirs 1 and the limit 10 and the training loss is 841, theirs 1 and the limit 10")
            + $"{LineRemedy}.",
            Assert.Throws<TrainingDivergedException>(() => streams
                ? trainer.Train(new RowsStream(rows), new RowsStream(rows))
                : trainer.Train(rows, rows)).Message);
        // In the units of the scaling it is the same.
        var scaled = new SquaredError { Scaling = new TargetScaling([500], [2]) };
        Assert.Equal(
            FarWorse("best", 1, "the validation loss is 289, theirs 0.25 and the limit 10 and the training loss is 289, theirs 0.25 and the limit 10")
            + "use a learning rate below 1E-30, clip gradients, and normalize the inputs.",
            Assert.Throws<TrainingDivergedException>(
                () => LineTrainer(weight: 17.5f, new Recorder(), metric: null, bias: 250, loss: scaled).Train(rows, rows)).Message);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_classifier_is_compared_with_the_shares_of_the_classes(int weight)
    {
        // Of 100 classes all rows are of the first one; the network is for the second one, with e^30 to 1.
        const int Classes = 100;
        var rows = new LabeledRows(1, new float[40], new int[40], [.. Enumerable.Repeat((float)weight, 40)]);
        var start = new Network<float>(NetworkSpec.Input(1).Dense(Classes));
        start.Parameters.Write(start.Parameters.Slots[1], [0, 30, .. new float[Classes - 2]]);
        var options = new TrainingOptions { Optimizer = new GradientDescent(1e-30), MaximumEpochs = 1 };
        var trainer = new Trainer(start, new SoftmaxCrossEntropy(), options);
        // Equal probabilities would have log 100 = 4.6, of which 30 is not 10 times as much; their shares have log(1 + 99·1e-4).
        Assert.Equal(
            FarWorse(
                "best", 1,
                "the validation loss is 30, theirs 0.009851 and the limit 10 and the training loss is 30, theirs 0.009851 and the limit 10")
            + "use a learning rate below 1E-30, clip gradients, and normalize the inputs.",
            Assert.Throws<TrainingDivergedException>(() => trainer.Train(rows, rows)).Message);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Without_validation_rows_the_training_loss_is_compared(bool streams)
    {
        var recorder = new Recorder();
        Trainer trainer = LineTrainer(weight: 1024, recorder, metric: null, epochs: 2, validationFraction: 0);
        Assert.Equal(
            FarWorse("last", 2, "the training loss is 1.047e+06, theirs 1 and the limit 10")
            + $"{LineRemedy}.",
            Assert.Throws<TrainingDivergedException>(() => streams ? trainer.Train(new RowsStream(Line())) : trainer.Train(Line())).Message);
        Assert.Equal(
            "The training loss of epoch 2 is 1.047e+06; outputs that ignore the features have 1. If this does not pass, "
            + $"{LineRemedy}.", Assert.Single(recorder.Warnings));
        // Another one has 9, and the steps of a single epoch may be those before anything was learned.
        Assert.Equal(2, LineTrainer(weight: 4, recorder, metric: null, epochs: 2, validationFraction: 0).Train(Line()).History.Epochs.Count);
        Assert.Single(LineTrainer(weight: 1024, recorder, metric: null, epochs: 1, validationFraction: 0).Train(Line()).History.Epochs);
        Assert.Single(recorder.Warnings);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_training_that_is_resumed_after_its_last_epoch_is_compared_too(bool isValidated)
    {
        string path = Path.Combine(Path.GetTempPath(), $"diverged-{isValidated}-{Environment.ProcessId}.checkpoint");
        try
        {
            string[] messages = [.. Enumerable.Range(0, 2).Select(_ =>
            {
                Trainer trainer = LineTrainer(
                    weight: 1024, new Recorder(), metric: null, epochs: 2, validationFraction: 0, checkpoint: new Checkpoint(path));
                return Assert.Throws<TrainingDivergedException>(
                    () => isValidated ? trainer.Train(Line(), Line()) : trainer.Train(Line())).Message;
            })];
            Assert.True(File.Exists(path));
            Assert.Equal(messages[0], messages[1]);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Validation_rows_unlike_the_training_rows_are_a_warning_and_no_error()
    {
        var recorder = new Recorder();
        var far = new LabeledRows(new DenseRows(1, [-1000, 1000]), 1, [-1, 1]);
        TrainingResult result = LineTrainer(weight: 1, recorder, metric: null).Train(Line(), far);
        Assert.Equal(999.0 * 999.0, result.History.Epochs[0].ValidationLoss!.Value, 1);
        Assert.Single(recorder.Warnings);
    }

    [Fact]
    public void A_network_that_is_somewhat_worse_than_a_constant_is_kept_without_a_warning()
    {
        var recorder = new Recorder();
        // (4·x - x)² = 9: below 10 times the 1 of a constant.
        TrainingResult result = LineTrainer(weight: 4, recorder, metric: null).Train(Line(), Line());
        Assert.Equal(9, result.History.Epochs[0].ValidationLoss!.Value, 6);
        Assert.Empty(recorder.Warnings);
    }

    [Fact]
    public void A_training_that_stops_by_a_metric_warns_of_its_loss_and_keeps_its_network()
    {
        var recorder = new Recorder();
        TrainingResult result = LineTrainer(weight: 1024, recorder, new RSquared()).Train(Line(), Line());
        Assert.Equal(StopReason.MaximumEpochs, result.Reason);
        Assert.Single(recorder.Warnings);
    }

    [Fact]
    public void A_cancelled_training_returns_its_network_however_bad()
    {
        using var cancellation = new CancellationTokenSource();
        var listener = new Listener { Epoch = _ => cancellation.Cancel() };
        Trainer trainer = LineTrainer(weight: 1024, listener, metric: null, epochs: 2);
        Assert.Equal(StopReason.Cancelled, trainer.Train(Line(), Line(), cancellation.Token).Reason);
    }

    private static string FarWorse(string which, int epoch, string losses) =>
        $"The {which} network, of epoch {epoch}, predicts far worse than outputs that ignore the features: {losses}. "
        + "The limit is 10 times their loss, and at least 10; ";

    private static LabeledRows Line() => new(new DenseRows(1, [-1, 1]), 1, [-1, 1]);

    private static Trainer LineTrainer(
        float weight, ITrainingCallback callback, Metric? metric, int epochs = 1, float bias = 0, Loss? loss = null,
        double validationFraction = 0.1, Checkpoint? checkpoint = null)
    {
        var start = new Network<float>(NetworkSpec.Input(1).Dense(1));
        start.Parameters.Write(start.Parameters.Slots[0], [weight]);
        start.Parameters.Write(start.Parameters.Slots[1], [bias]);
        return new Trainer(start, loss ?? new SquaredError(), new TrainingOptions
        {
            ValidationFraction = validationFraction,
            Checkpoint = checkpoint,
            Optimizer = new GradientDescent(1e-30),
            BatchSize = 2,
            MaximumEpochs = epochs,
            StoppingMetric = metric,
            Callbacks = [callback],
        });
    }
}
