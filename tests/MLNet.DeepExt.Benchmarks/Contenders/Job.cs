using MLNet.DeepExt.Benchmarks.Workloads;

namespace MLNet.DeepExt.Benchmarks.Contenders;

/// <summary>What one process measures.</summary>
/// <param name="Task">The kind of work, one of the constants here.</param>
/// <param name="Workload">On which workload, where that makes a difference: a, b or c.</param>
/// <param name="Threads">With how many threads.</param>
/// <param name="DataFolder">Where files of real data are; null takes random data.</param>
internal sealed record Job(string Task, string Workload, int Threads, string? DataFolder)
{
    /// <summary>Epochs of training.</summary>
    public const string Train = "train";

    /// <summary>Predictions, of a row and of batches.</summary>
    public const string Infer = "infer";

    /// <summary>Predictions of a row, by ML.NET's PredictionEngine.</summary>
    public const string PredictionEngine = "prediction-engine";

    /// <summary>Matrix products.</summary>
    public const string Products = "gemm";

    /// <summary>A whole training, from the data as a user has it to a model.</summary>
    public const string Fit = "fit";

    /// <summary>What the processor and its memory can do at best.</summary>
    public const string Hardware = "hardware";

    /// <summary>Rows of the batches that <see cref="Infer"/> predicts of workload (a).</summary>
    public static readonly int[] BatchSizes = [1_000, 100_000];

    /// <summary>The name of a prediction in results: of one row, or of a batch.</summary>
    public static string InferenceCase(string workload, int rows) =>
        rows == 1 ? $"infer-{workload}-row" : FormattableString.Invariant($"infer-{workload}-batch-{rows}");

    /// <summary>The name of a row's prediction that goes, on our side, through the PredictionEngine.</summary>
    public static string PredictionEngineCase(string workload) => InferenceCase(workload, 1) + "-prediction-engine";

    public static string FitCase(string workload) => $"fit-{workload}";

    /// <summary>The name of what a step of training, or a prediction of a row, allocates: managed bytes.</summary>
    public static string Allocated(string name) => $"{name}-allocated";

    /// <summary>The name of the mean loss on the last epoch's rows.</summary>
    public static string FinalLoss(string workload) => $"{workload}-loss";

    /// <summary>The rows of the workload; where they come from is reported.</summary>
    public WorkloadData LoadData(Reporter report)
    {
        WorkloadData data = WorkloadData.Load(Workloads.Workload.Named(Workload), DataFolder);
        report.Source(data.Source);
        return data;
    }
}
