using MLNet.DeepExt.Benchmarks.Contenders;
using MLNet.DeepExt.Benchmarks.Measuring;

namespace MLNet.DeepExt.Benchmarks.Compare;

/// <summary>One job that several contenders do, each in a process of its own, in turn.</summary>
/// <param name="Task">A constant of <see cref="Job"/>.</param>
/// <param name="Workload">Its workload.</param>
/// <param name="Threads">Its threads.</param>
/// <param name="Ours">The contender that is ours.</param>
/// <param name="Peers">Those that it is compared with.</param>
/// <param name="Cases">The figures that are compared, all in seconds.</param>
internal sealed record Contest(string Task, string Workload, int Threads, string Ours, string[] Peers, string[] Cases)
{
    private const string Engine = "engine", MlNet = "mlnet", Torch = "torch", Onnx = "onnx", Mkl = "mkl";

    /// <summary>Everything that is measured, in the order of a round.</summary>
    public static IReadOnlyList<Contest> All { get; } =
    [
        .. Each(["a", "b", "c"], (workload, threads) => new(Job.Train, workload, threads, Engine, [Torch], [workload])),
        .. Each(["a"], (workload, threads) => new(Job.Infer, workload, threads, Engine, [Onnx, Torch],
            [.. Job.BatchSizes.Prepend(1).Select(rows => Job.InferenceCase(workload, rows))])),
        new(Job.Infer, "b", 1, Engine, [Onnx, Torch], [Job.InferenceCase("b", 1)]),
        new(Job.PredictionEngine, "a", 1, MlNet, [Onnx], [Job.PredictionEngineCase("a")]),
        new(Job.Products, "a", 1, Engine, [Mkl], [.. ProductShape.OfLayers.Select(shape => shape.Case)]),
        .. Each(["a", "c"], (workload, threads) => new(Job.Fit, workload, threads, MlNet, [Engine], [Job.FitCase(workload)])),
        new(Job.Hardware, "a", 1, Engine, [], []),
        new(Job.Hardware, "a", 2, Engine, [], []),
    ];

    /// <summary>All names by which contests can be chosen.</summary>
    public static IReadOnlyList<string> AllNames { get; } = [.. All.SelectMany(contest => contest.Names).Distinct()];

    /// <summary>The contenders that are not part of this program.</summary>
    public static bool IsForeign(string contender) => contender is Torch or Onnx or Mkl;

    public IEnumerable<string> Contenders => Peers.Prepend(Ours);

    /// <summary>The names by which it can be chosen: train, and train-a where there is also another workload.</summary>
    public string[] Names => Task is Job.Products or Job.Hardware ? [Task] : [Task, $"{Task}-{Workload}"];

    /// <summary>The contenders of a round: each begins in its turn, as the first may find another machine than the last.</summary>
    public IEnumerable<string> ContendersOf(int round)
    {
        int first = (round - 1) % (Peers.Length + 1);
        return Contenders.Skip(first).Concat(Contenders.Take(first));
    }

    private static IEnumerable<Contest> Each(string[] workloads, Func<string, int, Contest> create) =>
        from workload in workloads
        from threads in new[] { 1, 2 }
        select create(workload, threads);
}
