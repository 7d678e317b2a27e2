using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Training.Updates;

/// <summary>What is updated, range by range, in the order of θ. Frozen parameters are in none of the ranges.</summary>
internal sealed class UpdatePlan
{
    private readonly ParameterRange[] _ranges;

    private UpdatePlan(ParameterRange[] ranges, int gradientLength) => (_ranges, GradientLength) = (ranges, gradientLength);

    public ReadOnlySpan<ParameterRange> Ranges => _ranges;

    /// <summary>Elements of the gradient: that of θ without the parameters of which only the lines that a batch touches are updated.</summary>
    public int GradientLength { get; }

    /// <summary>One range for every slot that learns.</summary>
    /// <param name="network">Whose parameters.</param>
    /// <param name="layerRates">
    /// What the learning rate of a layer is multiplied by, by its name; 1 where there is no entry, and 0 where it is frozen.
    /// </param>
    /// <param name="isRowSparse">Whether of a parameter of a layer only the lines that a batch touches are updated.</param>
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
    /// The ranges that have a gradient, neighbours joined that are updated alike: a small network has more slots than work in each.
    /// </summary>
    /// <param name="weightsApart">Whether weights are updated in another way than biases, scales and shifts.</param>
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
