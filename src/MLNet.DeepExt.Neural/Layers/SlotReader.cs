using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>Reads the values of a parameter or of running statistics, in row-major order.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="slot">One of the layer's parameters or buffers.</param>
public delegate T[] SlotReader<T>(Slot slot);
