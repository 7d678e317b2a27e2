using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>Reads the values of a slot, of parameters or of statistics, row-major.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="slot">One of the layer's slots.</param>
public delegate T[] SlotReader<T>(Slot slot);
