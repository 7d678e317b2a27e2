using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Training;

/// <summary>Initializes the biases from the rows of the first batch for each <see cref="Dense"/> with <see cref="Dense.DataDrivenBias"/>.</summary>
internal static class DataDrivenBias
{
    private const int Points = 5;

    /// <summary>True if a layer requires it.</summary>
    public static bool IsWanted(Network<float> network) => network.Program.Operations.Any(operation => Wants(operation.Layer));

    /// <summary>Sets the biases layer by layer, because each layer reads the outputs of the layers before it.</summary>
    /// <param name="network">The network; these biases are 0.</param>
    /// <param name="workspace">A workspace in which a forward pass has begun, but nothing is computed yet.</param>
    /// <param name="seed">The seed of training.</param>
    public static void Begin(Network<float> network, Workspace<float> workspace, int seed)
    {
        CounterRandom random = new CounterRandom((ulong)seed).Derive(RandomStreams.Biases);
        foreach ((int i, Operation<float> operation) in network.Program.Operations.Index())
        {
            Forward(i);
            if (!Wants(operation.Layer))
                continue;
            Slot bias = ((DenseLayer<float>)operation.Layer).Bias!;
            network.Parameters.Write(bias, Between(workspace.ValueOf(i + 1)!, random.Derive((ulong)i)));
            Forward(i);
        }

        void Forward(int i)
        {
            Operation<float> operation = network.Program.Operations[i];
            Rectangle all = Worker.Alone.Share(operation.Layer.ForwardSplit, workspace.Input.Rows, operation.OutputShape);
            operation.Layer.Forward(network.PassOf(workspace, i), all);
        }
    }

    private static bool Wants(Layer<float> layer) => layer is DenseLayer<float> { BeginsByRows: true };

    // z = x·W is linear, so x*·W of a combination of rows is the same combination of their z, and x* itself is not needed. Exponential random numbers
    // divided by their sum are uniformly distributed weights.
    private static float[] Between(DenseBlock<float> z, CounterRandom random)
    {
        var biases = new float[z.Width];
        for (int unit = 0; unit < biases.Length; unit++)
        {
            CounterRandom numbers = random.Derive((ulong)unit);
            double sum = 0, shares = 0;
            for (int point = 0; point < Points; point++)
            {
                double share = -Math.Log(1 - numbers.Uniform((ulong)(2 * point)));
                int row = (int)(numbers.Uniform((ulong)(2 * point + 1)) * z.Rows);
                sum += share * z.Row(row)[unit];
                shares += share;
            }

            biases[unit] = (float)(-sum / shares);
        }

        return biases;
    }
}
