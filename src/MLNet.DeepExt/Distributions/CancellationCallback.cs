using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Neural.Training;

namespace MLNet.DeepExt.Distributions;

/// <summary>Ends a training at the next batch once the context is cancelled.</summary>
internal sealed class CancellationCallback(IHost host) : IBatchCallback
{
    public void OnBatchEnd(in BatchRecord batch) => host.ThrowIfCancelled();

    public void OnValidationBatchEnd() => host.ThrowIfCancelled();
}
