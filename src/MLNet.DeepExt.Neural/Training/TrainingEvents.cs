namespace MLNet.DeepExt.Neural.Training;

/// <summary>
/// Calls the callbacks of a training in the order in which they were given. One that throws ends the training, by a
/// <see cref="CallbackFailure"/>, or gets no more calls if it is <see cref="ITrainingCallback.IsBestEffort"/>.
/// </summary>
internal sealed class TrainingEvents(IReadOnlyList<ITrainingCallback> callbacks)
{
    private readonly List<string> _warnings = [];
    private int _told;       // of the warnings
    private bool _isTelling; // a warning
    private ITrainingCallback[] _callbacks = [.. callbacks];
    private IBatchCallback[] _batchCallbacks = [.. callbacks.OfType<IBatchCallback>()];

    /// <summary>All warnings so far.</summary>
    public IReadOnlyList<string> Warnings => [.. _warnings];

    /// <summary>What a callback throws here comes out as it is: nothing has been learned that could be lost.</summary>
    public void Started(TrainingStarted started)
    {
        foreach (ITrainingCallback callback in _callbacks)
            callback.OnStarted(started);
    }

    public void EpochStarted(EpochStarted epoch) => Call(callback => callback.OnEpochStart(epoch));

    public void Improved(Improvement improvement) => Call(callback => callback.OnImproved(improvement));

    public void Warned(string warning)
    {
        _warnings.Add(warning);
        // One about a callback that failed while it was told of another follows that one.
        if (_isTelling)
            return;
        _isTelling = true;
        for (; _told < _warnings.Count; _told++)
            Call(callback => callback.OnWarning(_warnings[_told]));
        _isTelling = false;
    }

    public void EpochEnded(EpochRecord epoch) => Call(callback => callback.OnEpochEnd(epoch));

    public void Stopped(TrainingStopped stopped) => Call(callback => callback.OnStopped(stopped));

    public void BatchEnded(in BatchRecord batch)
    {
        foreach (IBatchCallback callback in _batchCallbacks)
        {
            try
            {
                callback.OnBatchEnd(batch);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                Drop(callback, exception);
            }
        }
    }

    public void ValidationBatchEnded()
    {
        foreach (IBatchCallback callback in _batchCallbacks)
        {
            try
            {
                callback.OnValidationBatchEnd();
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                Drop(callback, exception);
            }
        }
    }

    private void Call(Action<ITrainingCallback> call)
    {
        foreach (ITrainingCallback callback in _callbacks)
        {
            try
            {
                call(callback);
            }
            catch (Exception exception) when (exception is not (OperationCanceledException or CallbackFailure))
            {
                Drop(callback, exception);
            }
        }
    }

    private void Drop(ITrainingCallback callback, Exception exception)
    {
        if (!callback.IsBestEffort)
            throw new CallbackFailure(callback, exception);
        // The warning about another one may have found it out first.
        if (!_callbacks.Contains(callback))
            return;
        _callbacks = [.. _callbacks.Where(other => !ReferenceEquals(other, callback))];
        _batchCallbacks = [.. _callbacks.OfType<IBatchCallback>()];
        Warned($"The callback {callback.GetType().Name} failed and gets no more calls; training goes on without it: {exception.Message}");
    }
}
