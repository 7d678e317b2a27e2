namespace MLNet.DeepExt.Neural.Layers;

/// <summary>A layer that subtracts the mean of each input, so that a bias before it would have no effect.</summary>
internal interface ISubtractsMean;
