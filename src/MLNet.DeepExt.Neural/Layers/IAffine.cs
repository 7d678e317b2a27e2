namespace MLNet.DeepExt.Neural.Layers;

/// <summary>A layer whose outputs at prediction are a linear function of its inputs, up to a shift.</summary>
internal interface IAffine;
