using MLNet.DeepExt.Benchmarks.Measuring;
using MLNet.DeepExt.Neural.Training;

namespace MLNet.DeepExt.Benchmarks.Sparse;

/// <summary>A line for every epoch, on the thread that trains and so in order.</summary>
/// <param name="rows">Rows that are trained on.</param>
internal sealed class EpochPrinter(double rows) : IProgress<EpochRecord>
{
    public void Report(EpochRecord value) => Medians.WriteLine(
        $"epoch {value.Epoch}: {Seconds(value):0.0} s, loss {value.TrainLoss:0.000}; {PeakMemory.Mebibytes} MiB at most so far");

    private double Seconds(EpochRecord epoch) => rows / epoch.RowsPerSecond;
}
