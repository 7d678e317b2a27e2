using MLNet.DeepExt.Neural.Training;

namespace MLNet.DeepExt.Neural.Tests.TestSupport;

/// <summary>Calls what a test wants to be called in the course of a training.</summary>
internal sealed class Listener : IBatchCallback
{
    public Action<EpochRecord>? Epoch { get; init; }

    /// <summary>After every batch, of validation rows too.</summary>
    public Action? Batch { get; init; }

    public void OnEpochEnd(EpochRecord epoch) => Epoch?.Invoke(epoch);

    public void OnBatchEnd(in BatchRecord batch) => Batch?.Invoke();

    public void OnValidationBatchEnd() => Batch?.Invoke();
}
