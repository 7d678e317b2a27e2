using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Diagnostics;

/// <summary>
/// Compares the gradient that backpropagation computes with the slope of the cost: for every parameter θᵢ,
/// (J(θ + ε·eᵢ) - J(θ - ε·eᵢ)) / 2ε. It runs the code that trains, in double.
/// </summary>
/// <remarks>
/// The figure is ‖approximation - gradient‖₂ / (‖approximation‖₂ + ‖gradient‖₂). Dropout keeps one mask throughout, and
/// batch norm uses the statistics of the batch. The largest network worth checking has a few thousand parameters: each
/// costs two forward passes.
/// </remarks>
/// <example>
/// <code>
/// GradientCheckReport report = GradientCheck.Run(network.ConvertTo&lt;double&gt;(), new SoftmaxCrossEntropy(), batch);
/// Console.WriteLine(report);
/// </code>
/// </example>
public static class GradientCheck
{
    /// <summary>Checks a network on a batch. The network is as before afterwards.</summary>
    /// <param name="network">Any network in double.</param>
    /// <param name="loss">The cost.</param>
    /// <param name="batch">Rows to compute it on. Sparse rows have no gradient of the input, which is then not checked.</param>
    /// <param name="epsilon">ε, above 0. Default 1e-5: in double, smaller values drown in rounding.</param>
    /// <exception cref="ArgumentException">The batch does not fit the network or the loss.</exception>
    public static GradientCheckReport Run(Network<double> network, Loss loss, Batch<double> batch, double epsilon = 1e-5)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(batch);
        if (!(epsilon > 0 && double.IsFinite(epsilon)))
        {
            throw new ArgumentException(
                FormattableString.Invariant($"epsilon must be above 0 but is {epsilon}; 1e-5 is the usual value."), nameof(epsilon));
        }

        loss.Validate(network.Spec.Outputs, batch.Target);
        double totalWeight = batch.TotalWeight();
        if (!(totalWeight > 0))
        {
            throw new ArgumentException(
                FormattableString.Invariant($"The weights of the batch sum to {totalWeight}; give at least one row a weight above 0."),
                nameof(batch));
        }


        var input = batch.Inputs as DenseBlock<double>;
        Workspace<double> workspace = network.CreateWorkspace(batch.Inputs.Capacity, inputGradient: input is not null);
        Workspace<double> probe = network.CreateWorkspace(batch.Inputs.Capacity, backward: false);
        var costs = new double[batch.Rows];
        Memory<double> gradient = network.CreateGradient();
        DenseBlock<double> logits = network.Forward(batch.Inputs, workspace, ForwardMode.HeldMask);
        loss.CostAndGradient(logits, batch.Target, batch.Weights, totalWeight, costs, workspace.OutputGradient, 0, batch.Rows);
        network.Backward(workspace, gradient.Span);

        var parts = new List<GradientCheckPart>();
        foreach (Slot slot in network.Parameters.Slots)
            parts.Add(CheckSlot(slot));
        if (input is not null)
            parts.Add(CheckInput(input));
        return new GradientCheckReport(parts);

        GradientCheckPart CheckSlot(Slot slot)
        {
            var slopes = new double[slot.Shape.Count];
            for (int i = 0; i < slopes.Length; i++)
                slopes[i] = Slope(ref network.Parameters.Values[slot.IndexOf(i / slot.Shape.Columns, i % slot.Shape.Columns)]);
            return GradientCheckPart.Compare(slot.Name, slopes, network.ReadGradient(slot, gradient.Span));
        }

        GradientCheckPart CheckInput(DenseBlock<double> input)
        {
            var slopes = new double[batch.Rows * network.Spec.Inputs];
            var expected = new double[slopes.Length];
            for (int i = 0; i < slopes.Length; i++)
            {
                slopes[i] = Slope(ref input.Row(i / network.Spec.Inputs)[i % network.Spec.Inputs]);
                expected[i] = workspace.InputGradient!.Row(i / network.Spec.Inputs)[i % network.Spec.Inputs];
            }

            return GradientCheckPart.Compare("input", slopes, expected);
        }

        double Slope(ref double coordinate)
        {
            double value = coordinate;
            try
            {
                coordinate = value + epsilon;
                double above = Cost();
                coordinate = value - epsilon;
                return (above - Cost()) / (2 * epsilon);
            }
            finally
            {
                coordinate = value;
            }
        }

        double Cost()
        {
            DenseBlock<double> outputs = network.Forward(batch.Inputs, probe, ForwardMode.HeldMask);
            loss.Cost(outputs, batch.Target, costs, 0, batch.Rows);
            return batch.WeightedSum(costs) / totalWeight;
        }
    }
}
