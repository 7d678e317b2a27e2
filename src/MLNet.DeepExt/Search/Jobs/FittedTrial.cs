using Microsoft.ML;

namespace MLNet.DeepExt.Search;

/// <summary>What fitting a pipeline came to.</summary>
/// <param name="Model">The model.</param>
/// <param name="IgnoresEpochs">Whether nothing in it asked how long to train.</param>
/// <param name="LabelColumnName">The label column that its trainers of ML.NET learned from; null where there is none, or several.</param>
internal sealed record FittedTrial(ITransformer Model, bool IgnoresEpochs, string? LabelColumnName);
