using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Training;

/// <summary>Counts weights that are exactly 0.</summary>
internal static class WeightSparsity
{
    /// <summary>Returns the fraction of weights of a network that are 0, without biases and scales. NaN if it has no weights.</summary>
    public static double Of(Network<float> network)
    {
        long zeros = 0, all = 0;
        foreach (Slot slot in network.Parameters.Slots.Where(slot => slot.Kind == SlotKind.Weight))
        {
            // Padding, which is always 0, does not count.
            int padding = slot.Length - slot.Shape.Count;
            zeros += network.Parameters.Values.Slice(slot.Offset, slot.Length).Count(0f) - padding;
            all += slot.Shape.Count;
        }

        return zeros / (double)all;
    }
}
