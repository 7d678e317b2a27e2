using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Persistence;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Training;

/// <summary>Writes a training into its checkpoint, and reads it back.</summary>
internal sealed class CheckpointWriter : IDisposable
{
    private readonly Checkpoint _checkpoint;
    private readonly TimeProvider _clock;
    private readonly Network<float> _network;
    private readonly SupervisedStep _step;
    private readonly EarlyStopping _stopping;
    private readonly ConstantPrediction _constant;
    private readonly Dictionary<string, string> _training;
    private readonly IReadOnlyDictionary<string, string> _partsOfData; // of which a file of 0.1.0 has the whole alone
    private readonly Action<string> _warn;
    private EpochLog _log;
    private CheckpointLock? _lock; // null where training goes on without the file
    private long _written;
    private bool _hasFailed; // the last time that it was to be written

    public CheckpointWriter(
        Network<float> network, Loss loss, TrainingOptions options, TrainingSources sources, SupervisedStep step, EarlyStopping stopping,
        ConstantPrediction constant, Action<string> warn)
    {
        _checkpoint = options.Checkpoint!;
        _log = CreateLog();
        _clock = options.TimeProvider;
        _network = network;
        _step = step;
        _stopping = stopping;
        _constant = constant;
        _warn = warn;
        _partsOfData = sources.Fingerprint!.Parts;
        _training = Describe(network, loss, options, sources);
        _written = _clock.GetTimestamp();
    }

    /// <summary>
    /// Writes the training as it is now. If that fails, the file stays as it was, and there is a warning for the first of several failures in
    /// succession: a training of hours is worth more than a file.
    /// </summary>
    public void Write(List<EpochRecord> epochs, EpochPosition position)
    {
        if (_lock is null)
            return;
        try
        {
            WriteFile(epochs, position);
            _hasFailed = false;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            if (!_hasFailed)
            {
                _warn($"The checkpoint '{_checkpoint.Path}' cannot be written now, and training goes on; the next one is tried again: "
                    + exception.Message);
            }

            _hasFailed = true;
        }

        _written = _clock.GetTimestamp();
    }

    /// <summary>Writes the training as it is now, if the interval between two writes is over.</summary>
    public void WriteIfTimeHasCome(List<EpochRecord> epochs, EpochPosition position)
    {
        if (_checkpoint.Every is { } interval && _clock.GetElapsedTime(_written) >= interval)
            Write(epochs, position);
    }

    /// <summary>
    /// Takes the file for this training, and puts the training where the file left it; null where there is none, or none of use.
    /// </summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    /// <exception cref="InvalidOperationException">The file was written by another training, or is in use by one.</exception>
    /// <exception cref="IOException">The file cannot be read or written.</exception>
    public CheckpointHeader? Begin()
    {
        if (!TryTake())
            return null;
        try
        {
            if (File.Exists(_checkpoint.Path))
                return ReadFile();
            _log.Delete();
            return null;
        }
        catch (Exception exception) when (
            _checkpoint.IsBestEffort && exception is InvalidDataException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            _warn($"Training starts from the beginning: {exception.Message}");
            return null;
        }
    }

    /// <summary>Lets other trainings use the file.</summary>
    public void Dispose()
    {
        _lock?.Dispose();
        _lock = null;
    }

    private bool TryTake()
    {
        try
        {
            _lock = CheckpointLock.Take(_checkpoint.Path);
            return true;
        }
        catch (Exception exception) when (_checkpoint.IsBestEffort && exception is InvalidOperationException or IOException)
        {
            _warn($"Training goes on without a checkpoint: {exception.Message}");
            return false;
        }
    }

    private void WriteFile(List<EpochRecord> epochs, EpochPosition position)
    {
        if (epochs.Count - _log.Epochs >= EpochLog.EpochsOfABlock)
            _log.Append(epochs[_log.Epochs..]);
        EpochLogEnd? earlier = _log.End;
        var header = new CheckpointHeader
        {
            Version = CheckpointFile.VersionFor(earlier),
            Training = _training,
            Steps = _step.Steps,
            BestEpoch = _stopping.BestEpoch,
            Earlier = earlier,
            Epochs = epochs[_log.Epochs..],
            Position = position,
            Constant = _constant.Sums,
        };
        CheckpointFile.Write(_checkpoint.Path, header, VectorsOf(header));
    }

    private CheckpointHeader ReadFile()
    {
        CheckpointHeader header;
        IReadOnlyList<EpochRecord> earlier = [];
        // Nothing of a file that turns out to be damaged is kept.
        EpochLog log = CreateLog();
        try
        {
            header = CheckpointFile.Read(_checkpoint.Path, header =>
            {
                RequireSameTraining(header);
                if (header.Constant is { } sums)
                    _constant.RequireFit(sums);
                earlier = log.Read(header.Earlier);
                CheckpointFile.RequireConsistent(header, [.. earlier, .. header.Epochs]);
                return VectorsOf(header);
            });
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidDataException(
                $"The checkpoint '{_checkpoint.Path}' cannot be read: {exception.Message} Delete the checkpoint to train from the beginning.",
                exception);
        }

        _log = log;
        _step.Steps = header.Steps;
        if (header.Constant is { } constant)
            _constant.Sums = constant;
        _network.Parameters.RefreshTransposed();
        return header with { Epochs = [.. earlier, .. header.Epochs] };
    }

    private EpochLog CreateLog() => new(_checkpoint.Path + ".epochs");

    private List<SlotVector> VectorsOf(CheckpointHeader header)
    {
        IReadOnlyList<Slot> slots = _network.Parameters.Slots, buffers = _network.Parameters.Buffers;
        int length = _network.Parameters.Values.Length;
        List<SlotVector> vectors = [new(slots, _network.Parameters.AllValues), new(buffers, _network.Parameters.AllBuffers)];
        for (int start = 0; start < _step.State.Length; start += length)
            vectors.Add(new SlotVector(slots, _step.State.Slice(start, length), IsOptimizerState: true));
        if (_step.Average is { } average)
            vectors.AddRange([new SlotVector(slots, average.Values), new SlotVector(buffers, average.Buffers)]);
        if (header.BestEpoch > 0)
            vectors.AddRange([new SlotVector(slots, _stopping.Best.AllValues), new SlotVector(buffers, _stopping.Best.AllBuffers)]);
        return vectors;
    }

    private void RequireSameTraining(CheckpointHeader header)
    {
        foreach ((string name, string value) in _training)
        {
            string? other = header.Training.GetValueOrDefault(name);
            if (other != value && (other is not null || !_partsOfData.ContainsKey(name)))
            {
                throw new InvalidOperationException(
                    $"The checkpoint '{_checkpoint.Path}' was written by another training: its {name} is {other ?? "not known"} " +
                    $"but here it is {value}. Name another file, or delete it to train from the beginning.");
            }
        }
    }

    // Before the first step, so that the weights are those that training begins from.
    private static Dictionary<string, string> Describe(
        Network<float> network, Loss loss, TrainingOptions options, TrainingSources sources) => new(
        [
            KeyValuePair.Create("network", Encoding.UTF8.GetString(NetworkJson.Write(network.Spec, loss))),
            .. sources.Fingerprint!.Parts,
        ])
        {
            ["data"] = sources.Fingerprint!.Whole,
            ["metrics"] = KindJson.Describe(options.Metrics?.ToArray()),
            ["class weights"] = KindJson.Describe(options.ClassWeights.ToString()),
            ["optimizer"] = KindJson.Describe(options.Optimizer),
            ["schedule"] = KindJson.Describe(options.Schedule),
            ["regularizer"] = KindJson.Describe(options.Regularizer),
            ["clipping"] = KindJson.Describe(options.Clipping),
            ["augmentation"] = KindJson.Describe(options.Augmentation),
            ["layer rates"] = KindJson.Describe(options.LayerRates.OrderBy(entry => entry.Key).ToDictionary()),
            ["weight averaging"] = KindJson.Describe(options.WeightAveraging),
            ["batch size"] = KindJson.Describe(TrainingSources.BatchSizeFor(options, sources.Training.Rows)),
            ["number of rows that are shuffled together"] = KindJson.Describe(sources.ShuffledRows),
            ["number of training rows"] = KindJson.Describe(sources.Training.Rows),
            ["number of validation rows"] = KindJson.Describe(sources.Validation?.Rows ?? 0),
            ["number of epochs"] = KindJson.Describe(options.MaximumEpochs),
            ["patience"] = KindJson.Describe(options.Patience),
            ["minimum improvement"] = KindJson.Describe(options.MinimumImprovement),
            ["stopping metric"] = KindJson.Describe(options.StoppingMetric),
            ["seed"] = KindJson.Describe(options.Seed),
            ["beginning"] = FingerprintOf(network.Parameters),
        };

    private static string FingerprintOf(ParameterStore<float> parameters)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(MemoryMarshal.AsBytes(parameters.Values));
        hash.AppendData(MemoryMarshal.AsBytes(parameters.BufferValues));
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }
}
