namespace MLNet.DeepExt.Search;

/// <summary>What a trial came to at a rung.</summary>
/// <param name="Figures">In the order of the criteria.</param>
/// <param name="Seconds">How long it took to get there from the rung before.</param>
/// <param name="Rows">On how many rows metrics were measured; null where none was.</param>
internal sealed record RungResult(IReadOnlyList<double> Figures, double Seconds, long? Rows = null)
{
    /// <summary>
    /// The places of the costly criteria that were not measured, because the trial could not win by then. Their figures are the best that
    /// there could be, so that a trial is not held back by unknown figures.
    /// </summary>
    public IReadOnlyList<int> Open { get; init; } = [];
}
