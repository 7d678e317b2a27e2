using MLNet.DeepExt.Neural.Training;

namespace MLNet.DeepExt.Neural.Tests.TestSupport;

/// <summary>Writes down the steps, improvements and warnings of a training.</summary>
internal sealed class Recorder : IBatchCallback
{
    public List<BatchRecord> Batches { get; } = [];

    public List<Improvement> Improvements { get; } = [];

    public List<string> Warnings { get; } = [];

    public void OnBatchEnd(in BatchRecord batch) => Batches.Add(batch);

    public void OnImproved(Improvement improvement) => Improvements.Add(improvement);

    public void OnWarning(string warning) => Warnings.Add(warning);
}
