namespace MLNet.DeepExt.Search;

/// <summary>Who is at work on a trial, and how far it is to go.</summary>
/// <param name="Rung">How far it is to go, counted from 0.</param>
/// <param name="Worker">Who is at it.</param>
/// <param name="Checkpoint">From which checkpoint it goes on; null for none.</param>
/// <param name="IsReleased">Whether they gave it up; the next worker may take it.</param>
internal readonly record struct TrialClaim(int Rung, int Worker, string? Checkpoint = null, bool IsReleased = false);
