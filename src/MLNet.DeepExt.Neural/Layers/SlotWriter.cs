using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>Stores the values of a parameter or of running statistics.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="slot">One of the layer's parameters or buffers.</param>
/// <param name="rowMajor">The values, in row-major order, as many as its shape has.</param>
public delegate void SlotWriter<T>(Slot slot, ReadOnlySpan<T> rowMajor);
