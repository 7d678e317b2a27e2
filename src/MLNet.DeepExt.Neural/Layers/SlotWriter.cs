using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>Stores the values of a slot, of parameters or of statistics.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="slot">One of the layer's slots.</param>
/// <param name="rowMajor">As many values as its shape has, row-major.</param>
public delegate void SlotWriter<T>(Slot slot, ReadOnlySpan<T> rowMajor);
