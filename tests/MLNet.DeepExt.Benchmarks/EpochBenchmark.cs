using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Training;

namespace MLNet.DeepExt.Benchmarks;

/// <summary>Whole epochs of three networks on random rows, at the sizes of MNIST, of a small table and of a large one.</summary>
internal static class EpochBenchmark
{
    private static readonly (string Name, int Rows, int Batch, NetworkSpec Spec)[] Workloads =
    [
        ("a", 60_000, 128, NetworkSpec.Input(784).Dense(256).BatchNorm().Relu().Dropout(0.8f).Dense(128).BatchNorm().Relu().Dense(10)),
        ("b", 20_000, 64, NetworkSpec.Input(16).Dense(64).Relu().Dense(32).Relu().Dense(2)),
        ("c", 200_000, 512, NetworkSpec.Input(54).Dense(256).Relu().Dense(256).Relu().Dense(7)),
    ];

    public static void Run(int rounds)
    {
        var figures = new Medians();
        foreach ((string name, int rows, int batch, NetworkSpec spec) in Workloads)
        {
            LabeledRows data = RandomRows(rows, spec);
            foreach (int threads in new[] { 1, 2 })
                figures.Add($"{name}, {threads} threads", () => SecondsOfAnEpoch(data, spec, batch, threads));
        }

        figures.Measure(rounds);
        foreach ((string name, double median, double least, double most) in figures.Results)
            Medians.WriteLine($"{name,-14} {median,8:0.0000} s an epoch, {least:0.0000} to {most:0.0000}");
    }

    // The second of two: the first one also pays for the compiler and for memory.
    private static double SecondsOfAnEpoch(LabeledRows data, NetworkSpec spec, int batch, int threads)
    {
        var options = new TrainingOptions { BatchSize = batch, NumberOfThreads = threads, MaximumEpochs = 2, ValidationFraction = 0 };
        TrainingResult result = new Trainer(spec, new SoftmaxCrossEntropy(), options).Train(data);
        return data.Count / result.History.Epochs[^1].RowsPerSecond;
    }

    private static LabeledRows RandomRows(int rows, NetworkSpec spec)
    {
        var random = new Random(rows);
        float[] features = [.. Enumerable.Range(0, rows * spec.Inputs).Select(_ => random.NextSingle() - 0.5f)];
        int[] classes = [.. Enumerable.Range(0, rows).Select(_ => random.Next(spec.Outputs))];
        return new LabeledRows(spec.Inputs, features, classes);
    }
}
