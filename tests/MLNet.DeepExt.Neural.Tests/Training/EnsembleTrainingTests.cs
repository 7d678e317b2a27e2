using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Schedules;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Neural.Training;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Neural.Tests.Training;

/// <summary>Networks that are trained one after the other, as one.</summary>
[Trait("Spec", "G3")]
public sealed class EnsembleTrainingTests : IDisposable
{
    private const int Count = 3, Epochs = 4;

    private static readonly NetworkSpec Spec = NetworkSpec.Input(Clusters.Width).Then(new Standardize()).Dense(16).BatchNorm().Relu().Dense(Clusters.Classes);

    private static readonly TrainingOptions Options = new()
    {
        Seed = 5,
        MaximumEpochs = Epochs,
        Optimizer = new Adam(0.01),
        NumberOfThreads = 1,
        TemperatureScaling = true,
        Patience = TrainingOptions.EveryEpoch,
    };

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Each_network_is_the_one_that_its_seed_trains_alone()
    {
        TrainingResult result = Train(Options with { Ensemble = Count });
        Network<float>[] alone =
            [.. Enumerable.Range(0, Count).Select(number => Train(Options with { Seed = 5 + 1_000_003 * number }).Network)];
        Assert.Equal(Numbers(Ensemble.Of(alone)), Numbers(result.Network));
        Assert.Equal(Count, result.Histories.Count);
        Assert.Same(result.Histories[0], result.History);
        Assert.All(result.Histories, history => Assert.Equal(Epochs, history.Epochs.Count));
        Assert.Equal(3, result.ToString().Split('\n').Length);
        Assert.StartsWith("Network 1: Trained on 360 rows, validated on 40; best epoch ", result.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_ensemble_of_one_is_the_network_alone() =>
        Assert.Equal(Numbers(Train(Options).Network), Numbers(Train(Options with { Ensemble = 1 }).Network));

    [Fact]
    public void Rows_that_stream_by_train_the_same_ensemble() => Assert.Equal(
        Numbers(Train(Options with { Ensemble = 2 }).Network),
        Numbers(new Trainer(Spec, new SoftmaxCrossEntropy(), Options with { Ensemble = 2 }).Train(new RowsStream(Clusters.Rows(400))).Network));

    [Fact]
    public void Callbacks_get_the_events_of_one_network_after_the_other_with_its_number()
    {
        var recorder = new NetworkRecorder();
        var reports = new List<TrainingProgress>();
        Train(Options with { Ensemble = Count, Callbacks = [recorder, new ProgressReporter(new Reports(reports))] });
        Assert.Equal(["1 of 3", "4 epochs", "2 of 3", "4 epochs", "3 of 3", "4 epochs"], recorder.Events);
        Assert.Equal([1, 2, 3], reports.Where(report => report.Reason is not null).Select(report => report.NetworkNumber));
        Assert.Equal(reports.Select(report => report.Fraction).Order(), reports.Select(report => report.Fraction));
        Assert.Equal((0, 1), (reports[0].Fraction, reports[^1].Fraction));
        Assert.Equal([1 / 3.0, 2 / 3.0, 1], reports.Where(report => report.Reason is not null).Select(report => report.Fraction), (a, b) => Math.Abs(a - b) < 1e-9);
        Assert.Equal(TimeSpan.Zero, reports[^1].RemainingAtMost);
        Assert.All(reports.Where(report => report is { NetworkNumber: < 3, RemainingAtMost: not null }), report => Assert.True(report.RemainingAtMost > TimeSpan.Zero));
    }

    [Fact]
    public void A_file_of_epochs_has_those_of_all_networks()
    {
        string path = Path.Combine(_folder, "log.csv");
        Train(Options with { Ensemble = 2, MaximumEpochs = 2, Callbacks = [new CsvLog(path)] });
        string[] lines = File.ReadAllLines(path);
        Assert.StartsWith("network,epoch,train_loss,validation_loss,", lines[0], StringComparison.Ordinal);
        Assert.Equal(["1,1", "1,2", "2,1", "2,2"], lines.Skip(1).Select(line => string.Join(',', line.Split(',').Take(2))));
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 1)]
    [InlineData(3, 3)]
    public void Training_goes_on_within_any_network_to_the_same_bits(int number, int epoch)
    {
        TrainingOptions options = Options with { Ensemble = Count, Checkpoint = new Checkpoint(Path.Combine(_folder, "run")) };
        using var source = new CancellationTokenSource();
        TrainingResult part = Train(options with { Callbacks = [new Ending(source, number, epoch)] }, source.Token);
        Assert.Equal(StopReason.Cancelled, part.Reason);
        Assert.Equal(number, part.Histories.Count);
        Assert.Equal(epoch, part.Histories[^1].Epochs.Count);
        Assert.Equal(number, part.Network.Spec.OutputShape.Lines);

        TrainingResult rest = Train(options);
        Assert.Equal(Numbers(Train(Options with { Ensemble = Count }).Network), Numbers(rest.Network));
        Assert.Equal(
            ["run", "run.2", "run.3"],
            Directory.GetFiles(_folder).Select(Path.GetFileName).Where(name => !name!.EndsWith("lock", StringComparison.Ordinal)).Order());
    }

    [Fact]
    public void Cancelled_before_an_epoch_of_a_later_network_it_returns_those_that_are_finished()
    {
        using var source = new CancellationTokenSource();
        TrainingResult result = Train(Options with { Ensemble = Count, Callbacks = [new Ending(source, number: 2, epoch: 0)] }, source.Token);
        Assert.Equal((StopReason.Cancelled, 1), (result.Reason, result.Histories.Count));
        Assert.Equal(Numbers(Train(Options).Network), Numbers(result.Network));
        using var before = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(
            () => Train(Options with { Ensemble = Count, Callbacks = [new Ending(before, number: 1, epoch: 0)] }, before.Token));
    }

    [Fact]
    public void A_callback_that_throws_leaves_the_networks_so_far()
    {
        var exception = Assert.Throws<TrainingCallbackException>(
            () => Train(Options with { Ensemble = Count, Callbacks = [new Ending(null, number: 2, epoch: 2)] }));
        Assert.Equal((StopReason.CallbackFailed, 2), (exception.Result!.Reason, exception.Result.Histories.Count));
        Assert.Equal(2, exception.Result.Network.Spec.OutputShape.Lines);
    }

    [Fact]
    public void A_callback_that_throws_when_a_later_network_begins_leaves_the_networks_so_far()
    {
        var exception = Assert.Throws<TrainingCallbackException>(
            () => Train(Options with { Ensemble = Count, Callbacks = [new Ending(null, number: 3, epoch: 0)] }));
        Assert.Equal((StopReason.CallbackFailed, 2), (exception.Result!.Reason, exception.Result.Histories.Count));
        Assert.Equal(
            "The callback Ending threw InvalidOperationException: Enough. Training ended with it, and the exception has the 2 networks so far.",
            exception.Message);
        Assert.Equal("Enough", Assert.Throws<InvalidOperationException>(
            () => Train(Options with { Ensemble = Count, Callbacks = [new Ending(null, number: 1, epoch: 0)] })).Message);
    }

    [Fact]
    public void A_later_network_that_diverges_is_left_out_with_a_warning()
    {
        var recorder = new NetworkRecorder();
        TrainingResult result = Train(Options with { Ensemble = Count, Callbacks = [recorder], Schedule = new Explosion(Number: 2, recorder) });
        Assert.Equal(2, result.Histories.Count);
        Assert.Equal(Numbers(Ensemble.Of([.. new[] { 0, 2 }.Select(number => Train(Options with { Seed = 5 + 1_000_003 * number }).Network)])),
            Numbers(result.Network));
        string warning = Assert.Single(recorder.Warnings);
        Assert.StartsWith("Network 2 of 3 is left out: ", warning, StringComparison.Ordinal);
        Assert.Contains(warning, result.Histories[0].Warnings);
    }

    [Fact]
    public void A_first_network_that_diverges_ends_training()
    {
        var recorder = new NetworkRecorder();
        Assert.Throws<TrainingDivergedException>(
            () => Train(Options with { Ensemble = Count, Callbacks = [recorder], Schedule = new Explosion(Number: 1, recorder) }));
    }

    [Fact]
    public void A_callback_of_best_effort_that_fails_gets_no_calls_of_later_networks_and_is_one_warning()
    {
        var recorder = new NetworkRecorder();
        var weak = new Weak();
        Train(Options with { Ensemble = Count, Callbacks = [weak, recorder] });
        Assert.Equal(1, weak.Calls);
        Assert.Single(recorder.Warnings);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(33)]
    public void An_impossible_number_of_networks_is_refused(int networks) => Assert.Equal(
        $"Ensemble must be from 1 to 32 but is {networks}; 1 trains one network, and 3 to 5 gain most.",
        Assert.Throws<ArgumentException>("Ensemble", () => (Options with { Ensemble = networks }).Validate()).WithoutParameter());

    [Fact]
    public void Validation_rows_that_are_given_are_the_same_for_all()
    {
        LabeledRows validation = Clusters.Rows(50, seed: 9);
        TrainingResult result = new Trainer(Spec, new SoftmaxCrossEntropy(), Options with { Ensemble = 2 }).Train(Clusters.Rows(100), validation);
        Assert.All(result.Histories, history => Assert.Equal((100, 50), (history.TrainingRows, history.ValidationRows)));
    }

    private static TrainingResult Train(TrainingOptions options, CancellationToken token = default) =>
        new Trainer(Spec, new SoftmaxCrossEntropy(), options).Train(Clusters.Rows(400), cancellationToken: token);

    private static float[] Numbers(Network<float> network) =>
        [.. network.Parameters.Slots.Concat(network.Parameters.Buffers).SelectMany(network.Parameters.Read)];

    private sealed class NetworkRecorder : ITrainingCallback
    {
        public List<string> Events { get; } = [];

        public List<string> Warnings { get; } = [];

        public int Number { get; private set; }

        public void OnStarted(TrainingStarted started)
        {
            Number = started.NetworkNumber;
            Events.Add($"{started.NetworkNumber} of {started.Networks}");
        }

        public void OnWarning(string warning) => Warnings.Add(warning);

        public void OnStopped(TrainingStopped stopped) => Events.Add($"{stopped.History.Epochs.Count} epochs");
    }

    // Has one network diverge in its second epoch.
    private sealed record Explosion(int Number, NetworkRecorder Recorder) : Schedule
    {
        public override bool NeedsValidation => false;

        public override double Factor(in TrainingTime time) => Recorder.Number == Number && time.Epoch == 2 ? 1e30 : 1;

        public override void Validate()
        {
        }
    }

    private sealed class Weak : ITrainingCallback
    {
        public int Calls { get; private set; }

        public bool IsBestEffort => true;

        public void OnEpochEnd(EpochRecord epoch)
        {
            Calls++;
            throw new TimeoutException();
        }
    }

    private sealed class Reports(List<TrainingProgress> reports) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => reports.Add(value);
    }

    // Cancels, or throws where there is nothing to cancel, after an epoch of a network; 0 when it begins.
    private sealed class Ending(CancellationTokenSource? source, int number, int epoch) : ITrainingCallback
    {
        private int _number;

        public void OnStarted(TrainingStarted started)
        {
            _number = started.NetworkNumber;
            if (epoch != 0 || _number != number)
                return;
            if (source is null)
                throw new InvalidOperationException("Enough");
            source.Cancel();
        }

        public void OnEpochEnd(EpochRecord record)
        {
            if (_number != number || record.Epoch != epoch)
                return;
            if (source is null)
                throw new InvalidOperationException("Enough");
            source.Cancel();
        }
    }
}
