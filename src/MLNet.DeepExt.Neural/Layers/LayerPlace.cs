namespace MLNet.DeepExt.Neural.Layers;

/// <summary>Where in a network a layer stands.</summary>
/// <param name="Index">Its number, counted from 0.</param>
/// <param name="Inputs">Its inputs.</param>
/// <param name="Following">The layers after it.</param>
/// <param name="Slots">Where it gets parameters and buffers.</param>
internal sealed record LayerPlace(int Index, int Inputs, IReadOnlyList<LayerSpec> Following, SlotAllocator Slots);
