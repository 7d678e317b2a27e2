using System.Runtime.InteropServices;
using System.Security.Cryptography;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Persistence;

namespace MLNet.DeepExt.Neural.Training;

/// <summary>Writes the state of a training to its checkpoint, and restores it.</summary>
internal sealed class CheckpointWriter : IDisposable
{
    private const string Networks = "number of networks", MetricNames = "list of metrics", StoppingMetricName = "name of the stopping metric";
    private const string Nothing = "null"; // as JSON

    private static readonly string[] OldNames = ["metrics", "stopping metric"]; // only in files of earlier versions

    private readonly Checkpoint _checkpoint;
    private readonly TimeProvider _clock;
    private readonly TrainingStep _step;
    private readonly EarlyStopping _stopping;
    private readonly ConstantPrediction _constant;
    private readonly Dictionary<string, string> _training;
    private readonly HashSet<string> _newNames; // may be missing in files of earlier versions
    private readonly Action<string> _warn;
    private EpochLog _log;
    private CheckpointLock? _lock; // null if training continues without the file
    private long _written;
    private bool _hasFailed; // in the last attempt to write

    public CheckpointWriter(
        TrainingStep step, Loss loss, TrainingOptions options, TrainingSources sources, EarlyStopping stopping,
        ConstantPrediction constant, Action<string> warn)
    {
        _checkpoint = options.Checkpoint!;
        _log = CreateLog();
        _clock = options.TimeProvider;
        _step = step;
        _stopping = stopping;
        _constant = constant;
        _warn = warn;
        _newNames = [.. sources.Fingerprint!.Parts.Keys, Networks, MetricNames, StoppingMetricName];
        _training = Describe(step, loss, options, sources);
        _written = _clock.GetTimestamp();
    }

    /// <summary>
    /// Writes the current state of the training. If that fails, the file stays unchanged, and the first of several consecutive failures gives a
    /// warning: a training of hours must not end because of a file.
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
                _warn($"The checkpoint '{_checkpoint.Path}' cannot be written now; training continues, and the next write is tried again: "
                    + exception.Message);
            }

            _hasFailed = true;
        }

        _written = _clock.GetTimestamp();
    }

    /// <summary>Writes the current state of the training if the interval between two writes has passed.</summary>
    public void WriteIfTimeHasCome(List<EpochRecord> epochs, EpochPosition position)
    {
        if (_checkpoint.Every is { } interval && _clock.GetElapsedTime(_written) >= interval)
            Write(epochs, position);
    }

    /// <summary>
    /// Acquires the file for this training and restores the training from it. Returns null if there is no usable file.
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

    /// <summary>Releases the file for other trainings.</summary>
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
            _warn($"Training continues without a checkpoint: {exception.Message}");
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
            Updates = _step.Updaters.All(updater => updater.Steps == _step.Steps) ? null : [.. _step.Updaters.Select(updater => updater.Steps)],
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
        // A damaged file must not change the training.
        EpochLog log = CreateLog();
        try
        {
            header = CheckpointFile.Read(_checkpoint.Path, header =>
            {
                RequireSameTraining(header);
                if (header.Constant is { } sums)
                    _constant.RequireFit(sums);
                if (header.Updates is { } updates && (updates.Count != _step.Updaters.Count || updates.Any(count => count < 0)))
                    throw new InvalidDataException($"The header of the file has {updates.Count} numbers of updates, which do not fit its networks.");
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
        for (int i = 0; i < _step.Updaters.Count; i++)
        {
            _step.Updaters[i].Steps = header.Updates?[i] ?? header.Steps;
            _step.Updaters[i].Network.Parameters.RefreshTransposed();
        }

        if (header.Constant is { } constant)
            _constant.Sums = constant;
        return header with { Epochs = [.. earlier, .. header.Epochs] };
    }

    private EpochLog CreateLog() => new(_checkpoint.Path + ".epochs");

    private List<SlotVector> VectorsOf(CheckpointHeader header)
    {
        List<SlotVector> vectors = [];
        foreach (NetworkUpdater updater in _step.Updaters)
        {
            ParameterStore<float> store = updater.Network.Parameters;
            int length = store.Values.Length;
            vectors.AddRange([new(store.Slots, store.AllValues), new(store.Buffers, store.AllBuffers)]);
            for (int start = 0; start < updater.State.Length; start += length)
                vectors.Add(new SlotVector(store.Slots, updater.State.Slice(start, length), IsOptimizerState: true));
            if (updater.Average is { } average)
                vectors.AddRange([new(store.Slots, average.Values), new(store.Buffers, average.Buffers)]);
        }

        foreach (ParameterStore<float> best in header.BestEpoch > 0 ? _stopping.Best : [])
            vectors.AddRange([new(best.Slots, best.AllValues), new(best.Buffers, best.AllBuffers)]);
        return vectors;
    }

    private void RequireSameTraining(CheckpointHeader header)
    {
        foreach ((string name, string value) in _training)
        {
            string? other = header.Training.GetValueOrDefault(name);
            if (other != value && (other is not null || !_newNames.Contains(name)))
                throw OfAnotherTraining(name, other ?? "not known", value);
        }

        // Entries that only the file has: from other versions, or from a training with more networks.
        foreach ((string name, string value) in header.Training)
        {
            if (value != Nothing && !_training.ContainsKey(name) && !OldNames.Contains(name))
                throw OfAnotherTraining(name, value, "not known");
        }

        InvalidOperationException OfAnotherTraining(string name, string there, string here) => new(
            $"The checkpoint '{_checkpoint.Path}' was written by another training: its {name} is {there} " +
            $"but here it is {here}. Name another file, or delete it to train from the beginning.");
    }

    // Called before the first step, so the weights are the initial weights of the training.
    private static Dictionary<string, string> Describe(TrainingStep step, Loss loss, TrainingOptions options, TrainingSources sources)
    {
        var training = new Dictionary<string, string> { [Networks] = KindDescriptions.Of(step.Updaters.Count) };
        foreach ((string name, string part) in sources.Fingerprint!.Parts)
            training[name] = part;
        training["data"] = sources.Fingerprint!.Whole;
        // Compared after the data, to which the encoders were fitted, so that other data are reported as such.
        AddOfEach("network", network => NetworkJson.Describe(network.Spec, loss));
        training[MetricNames] = KindDescriptions.Of(options.Metrics is { } metrics ? string.Join(", ", metrics) : null);
        training["class weights"] = KindDescriptions.Of(options.ClassWeights.ToString());
        training["optimizer"] = KindDescriptions.Of<GradientTransform>(options.Optimizer);
        training["schedule"] = KindDescriptions.Of(options.Schedule);
        training["regularizer"] = KindDescriptions.Of(options.Regularizer);
        training["augmentation"] = KindDescriptions.Of(options.Augmentation);
        training["layer rates"] = KindDescriptions.Of(options.LayerRates.OrderBy(entry => entry.Key, StringComparer.Ordinal).ToDictionary());
        training["weight averaging"] = KindDescriptions.Of(options.WeightAveraging);
        // Only if it is set, because files of earlier versions do not have it.
        if (options is { WeightAveraging: not null, WeightAveragingWarmUp: true })
            training["warm-up of weight averaging"] = KindDescriptions.Of(true);
        training["batch size"] = KindDescriptions.Of(TrainingSources.BatchSizeFor(options, sources.Training.Rows));
        training["number of rows that are shuffled together"] = KindDescriptions.Of(sources.ShuffledRows);
        training["number of training rows"] = KindDescriptions.Of(sources.Training.Rows);
        training["number of validation rows"] = KindDescriptions.Of(sources.Validation?.Rows ?? 0);
        training["number of epochs"] = KindDescriptions.Of(options.MaximumEpochs);
        training["patience"] = KindDescriptions.Of(options.Patience);
        training["minimum improvement"] = KindDescriptions.Of(options.MinimumImprovement);
        training[StoppingMetricName] = KindDescriptions.Of(options.StoppingMetric?.Name);
        if (options.CrossFitting)
            training["cross-fitting"] = KindDescriptions.Of(FormattableString.Invariant($"fold {options.NetworkNumber} of {options.Ensemble}"));
        training["seed"] = KindDescriptions.Of(options.Seed);
        AddOfEach("beginning", network => FingerprintOf(network.Parameters));
        return training;

        void AddOfEach(string name, Func<Network<float>, string> describe)
        {
            for (int i = 0; i < step.Updaters.Count; i++)
                training[i == 0 ? name : FormattableString.Invariant($"{name} {i + 1}")] = describe(step.Updaters[i].Network);
        }
    }

    private static string FingerprintOf(ParameterStore<float> parameters)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(MemoryMarshal.AsBytes(parameters.Values));
        hash.AppendData(MemoryMarshal.AsBytes(parameters.BufferValues));
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }
}
