using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Training.Calibration;

/// <summary>The layers that compute the logits of a network: one, or one for each network of an ensemble.</summary>
internal sealed class OutputHeads
{
    private OutputHeads(IReadOnlyList<Operation<float>> operations) => Operations = operations;

    /// <summary>Their operations, in order.</summary>
    public IReadOnlyList<Operation<float>> Operations { get; }

    /// <summary>Their parameters.</summary>
    public IEnumerable<Slot> Parameters => Operations.SelectMany(operation => operation.Layer.Parameters);

    /// <summary>True if each has a bias.</summary>
    public bool HaveBias => Operations.All(operation => operation.Layer.Parameters.Any(slot => slot.Kind == SlotKind.Bias));

    /// <summary>Finds the heads of a network.</summary>
    /// <param name="program">The operations of the network.</param>
    /// <returns>Null if one of them is neither a <see cref="Dense"/> nor a <see cref="MemberDense"/>.</returns>
    public static OutputHeads? Of(Program<float> program)
    {
        var heads = new List<Operation<float>>();
        return Add(program.Operations.Count) ? new OutputHeads(heads) : null;

        // Operation i writes value i + 1.
        bool Add(int value)
        {
            if (value == 0)
                return false;
            Operation<float> operation = program.Operations[value - 1];
            if (operation.Layer is JoinLayer<float>)
                return Add(operation.Input) && Add(operation.Skip);
            heads.Add(operation);
            return operation.Spec is Dense or MemberDense;
        }
    }

    /// <summary>Returns the reason why the outputs cannot be calibrated; null if they can be.</summary>
    /// <param name="frozen">The names of the frozen layers.</param>
    public string? FaultOf(IReadOnlySet<string> frozen) => Operations.FirstOrDefault(operation => frozen.Contains(operation.Name)) is { } head
        ? $"The outputs are not calibrated, because layer {head.Label} is frozen; give it a rate above 0 (LayerRates) to calibrate them."
        : null;
}
