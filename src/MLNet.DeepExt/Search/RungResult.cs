namespace MLNet.DeepExt.Search;

/// <summary>What a trial came to at a rung.</summary>
/// <param name="Figures">In the order of the criteria.</param>
/// <param name="Seconds">How long it took to get there from the rung before.</param>
/// <param name="Rows">On how many rows metrics were measured; null where none was.</param>
internal sealed record RungResult(IReadOnlyList<double> Figures, double Seconds, long? Rows = null);
