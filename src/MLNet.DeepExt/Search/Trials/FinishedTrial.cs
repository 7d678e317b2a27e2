namespace MLNet.DeepExt.Search;

/// <summary>A trial that has ended and that a sampler learns from.</summary>
/// <param name="Number">The number of the trial, from 0.</param>
/// <param name="Parameters">What was tried.</param>
internal readonly record struct FinishedTrial(int Number, TrialParameters Parameters);
