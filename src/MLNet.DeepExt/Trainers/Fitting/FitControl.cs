using MLNet.DeepExt.Neural.Training;

namespace MLNet.DeepExt.Trainers;

/// <summary>Cancels, pauses and resumes one training, by the settings of the <see cref="FitScope"/> that it runs in, if there is one.</summary>
internal sealed class FitControl : ITrainingCallback, IDisposable
{
    // For a process that is killed: a checkpoint is also written when training ends or pauses.
    private static readonly TimeSpan BetweenCheckpoints = TimeSpan.FromSeconds(10);

    private readonly FitScopeSettings _settings;
    private readonly int _number;
    private readonly CancellationTokenSource _ending;
    private int _maximumEpochs;

    /// <summary>Begins the control of a training.</summary>
    /// <param name="settings">The settings of the scope; the default settings without one.</param>
    /// <param name="number">The number of the training in the scope, counted from 1; 0 without a scope.</param>
    /// <param name="own">The token of the options of the trainer.</param>
    public FitControl(FitScopeSettings settings, int number, CancellationToken own)
    {
        _settings = settings;
        _number = number;
        _ending = CancellationTokenSource.CreateLinkedTokenSource(own, settings.CancellationToken);
    }

    /// <summary>Ends the training, by the options or by the scope.</summary>
    public CancellationToken Token => _ending.Token;

    /// <summary>Whether a <see cref="FitScope"/> is open, as in a trial of a search.</summary>
    public bool IsWithinScope => _number > 0;

    /// <summary>Returns the training options, with the settings of the scope applied.</summary>
    public TrainingOptions Apply(TrainingOptions options) => options with
    {
        NumberOfThreads = ThreadsOf(options.NumberOfThreads),
        AugmentationThreads = _settings.ParallelTrainings == 1 ? options.AugmentationThreads : 0,
        Callbacks = [.. options.Callbacks, this],
        Checkpoint = _settings.CheckpointPrefix is { } prefix
            ? new Checkpoint(FormattableString.Invariant($"{prefix}-{_number}.checkpoint"))
            {
                EveryEpochs = int.MaxValue,
                Every = BetweenCheckpoints,
                IsBestEffort = true, // the caller of Fit does not know what else of the pipeline has changed
            }
            // All who are fitted with these options would share the file.
            : IsWithinScope ? null : options.Checkpoint,
    };

    // The result does not depend on it. Where no number is asked for, trainings that run at once share the processors.
    private int? ThreadsOf(int? wanted) => _settings.ParallelTrainings == 1
        ? wanted
        : Math.Max(1, Math.Min(
            wanted ?? Environment.ProcessorCount / _settings.ParallelTrainings, TrainingOptions.MostThreads / _settings.ParallelTrainings));

    public void OnStarted(TrainingStarted started)
    {
        _maximumEpochs = started.MaximumEpochs;
        PauseAfter(started.EarlierEpochs.Count);
    }

    public void OnEpochEnd(EpochRecord epoch) => PauseAfter(epoch.Epoch);

    public void Dispose() => _ending.Dispose();

    private void PauseAfter(int epochs)
    {
        // Training ends by itself after the last epoch, and an ensemble goes on with its next network.
        if (epochs >= _settings.PauseAfterEpochs && _settings.PauseAfterEpochs < _maximumEpochs)
            _ending.Cancel();
    }
}
