using MLNet.DeepExt.Neural.Training;

namespace MLNet.DeepExt.Tests.SearchProbe;

/// <summary>Tells of every epoch that ends.</summary>
internal sealed class EpochTeller(int trial, Action<string> tell) : ITrainingCallback
{
    public void OnEpochEnd(EpochRecord epoch) => tell(FormattableString.Invariant($"epoch {epoch.Epoch} of trial {trial}"));
}
