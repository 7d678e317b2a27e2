namespace MLNet.DeepExt.Search;

/// <summary>A model that is kept in memory, and what it is of.</summary>
internal sealed record KeptModel(int Trial, int Rung, FittedTrial Fitted);
