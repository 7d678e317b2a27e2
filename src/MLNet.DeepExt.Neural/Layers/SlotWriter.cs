using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>Stores the values of a slot, row-major.</summary>
internal delegate void SlotWriter<T>(Slot slot, ReadOnlySpan<T> rowMajor);
