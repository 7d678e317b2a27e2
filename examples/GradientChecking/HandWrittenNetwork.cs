using MLNet.DeepExt.Neural.Diagnostics;

namespace GradientChecking;

/// <summary>
/// Three layers, 4 - 5 - 3 - 1, of tanh units and a squared error, with their backpropagation written out: what somebody might have
/// written who does not use this library's engine, and would like to know whether it is right.
/// </summary>
internal sealed class HandWrittenNetwork(Bugs bugs)
{
    private const int Rows = 6; // m

    private static readonly int[] Widths = [4, 5, 3, 1];

    /// <summary>Checks it at random parameters.</summary>
    public GradientCheckReport Check()
    {
        var random = new Random(3);
        double[] theta = [.. Numbers(random, Parts().Sum(part => part.Length))];
        double[][] x = [.. Enumerable.Range(0, Rows).Select(_ => Numbers(random, Widths[0]))];
        double[] targets = Numbers(random, Rows);
        return GradientCheck.Run(theta, at => Cost(at, x, targets), Gradient(theta, x, targets), Parts());
    }

    // θ = W1, b1, W2, b2, W3, b3. W: (inputs, units), row-major.
    private static (string Name, int Length)[] Parts() =>
        [.. Enumerable.Range(1, Widths.Length - 1).SelectMany(layer => new[]
        {
            ($"W{layer}", Widths[layer - 1] * Widths[layer]),
            ($"b{layer}", Widths[layer]),
        })];

    private static double Cost(double[] theta, double[][] x, double[] targets) =>
        Enumerable.Range(0, Rows).Average(row => Math.Pow(Activations(theta, x[row])[^1][0] - targets[row], 2) / 2);

    // The inputs, and the activations of each layer.
    private static double[][] Activations(double[] theta, double[] x)
    {
        var activations = new double[Widths.Length][];
        activations[0] = x;
        for (int layer = 1, start = 0; layer < Widths.Length; layer++)
        {
            (int inputs, int units) = (Widths[layer - 1], Widths[layer]);
            activations[layer] = new double[units];
            for (int unit = 0; unit < units; unit++)
            {
                double z = theta[start + inputs * units + unit];
                for (int input = 0; input < inputs; input++)
                    z += activations[layer - 1][input] * theta[start + input * units + unit];
                activations[layer][unit] = Math.Tanh(z);
            }

            start += (inputs + 1) * units;
        }

        return activations;
    }

    private double[] Gradient(double[] theta, double[][] x, double[] targets)
    {
        var gradient = new double[theta.Length];
        for (int row = 0; row < Rows; row++)
        {
            double[][] activations = Activations(theta, x[row]);
            double[] da = [activations[^1][0] - targets[row]];
            for (int layer = Widths.Length - 1, start = theta.Length; layer >= 1; layer--)
            {
                start -= (Widths[layer - 1] + 1) * Widths[layer];
                da = Backward(layer, start, theta, activations, da, gradient);
            }
        }

        return gradient;
    }

    // Adds the gradient of one row to that of a layer, whose parameters begin at start; returns that of its inputs.
    private double[] Backward(int layer, int start, double[] theta, double[][] activations, double[] da, double[] gradient)
    {
        (int inputs, int units) = (Widths[layer - 1], Widths[layer]);
        double ofWeights = (bugs.HasFlag(Bugs.DoubledWeights2) && layer == 2 ? 2.0 : 1.0) / Rows;
        double ofBias = (bugs.HasFlag(Bugs.FourfoldBias1) && layer == 1 ? 4.0 : 1.0) / Rows;
        var dx = new double[inputs];
        for (int unit = 0; unit < units; unit++)
        {
            double a = activations[layer][unit];
            double dz = da[unit] * (1 - a * a);
            gradient[start + inputs * units + unit] += ofBias * dz;
            for (int input = 0; input < inputs; input++)
            {
                gradient[start + input * units + unit] += ofWeights * dz * activations[layer - 1][input];
                dx[input] += theta[start + input * units + unit] * dz;
            }
        }

        return dx;
    }

    private static double[] Numbers(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => 2 * random.NextDouble() - 1)];
}
