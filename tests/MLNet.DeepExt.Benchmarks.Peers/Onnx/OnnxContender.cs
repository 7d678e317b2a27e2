using Microsoft.ML.OnnxRuntime;
using MLNet.DeepExt.Benchmarks.Contenders;
using MLNet.DeepExt.Benchmarks.Measuring;
using MLNet.DeepExt.Benchmarks.Workloads;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Onnx;

namespace MLNet.DeepExt.Benchmarks.Peers.Onnx;

/// <summary>ONNX Runtime, called directly: tensors made once over arrays, so that a call is a call and nothing else.</summary>
internal static class OnnxContender
{
    public static Contender Create() => new("onnx", () => $"ONNX Runtime {OrtEnv.Instance().GetVersionString()}", Measure);

    private static void Measure(Job job, Reporter report)
    {
        Workload workload = Workload.Named(job.Workload);
        var sample = new SampleNetwork(workload);
        using var options = new SessionOptions
        {
            IntraOpNumThreads = job.Threads,
            InterOpNumThreads = 1,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
        };
        using var model = new MemoryStream();
        new Predictor(sample.Folded, workload.Loss).ExportOnnx(model);
        using var session = new InferenceSession(model.ToArray(), options);
        sample.RequireSameOutputs((inputs, rows) =>
        {
            using var call = new Call(session, inputs, rows);
            call.Run();
            return call.Outputs;
        });
        foreach (int rows in RowsOf(job))
        {
            using var call = new Call(session, sample.Inputs(rows), rows);
            string name = job.Task == Job.PredictionEngine
                ? Job.PredictionEngineCase(workload.Name)
                : Job.InferenceCase(workload.Name, rows);
            report.Figure(name, Timing.SecondsPerCall(call.Run));
        }
    }

    private static IEnumerable<int> RowsOf(Job job) => job.Task switch
    {
        Job.PredictionEngine => [1],
        Job.Infer => job.Workload == "a" ? Job.BatchSizes.Prepend(1) : [1],
        _ => throw new NotSupportedException($"ONNX Runtime has no task {job.Task}"),
    };

    /// <summary>A prediction of the same rows into the same array, again and again.</summary>
    private sealed class Call : IDisposable
    {
        private static readonly string[] InputNames = ["x"], OutputNames = ["y"];

        private readonly InferenceSession _session;
        private readonly RunOptions _options = new();
        private readonly OrtValue[] _inputs, _outputs;

        public Call(InferenceSession session, float[] inputs, int rows)
        {
            _session = session;
            Outputs = new float[rows * session.OutputMetadata["y"].Dimensions[1]];
            _inputs = [OrtValue.CreateTensorValueFromMemory(inputs, [rows, inputs.Length / rows])];
            _outputs = [OrtValue.CreateTensorValueFromMemory(Outputs, [rows, Outputs.Length / rows])];
        }

        public float[] Outputs { get; }

        public void Run() => _session.Run(_options, InputNames, _inputs, OutputNames, _outputs);

        public void Dispose()
        {
            _inputs[0].Dispose();
            _outputs[0].Dispose();
            _options.Dispose();
        }
    }
}
