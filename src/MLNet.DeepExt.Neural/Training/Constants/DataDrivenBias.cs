using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Training;

/// <summary>Has the biases begin by the rows of the first batch, where a <see cref="Dense"/> wants it.</summary>
internal static class DataDrivenBias
{
    private const int Points = 5;

    /// <summary>Whether a layer wants it.</summary>
    public static bool IsWanted(Network<float> network) => network.Program.Operations.Any(operation => Wants(operation.Layer));

    /// <summary>Sets them, layer after layer, since each reads what those before it make of the rows.</summary>
    /// <param name="network">The network; these biases are 0.</param>
    /// <param name="workspace">A pass forward has begun in it, and nothing is computed yet.</param>
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

    // Of z = x·W: what x*·W is of a point between rows is the same between their z, so that no point has to be made. Shares of a whole that are
    // exponential numbers over their sum are drawn evenly.
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
