namespace MLNet.DeepExt.Neural.Layers;

/// <summary>A layer that passes its inputs on unchanged when the network predicts.</summary>
internal interface IIdentityAtPrediction;
