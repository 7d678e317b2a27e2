namespace MLNet.DeepExt.Neural.Training;

/// <summary>What an evaluation measures.</summary>
/// <param name="Loss">The weighted mean loss.</param>
/// <param name="Accuracy">The weighted share of rows whose outputs say their class; null where rows have none.</param>
internal readonly record struct Measures(double Loss, double? Accuracy);
