using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>Reads the values of a slot, of parameters or of buffers, row-major.</summary>
internal delegate float[] SlotReader(Slot slot);
