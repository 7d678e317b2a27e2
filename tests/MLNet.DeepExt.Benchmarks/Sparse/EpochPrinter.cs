using MLNet.DeepExt.Benchmarks.Measuring;
using MLNet.DeepExt.Neural.Training;

namespace MLNet.DeepExt.Benchmarks.Sparse;

/// <summary>A line for every epoch, on the thread that trains and so in order.</summary>
/// <param name="rows">Rows that are trained on.</param>
internal sealed class EpochPrinter(double rows) : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value)
    {
        if (value is { IsEpochEnd: true, LatestEpoch: { } epoch })
        {
            Medians.WriteLine(
                $"epoch {epoch.Epoch}: {Seconds(epoch):0.0} s, loss {epoch.TrainLoss:0.000}; {PeakMemory.Mebibytes} MiB at most so far");
        }
    }

    private double Seconds(EpochRecord epoch) => rows / epoch.RowsPerSecond;
}
