namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>
/// How often in 24 hours a yes is said of what is a no: Σ w·1{ŷ = 1, y = 0}·24 h / Σ w·t, t being the time that a row is about. Of two
/// classes, or of a single label. 0 at best.
/// </summary>
/// <remarks>
/// Every row counts its time, whatever it is and whatever is said of it, so that rows must be what was heard or seen all day long, and not
/// the interesting moments alone. A row whose label is missing (NaN) is left out.
/// </remarks>
/// <param name="OfRow">The time that a row is about; above 0. Rows of one second each: <c>TimeSpan.FromSeconds(1)</c>.</param>
/// <example>
/// <code>
/// var metric = new FalsePositivesPer24Hours(TimeSpan.FromSeconds(2));
/// </code>
/// </example>
public sealed record FalsePositivesPer24Hours(TimeSpan OfRow) : Metric
{
    /// <inheritdoc/>
    public override string Name => FormattableString.Invariant($"false positives per 24 hours (rows of {OfRow:c})");

    /// <inheritdoc/>
    public override bool HigherIsBetter => false;

    /// <inheritdoc/>
    public override MetricInput Input => MetricInput.Decisions;

    internal override string? FaultOf(int outputs, int targetWidth)
    {
        if (OfRow <= TimeSpan.Zero)
            return FormattableString.Invariant($"OfRow must be above 0 but is {OfRow:c}; give the time that a row is about");
        if (targetWidth > 0 && FaultOfNumbers(outputs, targetWidth) is { } fault)
            return fault;
        return FaultOfYesOrNo(outputs, targetWidth, "leave it out");
    }

    internal override Measurement Begin(int outputs, int targetWidth)
    {
        double rowsOf24Hours = TimeSpan.FromHours(24) / OfRow;
        return new FigureOfCounts(new DecisionCounts(outputs, targetWidth), counts => counts.Wrong[^1] / counts.Weights * rowsOf24Hours);
    }
}
