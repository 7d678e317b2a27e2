namespace MLNet.DeepExt.Neural.Training;

/// <summary>Tells all who listen to a training, in the order in which they were given.</summary>
internal sealed class TrainingEvents(IReadOnlyList<ITrainingCallback> callbacks)
{
    private readonly ITrainingCallback[] _callbacks = [.. callbacks];
    private readonly IBatchCallback[] _batchCallbacks = [.. callbacks.OfType<IBatchCallback>()];

    public void Started(TrainingStarted started) => Tell(callback => callback.OnStarted(started));

    public void EpochStarted(EpochStarted epoch) => Tell(callback => callback.OnEpochStart(epoch));

    public void Improved(Improvement improvement) => Tell(callback => callback.OnImproved(improvement));

    public void Warned(string warning) => Tell(callback => callback.OnWarning(warning));

    public void EpochEnded(EpochRecord epoch) => Tell(callback => callback.OnEpochEnd(epoch));

    public void Stopped(TrainingStopped stopped) => Tell(callback => callback.OnStopped(stopped));

    public void BatchEnded(in BatchRecord batch)
    {
        foreach (IBatchCallback callback in _batchCallbacks)
            callback.OnBatchEnd(batch);
    }

    public void ValidationBatchEnded()
    {
        foreach (IBatchCallback callback in _batchCallbacks)
            callback.OnValidationBatchEnd();
    }

    private void Tell(Action<ITrainingCallback> call)
    {
        foreach (ITrainingCallback callback in _callbacks)
            call(callback);
    }
}
