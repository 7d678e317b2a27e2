namespace MLNet.DeepExt.Neural.Training;

/// <summary>
/// Calls the callbacks of a training in order. A callback that throws ends the training with a
/// <see cref="CallbackFailure"/>, or gets no more calls if it is <see cref="ITrainingCallback.IsBestEffort"/>.
/// </summary>
internal sealed class TrainingEvents
{
    private readonly ITrainingCallback[] _callbacks;
    private readonly IBatchCallback[] _batchCallbacks;
    private readonly HashSet<ITrainingCallback> _dropped;
    private readonly List<string> _warnings = [];
    private int _delivered;         // the number of delivered warnings
    private bool _isWaiting = true; // until all callbacks have started, or the current warning is delivered

    /// <param name="callbacks">The callbacks, in order.</param>
    public TrainingEvents(IReadOnlyList<ITrainingCallback> callbacks)
        : this(callbacks, new HashSet<ITrainingCallback>(ReferenceEqualityComparer.Instance))
    {
    }

    private TrainingEvents(IReadOnlyList<ITrainingCallback> callbacks, HashSet<ITrainingCallback> dropped)
    {
        _callbacks = [.. callbacks];
        _batchCallbacks = [.. callbacks.OfType<IBatchCallback>()];
        _dropped = dropped;
    }

    /// <summary>All warnings so far.</summary>
    public IReadOnlyList<string> Warnings => [.. _warnings];

    /// <summary>Returns the events of the next network of an ensemble. Callbacks that get no more calls get none of these either.</summary>
    public TrainingEvents ForNextNetwork() => new(_callbacks, _dropped);

    /// <summary>
    /// Calls <see cref="ITrainingCallback.OnStarted"/>. Exceptions are rethrown unchanged unless the callback is best effort: no result is lost,
    /// because earlier results are in the checkpoint. From the second network of an ensemble on, the finished networks would be lost, so an
    /// exception becomes a <see cref="CallbackFailure"/>.
    /// </summary>
    public void Started(TrainingStarted started)
    {
        // From here, they are best effort. A file that is not writable is an error only while no work can be lost.
        foreach (CsvLog log in _callbacks.OfType<CsvLog>().Where(_ => started.NetworkNumber == 1))
            log.Begin();
        foreach (ITrainingCallback callback in _callbacks)
        {
            if (_dropped.Contains(callback))
                continue;
            try
            {
                callback.OnStarted(started);
            }
            catch (Exception exception) when (callback.IsBestEffort || started.NetworkNumber > 1)
            {
                Drop(callback, exception);
            }
        }

        _isWaiting = false;
        Deliver();
    }

    public void EpochStarted(EpochStarted epoch) => Call(callback => callback.OnEpochStart(epoch));

    public void Improved(Improvement improvement) => Call(callback => callback.OnImproved(improvement));

    public void Warned(string warning)
    {
        _warnings.Add(warning);
        // A warning about a callback that fails in OnWarning follows the warning that it failed to handle.
        if (!_isWaiting)
            Deliver();
    }

    public void EpochEnded(EpochRecord epoch) => Call(callback => callback.OnEpochEnd(epoch));

    public void Stopped(TrainingStopped stopped) => Call(callback => callback.OnStopped(stopped));

    public void BatchEnded(in BatchRecord batch)
    {
        foreach (IBatchCallback callback in _batchCallbacks)
        {
            if (_dropped.Contains(callback))
                continue;
            try
            {
                callback.OnBatchEnd(batch);
            }
            catch (Exception exception)
            {
                Drop(callback, exception);
            }
        }
    }

    public void ValidationBatchEnded()
    {
        foreach (IBatchCallback callback in _batchCallbacks)
        {
            if (_dropped.Contains(callback))
                continue;
            try
            {
                callback.OnValidationBatchEnd();
            }
            catch (Exception exception)
            {
                Drop(callback, exception);
            }
        }
    }

    private void Deliver()
    {
        _isWaiting = true;
        for (; _delivered < _warnings.Count; _delivered++)
            Call(callback => callback.OnWarning(_warnings[_delivered]));
        _isWaiting = false;
    }

    private void Call(Action<ITrainingCallback> call)
    {
        foreach (ITrainingCallback callback in _callbacks)
        {
            if (_dropped.Contains(callback))
                continue;
            try
            {
                call(callback);
            }
            catch (Exception exception)
            {
                Drop(callback, exception);
            }
        }
    }

    private void Drop(ITrainingCallback callback, Exception exception)
    {
        if (!callback.IsBestEffort)
            throw CallbackFailure.Of($"The {callback.Name}", exception);
        _dropped.Add(callback);
        Warned($"The {callback.Name} failed and gets no more calls; training continues without it: {exception.Message}");
    }
}
