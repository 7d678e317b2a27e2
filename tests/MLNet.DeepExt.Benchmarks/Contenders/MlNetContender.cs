using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Benchmarks.Measuring;
using MLNet.DeepExt.Benchmarks.Workloads;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Benchmarks.Contenders;

/// <summary>The engine behind its ML.NET face: a trainer over an IDataView, and a PredictionEngine over the model.</summary>
internal static class MlNetContender
{
    public static Contender Create() => new("mlnet", () => "ML.NET trainer", Measure);

    private static void Measure(Job job, Reporter report)
    {
        Workload workload = Workload.Named(job.Workload);
        switch (job.Task)
        {
            case Job.Fit:
                report.Figure(Job.FitCase(workload.Name), SecondsOfFit(workload, job, report));
                break;
            case Job.PredictionEngine:
                PredictRows(workload, report);
                break;
            default:
                throw new NotSupportedException($"the ML.NET trainer has no task {job.Task}");
        }
    }

    private static double SecondsOfFit(Workload workload, Job job, Reporter report)
    {
        var context = new MLContext(seed: 1);
        IDataView data = ViewOf(context, workload, job.LoadData(report));
        NeuralNetworkMulticlassTrainer trainer = TrainerOf(context, workload, job.Threads);
        return Timing.SecondsOf(() => trainer.Fit(data));
    }

    private static void PredictRows(Workload workload, Reporter report)
    {
        var context = new MLContext(seed: 1);
        WorkloadData data = WorkloadData.Random(workload, 2000);
        NeuralNetworkMulticlassTransformer model = TrainerOf(context, workload, threads: 1).Fit(ViewOf(context, workload, data));
        PredictionEngine<Example, Prediction> engine =
            context.Model.CreatePredictionEngine<Example, Prediction>(model, inputSchemaDefinition: SchemaOf(workload));
        var example = new Example { Features = data.Features[..workload.Spec.Inputs] };
        var prediction = new Prediction();
        report.Figure(Job.PredictionEngineCase(workload.Name), Timing.SecondsPerCall(() => engine.Predict(example, ref prediction)));
    }

    private static NeuralNetworkMulticlassTrainer TrainerOf(MLContext context, Workload workload, int threads) =>
        context.MulticlassClassification.Trainers.NeuralNetwork(new NeuralNetworkMulticlassTrainer.Options
        {
            Network = workload.Spec,
            BatchSize = workload.BatchSize,
            NumberOfThreads = threads,
            MaximumEpochs = Workload.Epochs,
            ValidationFraction = 0,
        });

    private static IDataView ViewOf(MLContext context, Workload workload, WorkloadData data)
    {
        int width = workload.Spec.Inputs;
        Example[] examples = [.. data.Classes.Select((label, row) =>
            new Example { Features = data.Features[(row * width)..((row + 1) * width)], Label = (uint)label + 1 })];
        return context.Data.LoadFromEnumerable(examples, SchemaOf(workload));
    }

    private static SchemaDefinition SchemaOf(Workload workload)
    {
        var schema = SchemaDefinition.Create(typeof(Example));
        schema[nameof(Example.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, workload.Spec.Inputs);
        schema[nameof(Example.Label)].ColumnType = new KeyDataViewType(typeof(uint), workload.Classes);
        return schema;
    }

    private sealed class Example
    {
        public float[] Features { get; set; } = [];

        public uint Label { get; set; }
    }

    private sealed class Prediction
    {
        public float[] Score { get; set; } = [];
    }
}
