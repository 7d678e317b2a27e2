using MLNet.DeepExt.Benchmarks.Measuring;
using MLNet.DeepExt.Benchmarks.Workloads;
using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Training;

namespace MLNet.DeepExt.Benchmarks;

/// <summary>Whole epochs of the three workloads, on random rows, in one process.</summary>
internal static class EpochBenchmark
{
    public static void Run(int rounds)
    {
        var figures = new Medians();
        foreach (Workload workload in Workload.All)
        {
            LabeledRows data = WorkloadData.Random(workload, workload.Rows).ToRows(workload);
            foreach (int threads in new[] { 1, 2 })
                figures.Add($"{workload.Name}, {threads} threads", () => SecondsOfAnEpoch(data, workload, threads));
        }

        figures.Measure(rounds);
        foreach ((string name, double median, double least, double most) in figures.Results)
            Medians.WriteLine($"{name,-14} {median,8:0.0000} s an epoch, {least:0.0000} to {most:0.0000}");
    }

    // The second of two: the first one also pays for the compiler and for memory.
    private static double SecondsOfAnEpoch(LabeledRows data, Workload workload, int threads)
    {
        var options = new TrainingOptions
        {
            BatchSize = workload.BatchSize,
            NumberOfThreads = threads,
            MaximumEpochs = 2,
            ValidationFraction = 0,
        };
        TrainingResult result = new Trainer(workload.Spec, workload.Loss, options).Train(data);
        return data.Count / result.History.Epochs[^1].RowsPerSecond;
    }
}
