using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Diagnostics;

/// <summary>
/// Compares the gradient that backpropagation computes with the slope of the cost: for every parameter θᵢ,
/// (J(θ + ε·eᵢ) - J(θ - ε·eᵢ)) / 2ε. It runs the training code in double precision.
/// </summary>
/// <remarks>
/// The result is ‖approximation - gradient‖₂ / (‖approximation‖₂ + ‖gradient‖₂). Check a network when it is new and again after
/// some training, but not during training: each parameter needs two forward passes, so the largest practical network has a
/// few thousand parameters. Batch norm uses the statistics of the batch. If the input of a ReLU changes its sign within ±ε, in any row, the
/// cost has a kink and the quotient is not a slope: such coordinates are skipped and counted. After training the gradient may be so
/// small that the quotient contains only the rounding error of J. The effect of rounding is estimated (<see
/// cref="GradientCheckPart.RoundingNorm"/>), and a difference that it explains counts as none.
/// </remarks>
/// <example>
/// <code>
/// GradientCheckReport report = GradientCheck.Run(network.ConvertTo&lt;double&gt;(), new SoftmaxCrossEntropy(), batch);
/// Console.WriteLine(report);
/// </code>
/// </example>
public static class GradientCheck
{
    /// <summary>Checks a network on a batch. The network is unchanged afterwards.</summary>
    /// <param name="network">Any network in double.</param>
    /// <param name="loss">The cost.</param>
    /// <param name="batch">The rows. Sparse rows have no gradient of the input, which is then not checked.</param>
    /// <param name="options">The options; by default no regularization and ε = 1e-5.</param>
    /// <exception cref="ArgumentException">
    /// The batch does not fit the network or the loss, an option is out of its range, or the network has dropout and
    /// <see cref="GradientCheckOptions.HoldMask"/> is not set.
    /// </exception>
    public static GradientCheckReport Run(Network<double> network, Loss loss, Batch<double> batch, GradientCheckOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        options ??= new GradientCheckOptions();
        options.Validate();
        if (!options.HoldMask)
            RequireNoDropout(network.Spec);

        var pass = new CostPass<double>(network, loss, batch, options.Regularizer, options.Epsilon);
        Memory<double> gradient = network.CreateGradient();
        pass.Gradient(gradient.Span, out DenseBlock<double>? inputGradient);
        pass.Cost();
        pass.RememberSides();

        var quotients = new DifferenceQuotients(pass.Cost, pass.KeptSides, options.Epsilon);
        (Slot Slot, int Index)[] all =
            [.. network.Parameters.Slots.SelectMany(slot => Enumerable.Range(0, slot.Shape.Count).Select(i => (slot, i)))];
        quotients.MeasureNoise(all.Length, i => ref ParameterOf(all[i].Slot, all[i].Index));
        var parts = new List<GradientCheckPart>();
        foreach (Slot slot in network.Parameters.Slots)
        {
            parts.Add(quotients.Compare(
                slot.Name, i => ref ParameterOf(slot, i), network.ReadGradient(slot, gradient.Span),
                i => pass.IsNearKink(slot, ParameterOf(slot, i))));
        }

        if (inputGradient is not null)
        {
            int width = network.Spec.Inputs;
            double[] expected = [.. Enumerable.Range(0, batch.Rows).SelectMany(row => inputGradient.Row(row).ToArray())];
            parts.Add(quotients.Compare("input", i => ref ((DenseBlock<double>)batch.Inputs).Row(i / width)[i % width], expected));
        }

        return new GradientCheckReport(parts);

        ref double ParameterOf(Slot slot, int i) =>
            ref network.Parameters.Values[slot.IndexOf(i / slot.Shape.Columns, i % slot.Shape.Columns)];
    }

    /// <summary>Checks any gradient, computed by any program, against any cost.</summary>
    /// <remarks>Kinks of the cost are unknown here, so no coordinate is skipped.</remarks>
    /// <param name="parameters">θ. Changed during the check, and restored afterwards.</param>
    /// <param name="cost">J as a function of the parameters. It must be deterministic.</param>
    /// <param name="gradient">The gradient to check, with the length of <paramref name="parameters"/>.</param>
    /// <param name="parts">
    /// Names and lengths of the parts of θ in order, such as <c>[("W1", 12), ("b1", 3)]</c>; the sum of their lengths is that of θ. By
    /// default one part.
    /// </param>
    /// <param name="epsilon">ε, above 0. Default 1e-5.</param>
    /// <exception cref="ArgumentException">The lengths differ, or <paramref name="epsilon"/> is out of its range.</exception>
    /// <exception cref="InvalidOperationException">The cost differs for equal parameters.</exception>
    /// <example>
    /// <code>
    /// GradientCheckReport report = GradientCheck.Run([3.0], theta => theta[0] * theta[0], [6.0]);
    /// </code>
    /// </example>
    public static GradientCheckReport Run(
        double[] parameters, Func<double[], double> cost, double[] gradient, IReadOnlyList<(string Name, int Length)>? parts = null,
        double epsilon = 1e-5)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(cost);
        ArgumentNullException.ThrowIfNull(gradient);
        GradientCheckOptions.RequireEpsilon(epsilon, nameof(epsilon));
        parts ??= [("parameters", parameters.Length)];
        if (gradient.Length != parameters.Length)
        {
            throw new ArgumentException(
                $"The gradient has {gradient.Length} elements but there are {parameters.Length} parameters; it needs one for each.",
                nameof(gradient));
        }

        if (parts.Any(part => part.Length < 0) || parts.Sum(part => (long)part.Length) != parameters.Length)
        {
            throw new ArgumentException(
                $"The parts have {string.Join(" + ", parts.Select(part => part.Length))} elements "
                + $"but there are {parameters.Length} parameters; together they must have as many.",
                nameof(parts));
        }

        var quotients = new DifferenceQuotients(() => cost(parameters), () => true, epsilon);
        quotients.MeasureNoise(parameters.Length, i => ref parameters[i]);
        var report = new List<GradientCheckPart>();
        int start = 0;
        foreach ((string name, int length) in parts)
        {
            int from = start;
            report.Add(quotients.Compare(name, i => ref parameters[from + i], gradient.AsSpan(from, length)));
            start += length;
        }

        return new GradientCheckReport(report);
    }

    private static void RequireNoDropout(NetworkSpec spec)
    {
        foreach (Operation<float> operation in spec.Program.Operations)
        {
            if (operation.Spec is Dropout { KeepProbability: < 1 })
            {
                throw new ArgumentException(
                    $"The network has the layer {operation.Label}, which drops other units in every pass and with them changes the cost; "
                    + "check the network without it, or set HoldMask to keep one mask throughout.",
                    "network");
            }
        }
    }
}
