using MLNet.DeepExt.Benchmarks.Contenders;
using MLNet.DeepExt.Benchmarks.Measuring;
using MLNet.DeepExt.Benchmarks.Workloads;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNet.DeepExt.Benchmarks.Peers.Torch;

/// <summary>TorchSharp over libtorch, written as its users write it.</summary>
internal static class TorchContender
{
    public static Contender Create() => new("torch", Prepare, Measure);

    private static string Prepare()
    {
        TorchLibrary.Load();
        Version sharp = typeof(torch).Assembly.GetName().Version!, native = Version.Parse(__version__);
        return $"TorchSharp {sharp.ToString(3)}, libtorch {native.ToString(3)}";
    }

    private static void Measure(Job job, Reporter report)
    {
        set_num_threads(job.Threads);
        manual_seed(1);
        Workload workload = Workload.Named(job.Workload);
        switch (job.Task)
        {
            case Job.Train:
                Train(workload, job, report);
                break;
            case Job.Infer:
                Infer(workload, report);
                break;
            default:
                throw new NotSupportedException($"TorchSharp has no task {job.Task} here");
        }
    }

    private static void Train(Workload workload, Job job, Reporter report)
    {
        WorkloadData data = job.LoadData(report);
        using Tensor x = tensor(data.Features, workload.Rows, workload.Spec.Inputs);
        using Tensor y = workload.IsBinary
            ? tensor(data.Classes, workload.Rows, 1).to_type(ScalarType.Float32)
            : tensor(data.Classes).to_type(ScalarType.Int64);
        using Sequential network = TorchNetwork.Create(workload);
        using var optimizer = optim.Adam(network.parameters(), lr: 1e-3);
        network.train();

        var meter = new EpochMeter(Workload.Epochs, workload.StepsPerEpoch);
        double loss = 0;
        for (int epoch = 1; epoch <= Workload.Epochs; epoch++)
        {
            using Tensor order = randperm(workload.Rows);
            loss = 0;
            for (int from = 0; from < workload.Rows; from += workload.BatchSize)
            {
                using var scope = NewDisposeScope();
                int rows = Math.Min(workload.BatchSize, workload.Rows - from);
                Tensor members = order.narrow(0, from, rows);
                Tensor target = y.index_select(0, members);
                optimizer.zero_grad();
                Tensor outputs = network.forward(x.index_select(0, members));
                Tensor cost = workload.IsBinary
                    ? nn.functional.binary_cross_entropy_with_logits(outputs, target)
                    : nn.functional.cross_entropy(outputs, target);
                cost.backward();
                optimizer.step();
                loss += cost.ToSingle() * (double)rows / workload.Rows;
                meter.EndStep();
            }

            meter.EndEpoch();
        }

        report.Figure(workload.Name, meter.SecondsOfAnEpoch);
        report.Figure(Job.Allocated(workload.Name), meter.AllocatedPerStep);
        report.Figure(Job.FinalLoss(workload.Name), loss);
    }

    // What goes in stands ready as a tensor, and what comes out stays one: less work than a caller with arrays has.
    private static void Infer(Workload workload, Reporter report)
    {
        var sample = new SampleNetwork(workload);
        using Sequential network = TorchNetwork.CreateTrained(sample);
        using var inference = inference_mode();
        sample.RequireSameOutputs((inputs, rows) => [.. network.forward(tensor(inputs, rows, workload.Spec.Inputs)).data<float>()]);
        foreach (int rows in workload.Name == "a" ? Job.BatchSizes.Prepend(1) : [1])
        {
            using Tensor x = tensor(sample.Inputs(rows), rows, workload.Spec.Inputs);
            report.Figure(Job.InferenceCase(workload.Name, rows), Timing.SecondsPerCall(() =>
            {
                using var scope = NewDisposeScope();
                network.forward(x);
            }));
        }
    }
}
