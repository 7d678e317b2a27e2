using MLNet.DeepExt.Benchmarks.Measuring;
using MLNet.DeepExt.Benchmarks.Workloads;
using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Training;

namespace MLNet.DeepExt.Benchmarks.Contenders;

/// <summary>The engine, used as its public surface offers it; the matrix products as a network's layers use them.</summary>
internal static class EngineContender
{
    // Rows that a predictor computes together.
    private const int PredictedTogether = 256;

    public static Contender Create() => new("engine", () => "the engine on arrays", Measure);

    private static void Measure(Job job, Reporter report)
    {
        Workload workload = Workload.Named(job.Workload);
        switch (job.Task)
        {
            case Job.Train:
                Train(workload, job, report);
                break;
            case Job.Fit:
                Fit(workload, job, report);
                break;
            case Job.Infer:
                Infer(workload, job, report);
                break;
            case Job.Products:
                ProductTiming.Measure(ProductShape.OfLayers, EngineProduct.Create, (shape, seconds) => report.Figure(shape.Case, seconds));
                break;
            case Job.Hardware:
                MeasureHardware(job.Threads, report);
                break;
            default:
                throw new NotSupportedException($"the engine has no task {job.Task}");
        }
    }

    private static TrainingOptions OptionsOf(Workload workload, int threads) => new()
    {
        BatchSize = workload.BatchSize,
        NumberOfThreads = threads,
        MaximumEpochs = Workload.Epochs,
        ValidationFraction = 0,
    };

    private static void Train(Workload workload, Job job, Reporter report)
    {
        LabeledRows rows = job.LoadData(report).ToRows(workload);
        var meter = new EpochMeter(Workload.Epochs, workload.StepsPerEpoch);
        var trainer = new Trainer(workload.Spec, workload.Loss, OptionsOf(workload, job.Threads) with { Callbacks = [new MeterCallback(meter)] });
        TrainingResult result = trainer.Train(rows);
        report.Figure(workload.Name, meter.SecondsOfAnEpoch);
        report.Figure(Job.Allocated(workload.Name), meter.AllocatedPerStep);
        report.Figure(Job.FinalLoss(workload.Name), result.History.Epochs[^1].TrainLoss);
    }

    private static void Fit(Workload workload, Job job, Reporter report)
    {
        LabeledRows rows = job.LoadData(report).ToRows(workload);
        var trainer = new Trainer(workload.Spec, workload.Loss, OptionsOf(workload, job.Threads));
        report.Figure(Job.FitCase(workload.Name), Timing.SecondsOf(() => trainer.Train(rows)));
    }

    private static void Infer(Workload workload, Job job, Reporter report)
    {
        var sample = new SampleNetwork(workload);
        Predictor predictor = sample.Predictor;
        float[] row = sample.Inputs(1), output = new float[predictor.Outputs];
        PredictionBuffer buffer = predictor.CreateBuffer(1);
        Action predictRow = () => predictor.Predict(row, 1, output, buffer);
        string rowCase = Job.InferenceCase(workload.Name, 1);
        report.Figure(rowCase, Timing.SecondsPerCall(predictRow));
        report.Figure(Job.Allocated(rowCase), AllocatedPerCall(predictRow));

        foreach (int rows in workload.Name == "a" ? Job.BatchSizes : [])
        {
            float[] inputs = sample.Inputs(rows), outputs = new float[rows * predictor.Outputs];
            PredictionBuffer[] buffers = [.. Enumerable.Range(0, job.Threads).Select(_ => predictor.CreateBuffer(PredictedTogether))];
            report.Figure(
                Job.InferenceCase(workload.Name, rows),
                Timing.SecondsPerCall(() => PredictOnThreads(predictor, inputs, rows, outputs, buffers)));
        }
    }

    // A share of the rows for each buffer; the calling thread takes the first.
    private static void PredictOnThreads(Predictor predictor, float[] inputs, int rows, float[] outputs, PredictionBuffer[] buffers)
    {
        var others = new Task[buffers.Length - 1];
        for (int i = 0; i < others.Length; i++)
        {
            int share = i + 1;
            others[i] = Task.Run(() => PredictShare(share));
        }

        PredictShare(0);
        Task.WaitAll(others);

        void PredictShare(int share)
        {
            int from = rows * share / buffers.Length, to = rows * (share + 1) / buffers.Length;
            predictor.Predict(inputs.AsSpan(from * predictor.Inputs), to - from, outputs.AsSpan(from * predictor.Outputs), buffers[share]);
        }
    }

    private static double AllocatedPerCall(Action call)
    {
        const int calls = 1000;
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < calls; i++)
            call();
        return (GC.GetAllocatedBytesForCurrentThread() - before) / (double)calls;
    }

    private static void MeasureHardware(int threads, Reporter report)
    {
        double peak = Medians.Of(Enumerable.Range(0, 15).Select(_ => MultiplyAddPeak.Measure(threads)));
        report.Figure(HardwareFigures.Peak, peak);
        report.Figure(HardwareFigures.Bandwidth, Medians.Of(Enumerable.Range(0, 7).Select(_ => ReadBandwidth.Measure(threads))));
        if (threads > 1)
            return;
        ProductTiming.MeasureBesidePeak(ProductShape.OfCubes, EngineProduct.Create, (shape, rate, peakBeside) =>
        {
            report.Figure(HardwareFigures.RateBesidePeak(shape), rate);
            report.Figure(HardwareFigures.PeakBeside(shape), peakBeside);
        });
    }

    private sealed class MeterCallback(EpochMeter meter) : IBatchCallback
    {
        public void OnBatchEnd(in BatchRecord batch) => meter.EndStep();

        public void OnEpochEnd(EpochRecord epoch) => meter.EndEpoch();
    }
}
