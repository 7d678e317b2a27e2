using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Losses;

namespace MLNet.DeepExt.Neural.Persistence;

/// <summary>The description of a network as it stands in a file.</summary>
internal sealed record NetworkDocument(int Inputs, LayerSpec[] Layers, Loss Loss);
