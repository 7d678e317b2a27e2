using System.Numerics;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Persistence;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Diagnostics.Conformance;

/// <summary>Checks a layer: one of this library, or a custom one.</summary>
public static class LayerConformance
{
    private const int Rows = 9;

    /// <summary>Runs all checks, in a network that consists of the layer and a Dense.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="inputs">The number of inputs of the layer, at least 1. Default 5.</param>
    public static ConformanceReport Check(LayerSpec layer, int inputs = 5)
    {
        ArgumentNullException.ThrowIfNull(layer);
        ArgumentOutOfRangeException.ThrowIfLessThan(inputs, 1);
        var run = new ConformanceRun(layer);
        NetworkSpec? spec = null;
        run.Holds("a network can have it", () =>
        {
            spec = NetworkSpec.Input(inputs).Then(layer).Dense(3);
            return null;
        });
        if (spec is not null)
            CheckIn(run, spec, inputs);
        return run.Report;
    }

    private static void CheckIn(ConformanceRun run, NetworkSpec spec, int inputs)
    {
        var loss = new SquaredError();
        run.AtMost("its gradients are those of finite differences", 1e-6, () =>
        {
            var batch = new Batch<double>(Input<double>(inputs), Targets<double>());
            return GradientCheck.Run(new Network<double>(spec, seed: 1), loss, batch, new GradientCheckOptions { HoldMask = true }).Ratio;
        });
        run.AtMost("float agrees with double", 1e-5, () => ConformanceRun.RelativeDifference(
            Evaluate(new Network<double>(spec, seed: 1).ConvertTo<float>(), inputs, 1), Evaluate(new Network<double>(spec, seed: 1), inputs, 1)));
        run.Holds("any number of threads gives the same bits", () =>
        {
            var network = new Network<float>(spec, seed: 1);
            double[] alone = Evaluate(network, inputs, 1);
            return alone.AsSpan().SequenceEqual(Evaluate(network, inputs, 2)) && alone.AsSpan().SequenceEqual(Evaluate(network, inputs, 3))
                ? null
                : "outputs or gradients differ with 1, 2 and 3 threads";
        });
        run.Holds("a row alone is predicted as among others", () =>
        {
            var network = new Network<float>(spec, seed: 1);
            Workspace<float> pass = network.CreateWorkspace(Rows, backward: false);
            DenseBlock<float> input = Input<float>(inputs), one = new(1, inputs);
            double[] together = [.. Rowwise(network.Forward(input, pass, ForwardMode.Inference))];
            for (int row = 0; row < Rows; row++)
            {
                input.Row(row).CopyTo(one.Row(0));
                double[] alone = [.. Rowwise(network.Forward(one, pass, ForwardMode.Inference))];
                if (!alone.AsSpan().SequenceEqual(together.AsSpan(row * alone.Length, alone.Length)))
                    return FormattableString.Invariant($"row {row} has other outputs alone");
            }

            return null;
        });
        run.Holds("an input that is NaN shows in the outputs", () =>
        {
            var network = new Network<float>(spec, seed: 1);
            DenseBlock<float> input = Input<float>(inputs);
            input.Row(2).Fill(float.NaN);
            DenseBlock<float> outputs = network.Forward(input, network.CreateWorkspace(Rows), ForwardMode.Inference);
            return Rowwise(outputs).Any(double.IsNaN) ? null : "the outputs hide it, so that training would not end with an error";
        });
        AddAllocation(run, spec, inputs, loss);
        run.Optional("operators for ONNX are given", () =>
            RecordedGraph.FaultOf(graph => new Predictor(new Network<float>(spec, seed: 1), loss).Emit(graph, "x")));
        AddSaved(run, spec, inputs, loss);
    }

    private static void AddAllocation(ConformanceRun run, NetworkSpec spec, int inputs, Loss loss)
    {
        Network<float> network;
        try
        {
            network = new Network<float>(spec, seed: 1);
        }
        catch (Exception exception)
        {
            run.Holds("a pass allocates nothing", () => exception.Message);
            return;
        }

        Workspace<float> pass = network.CreateWorkspace(Rows, inputGradient: true);
        DenseBlock<float> input = Input<float>(inputs);
        Target<float> target = Targets<float>();
        Memory<float> gradient = network.CreateGradient();
        run.AllocatesNothing("a pass", () =>
        {
            DenseBlock<float> outputs = network.Forward(input, pass, ForwardMode.Train);
            loss.CostAndGradient(outputs, target, pass.OutputGradient);
            network.Backward(pass, gradient.Span);
        });
    }

    private static void AddSaved(ConformanceRun run, NetworkSpec spec, int inputs, Loss loss) => run.Add("a file gives the network back", () =>
    {
        using var file = new MemoryStream();
        var network = new Network<float>(spec, seed: 1);
        try
        {
            NetworkFile.Save(file, network, loss);
        }
        catch (InvalidOperationException exception)
        {
            return (ConformanceOutcome.Missing, exception.Message);
        }

        file.Position = 0;
        (Network<float> other, _) = NetworkFile.Load(file);
        return other.Spec.Equals(spec) && Evaluate(other, inputs, 1).AsSpan().SequenceEqual(Evaluate(network, inputs, 1))
            ? (ConformanceOutcome.Passed, "")
            : (ConformanceOutcome.Failed, $"the network is read as {other.Spec}, or has other outputs");
    });

    // Outputs, ∂J/∂θ and ∂J/∂x of a training pass.
    private static double[] Evaluate<T>(Network<T> network, int inputs, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var team = new WorkerTeam(threads);
        Workspace<T> pass = network.CreateWorkspace(Rows, inputGradient: true);
        Memory<T> gradient = network.CreateGradient();
        DenseBlock<T> outputs = network.Forward(Input<T>(inputs), pass, ForwardMode.HeldMask, team);
        new SquaredError().CostAndGradient(outputs, Targets<T>(), pass.OutputGradient);
        network.Backward(pass, gradient, accumulate: false, team);
        return
        [
            .. Rowwise(outputs),
            .. network.Parameters.Slots.SelectMany(slot => network.ReadGradient(slot, gradient.Span)).Select(double.CreateTruncating),
            .. Rowwise(pass.InputGradient!),
        ];
    }

    private static IEnumerable<double> Rowwise<T>(DenseBlock<T> block)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Enumerable.Range(0, block.Rows).SelectMany(row => Array.ConvertAll(block.Row(row).ToArray(), double.CreateTruncating));

    private static DenseBlock<T> Input<T>(int inputs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Normal<T>(new DenseBlock<T>(Rows, inputs), 1);

    private static Target<T> Targets<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Target<T> target = Target<T>.OfValues(Rows, 3);
        Normal(target.Values!, 2);
        return target;
    }

    private static DenseBlock<T> Normal<T>(DenseBlock<T> block, ulong name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CounterRandom random = ConformanceRun.Random.Derive(name);
        for (int i = 0; i < block.Rows * block.Width; i++)
            block.Row(i / block.Width)[i % block.Width] = T.CreateTruncating((float)random.Normal((ulong)i));
        return block;
    }
}
