using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Training.Updates;

/// <summary>What is updated, range by range, in the order of θ. Frozen parameters are in none of the ranges.</summary>
internal sealed class UpdatePlan
{
    private readonly ParameterRange[] _ranges;

    private UpdatePlan(ParameterRange[] ranges) => _ranges = ranges;

    public ReadOnlySpan<ParameterRange> Ranges => _ranges;

    /// <summary>One range for every slot that learns.</summary>
    /// <param name="network">Whose parameters.</param>
    /// <param name="layerRates">
    /// What the learning rate of a layer is multiplied by; 1 where there is no entry, and 0 where it is frozen.
    /// </param>
    public static UpdatePlan OfSlots(Network<float> network, IReadOnlyDictionary<int, double> layerRates)
    {
        var ranges = new List<ParameterRange>();
        int slotNumber = 0;
        for (int layer = 0; layer < network.Layers.Count; layer++)
        {
            if (network.Layers[layer] is not ParameterLayer<float> learns)
                continue;
            double factor = layerRates.GetValueOrDefault(layer, 1);
            foreach (Slot slot in learns.Parameters)
            {
                if (factor > 0)
                {
                    bool areWeights = slot.Kind == SlotKind.Weight;
                    ranges.Add(new ParameterRange(slot.Offset, slot.Offset + slot.Length, factor, areWeights, slotNumber));
                }

                slotNumber++;
            }
        }

        return new UpdatePlan([.. ranges]);
    }

    /// <summary>The same with neighbours joined that are updated alike: a small network has more slots than work in each.</summary>
    public UpdatePlan Joined()
    {
        var joined = new List<ParameterRange>();
        foreach (ParameterRange range in _ranges)
        {
            if (joined.Count > 0 && joined[^1] is var last && last.To == range.From && last.RateFactor == range.RateFactor
                && last.AreWeights == range.AreWeights)
            {
                joined[^1] = last with { To = range.To };
            }
            else
            {
                joined.Add(range);
            }
        }

        return new UpdatePlan([.. joined]);
    }
}
