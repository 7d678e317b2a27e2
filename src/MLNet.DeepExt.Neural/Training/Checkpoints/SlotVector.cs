using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Training;

/// <summary>A vector and the parameters that it contains.</summary>
/// <param name="Slots">The parameters, in order.</param>
/// <param name="Values">The values, in the layout of the parameters.</param>
/// <param name="IsOptimizerState">
/// True for optimizer state. Such a number may be infinite if the square of a gradient has overflowed; training then continues.
/// </param>
internal readonly record struct SlotVector(IReadOnlyList<Slot> Slots, Memory<float> Values, bool IsOptimizerState = false);
