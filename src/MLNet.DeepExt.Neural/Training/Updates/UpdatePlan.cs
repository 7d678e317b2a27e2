using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Training.Updates;

/// <summary>The ranges of θ that are updated, in the order of θ. Frozen parameters are not included.</summary>
internal sealed class UpdatePlan
{
    private readonly ParameterRange[] _ranges;

    private UpdatePlan(ParameterRange[] ranges, int gradientLength) => (_ranges, GradientLength) = (ranges, gradientLength);

    public ReadOnlySpan<ParameterRange> Ranges => _ranges;

    /// <summary>The length of the gradient: that of θ without lazily updated parameters.</summary>
    public int GradientLength { get; }

    /// <summary>Creates one range for every trained parameter.</summary>
    /// <param name="network">The network.</param>
    /// <param name="layerRates">
    /// The factors of the learning rates of layers by name; 1 for a layer without an entry, and 0 for a frozen layer.
    /// </param>
    /// <param name="isRowSparse">True if a parameter of a layer is updated lazily.</param>
    public static UpdatePlan OfSlots(
        Network<float> network, IReadOnlyDictionary<string, double> layerRates, Func<int, Slot, bool> isRowSparse)
    {
        var ranges = new List<ParameterRange>();
        int slotNumber = 0, gradientLength = 0;
        foreach ((int layer, Operation<float> operation) in network.Program.Operations.Index())
        {
            double factor = LayerRate.Of(operation, layerRates);
            foreach (Slot slot in operation.Layer.Parameters)
            {
                bool hasGradient = !isRowSparse(layer, slot);
                if (factor > 0)
                {
                    ranges.Add(new ParameterRange(
                        slot.Offset, slot.Offset + slot.Length, hasGradient ? gradientLength : -1, factor * slot.RateFactor, slot.DecayFactor,
                        slot.Kind == SlotKind.Weight, layer, slotNumber));
                }

                gradientLength += hasGradient ? slot.Length : 0;
                slotNumber++;
            }
        }

        return new UpdatePlan([.. ranges], gradientLength);
    }

    /// <summary>
    /// Creates the ranges with a gradient, joining adjacent ranges with equal rules: a small network has many parameters with little work each.
    /// </summary>
    /// <param name="weightsApart">True if weights are updated differently from biases, scales and shifts.</param>
    public UpdatePlan Joined(bool weightsApart)
    {
        var joined = new List<ParameterRange>();
        foreach (ParameterRange range in _ranges)
        {
            if (!range.HasGradient)
                continue;
            if (joined.Count > 0 && joined[^1] is var last && last.To == range.From && last.RateFactor == range.RateFactor
                && (!weightsApart || (last.DecayFactor == range.DecayFactor && last.AreWeights == range.AreWeights)))
            {
                joined[^1] = last with { To = range.To };
            }
            else
            {
                joined.Add(range);
            }
        }

        return new UpdatePlan([.. joined], GradientLength);
    }
}
