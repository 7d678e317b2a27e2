using MLNet.DeepExt.Neural.Training;

namespace MLNet.DeepExt.Tests.Support;

/// <summary>Throws at the end of an epoch.</summary>
/// <param name="epoch">Which one, counted from 1.</param>
/// <param name="isBestEffort">Whether training goes on without it.</param>
internal sealed class FailingCallback(int epoch, bool isBestEffort = false) : ITrainingCallback
{
    public bool IsBestEffort => isBestEffort;

    public void OnEpochEnd(EpochRecord record)
    {
        if (record.Epoch == epoch)
            throw new TimeoutException("The server is gone.");
    }
}
