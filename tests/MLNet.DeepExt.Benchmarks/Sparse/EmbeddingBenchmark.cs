using System.Diagnostics;
using MLNet.DeepExt.Benchmarks.Measuring;
using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Training;

namespace MLNet.DeepExt.Benchmarks.Sparse;

/// <summary>A step of training on two categories and ten numbers, by how many values each category has.</summary>
internal static class EmbeddingBenchmark
{
    private const int Rows = 6400, Numbers = 10, Dimension = 16, Batch = 64;

    public static void Run(int rounds, int threads)
    {
        var medians = new Medians();
        using var team = new WorkerTeam(threads);
        foreach (int values in new[] { 100, 300, 1000, 3000, 10_000, 100_000 })
        {
            SupervisedStep step = Step(values, out MemoryBatchSource source);
            medians.Add(FormattableString.Invariant($"2 tables of {values,7} × {Dimension}"), () => SecondsOfAStep(step, source, team));
        }

        medians.Measure(rounds);
        foreach ((string name, double median, double least, double most) in medians.Results)
        {
            Medians.WriteLine(
                $"{name}, batch {Batch}, Adam, {threads} threads: {median * 1e6,8:0} µs a step ({least * 1e6:0} to {most * 1e6:0})");
        }
    }

    private static double SecondsOfAStep(SupervisedStep step, MemoryBatchSource source, WorkerTeam team)
    {
        long start = Stopwatch.GetTimestamp(), before = step.Steps;
        do
        {
            source.BeginEpoch(1);
            while (source.MoveNext(step.Batch))
                step.Run(team, rateFactor: 1);
        }
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < 0.2);
        return Stopwatch.GetElapsedTime(start).TotalSeconds / (step.Steps - before);
    }

    private static SupervisedStep Step(int values, out MemoryBatchSource source)
    {
        var random = new Random(1);
        int[] columns =
        [
            .. Enumerable.Range(0, Rows).SelectMany(_ => Enumerable.Range(0, Numbers)
                .Append(Numbers + random.Next(values)).Append(Numbers + values + random.Next(values))),
        ];
        int[] starts = [.. Enumerable.Range(0, Rows + 1).Select(row => row * (Numbers + 2))];
        var rows = new SparseRows(
            Numbers + 2 * values, starts, columns, [.. columns.Select(column => column < Numbers ? random.NextSingle() : 1)]);
        source = new MemoryBatchSource(
            new LabeledRows(rows, [.. columns.Where((_, i) => i % (Numbers + 2) == Numbers).Select(column => column % 3)]),
            [.. Enumerable.Range(0, Rows)], Batch, new CounterRandom(1), keepSparse: true);
        NetworkSpec spec = NetworkSpec.Input(rows.Width)
            .EmbedCategories(new CategoryRange(Numbers, values, Dimension), new CategoryRange(Numbers + values, values, Dimension))
            .Dense(64).Relu().Dense(3);
        return new SupervisedStep(
            new Network<float>(spec, seed: 1), new SoftmaxCrossEntropy(), source, new TrainingOptions { Optimizer = new Adam(0.001) });
    }
}
