using System.Globalization;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Training;

namespace MLNet.DeepExt.Trainers;

/// <summary>
/// Reports one training: each epoch as a line in the context's log and as a checkpoint in one progress channel. It is also where a cancelled
/// context stops the training.
/// </summary>
internal sealed class TrainingLog : IBatchCallback, IProgress<TrainingProgress>, IDisposable
{
    // Among fewer, one row more or less predicted right is more than most epochs make of a difference.
    private const int FewestValidationRows = 10;

    private const long LargeNetwork = 25_000_000; // parameters: 100 MB

    private readonly IHost _host;
    private readonly ProgressReporter _reporter; // to this object
    private readonly IChannel _channel;
    private readonly IProgressChannel _progressChannel;
    private TrainingProgress? _progress;
    private bool _hasHeader;
    private long? _bufferRows; // where rows are streamed

    public TrainingLog(IHost host)
    {
        _host = host;
        _reporter = new ProgressReporter(this);
        _channel = host.Start("Training");
        _progressChannel = host.StartProgressChannel("Training a neural network");
    }

    public string Name => "log of the context";

    public void Report(TrainingProgress value)
    {
        if (value is { IsEpochEnd: true, LatestEpoch: { } epoch })
        {
            if (!_hasHeader)
                SetHeader(epoch);
            _progress = value;
            _channel.Info(MessageSensitivity.None, epoch + DescribeRemaining(value));
            _progressChannel.Checkpoint([.. Figures(epoch), epoch.Epoch]);
        }

        _progress = value;
        _host.ThrowIfCancelled();
    }

    public void OnStarted(TrainingStarted started)
    {
        if (started.Networks > 1)
            _channel.Info(MessageSensitivity.None, FormattableString.Invariant($"Network {started.NetworkNumber} of {started.Networks}"));
        _reporter.OnStarted(started);
    }

    public void OnEpochStart(EpochStarted epoch) => _reporter.OnEpochStart(epoch);

    public void OnBatchEnd(in BatchRecord batch)
    {
        _reporter.OnBatchEnd(batch);
        _host.ThrowIfCancelled();
    }

    public void OnValidationBatchEnd() => _host.ThrowIfCancelled();

    public void OnWarning(string warning) => _channel.Warning(MessageSensitivity.None, warning);

    public void OnEpochEnd(EpochRecord epoch) => _reporter.OnEpochEnd(epoch);

    public void OnStopped(TrainingStopped stopped) => _reporter.OnStopped(stopped);

    /// <summary>Warns of a network that takes much memory, before it is made.</summary>
    /// <param name="network">The network.</param>
    public void ReportSize(NetworkSpec network)
    {
        if (network.ParameterCount <= LargeNetwork)
            return;
        _channel.Warning(MessageSensitivity.None, FormattableString.Invariant(
            $"The network has {network.ParameterCount} parameters, {network.ParameterCount * sizeof(float) / 1e6:0} MB, and training takes ")
            + "several times as much memory; use fewer features, such as a hash of fewer bits, or fewer hidden units.");
    }

    /// <summary>Says that rows are not held in memory.</summary>
    /// <param name="bufferMegabytes">The memory that they are shuffled in; as much is there for those set aside.</param>
    /// <param name="width">Features of a row.</param>
    public void ReportStreaming(int bufferMegabytes, int width)
    {
        _bufferRows = ((long)bufferMegabytes << 20) / sizeof(float) / width;
        _channel.Info(
            MessageSensitivity.None,
            $"Streaming: the data is read again for every epoch, and shuffled within a buffer of {bufferMegabytes} MiB.");
    }

    /// <summary>Says what came of it, and whether that rests on too little.</summary>
    /// <param name="result">What came of it.</param>
    /// <param name="fraction">The share of the training data that was to be set aside for validation.</param>
    public void ReportEnd(TrainingResult result, double fraction)
    {
        History history = result.History;
        _channel.Info(MessageSensitivity.None, result.ToString());
        if (result.CrossFittedLoss is { } loss)
        {
            _channel.Info(MessageSensitivity.None, FormattableString.Invariant(
                $"Cross-fitted loss {loss:0.#####}: the mean over all rows, each predicted by the network that has not learned from it."));
            return;
        }

        int rows = history.TrainingRows + history.ValidationRows;
        if (fraction > 0 && history.ValidationRows < FewestValidationRows)
        {
            bool isCut = _bufferRows < fraction * rows;
            _channel.Warning(
                MessageSensitivity.None,
                $"Only {history.ValidationRows} of {rows} rows were set aside for validation, too few to stop by" +
                (isCut ? ", because the buffer holds no more; raise ShuffleBufferMegabytes, " : "; ") +
                "give validation data, or set ValidationFraction to 0 to train for all epochs.");
        }
    }

    /// <summary>Warns where Classic is trained although options ask for a network for tables.</summary>
    /// <param name="options">The options of the trainer.</param>
    public void WarnOfClassic(NeuralNetworkOptions options)
    {
        string? wish = options.Preset is NetworkPreset.Fast or NetworkPreset.Best ? $"Preset is {options.Preset} but does not fit"
            : options.OptionOfTables is { } name ? $"{name} is set, for the network for tables, which does not fit"
            : null;
        if (wish is not null)
        {
            _host.Warn(
                "Preset", $"{wish}, so that Classic is trained; the documentation of NetworkPreset says what rows, features and options it takes.");
        }
    }

    /// <summary>Says where a linear model does as well.</summary>
    /// <param name="loss">The loss of the networks on rows that they had not learned from.</param>
    /// <param name="linearLoss">That of a linear model; null if it is not known.</param>
    public void ReportLinear(double loss, double? linearLoss)
    {
        if (linearLoss <= loss)
        {
            _channel.Info(MessageSensitivity.None, FormattableString.Invariant(
                $"A linear model does as well on these rows: its cross-fitted loss is {linearLoss:0.#####} and that of the networks {loss:0.#####}; ")
                + "HiddenUnits of an empty array trains one.");
        }
    }

    public void Dispose()
    {
        _progressChannel.Dispose();
        _channel.Dispose();
    }

    private static string DescribeRemaining(TrainingProgress progress) => progress.RemainingAtMost is { } time && time > TimeSpan.Zero
        ? string.Create(CultureInfo.InvariantCulture, $", at most {(long)time.TotalHours}:{time:mm\\:ss} left")
        : "";

    // What is measured is known by the first epoch that ends here.
    private void SetHeader(EpochRecord first)
    {
        _hasHeader = true;
        IEnumerable<string> metrics = first.ValidationMetrics.Keys.Select(name => $"validation {name}");
        _progressChannel.SetHeader(
            new ProgressHeader(["training loss", "validation loss", .. metrics, "learning rate", "rows/s"], ["epochs"]), FillProgress);
    }

    private void FillProgress(IProgressEntry entry)
    {
        if (_progress is not { LatestEpoch: { } epoch } progress)
            return;
        entry.SetProgress(0, progress.Fraction * progress.MaximumEpochs, progress.MaximumEpochs);
        double?[] figures = Figures(epoch);
        for (int i = 0; i < figures.Length; i++)
        {
            if (figures[i] is { } figure)
                entry.SetMetric(i, figure);
        }
    }

    private static double?[] Figures(EpochRecord epoch) =>
        [epoch.TrainLoss, epoch.ValidationLoss, .. epoch.ValidationMetrics.Values, epoch.LearningRate, epoch.RowsPerSecond];
}
