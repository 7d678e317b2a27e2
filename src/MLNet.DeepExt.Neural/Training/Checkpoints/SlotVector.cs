using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Training;

/// <summary>A vector and the slots that it is made of.</summary>
/// <param name="Slots">In their order.</param>
/// <param name="Values">Laid out as the slots say.</param>
/// <param name="IsOptimizerState">
/// Whether an optimizer remembers it: such a number may be infinite, when the square of a gradient has overflowed, and training goes on.
/// </param>
internal readonly record struct SlotVector(IReadOnlyList<Slot> Slots, Memory<float> Values, bool IsOptimizerState = false);
