using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Training;

/// <summary>A vector and the slots that it is made of.</summary>
/// <param name="Slots">In their order.</param>
/// <param name="Values">Laid out as the slots say.</param>
internal readonly record struct SlotVector(IReadOnlyList<Slot> Slots, Memory<float> Values);
