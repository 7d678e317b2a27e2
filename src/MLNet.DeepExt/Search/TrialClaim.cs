namespace MLNet.DeepExt.Search;

/// <summary>Who is at work on a trial, and how far it is to go.</summary>
internal readonly record struct TrialClaim(int Rung, int Worker);
