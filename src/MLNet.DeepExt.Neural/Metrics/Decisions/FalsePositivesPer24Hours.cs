using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>
/// The number of false positives in 24 hours: Σ w·1{ŷ = 1, y = 0}·24 h / Σ w·t, where t is the duration of a row. The best value is 0.
/// </summary>
/// <remarks>
/// The positive class is class 1 of a single output, or a single label. With several outputs it is <see cref="Class"/>, against all others.
///
/// Every row adds its duration, for any true and predicted label. Therefore the rows must cover whole days, and not only
/// the interesting moments. A row with a missing label (NaN) is ignored. A weight also multiplies the duration of a row, so class
/// weights would change the length of a day.
/// </remarks>
/// <param name="OfRow">The duration of a row; above 0. For rows of one second: <c>TimeSpan.FromSeconds(1)</c>.</param>
/// <example>
/// <code>
/// var metric = new FalsePositivesPer24Hours(TimeSpan.FromSeconds(2)) { Class = 1 };
/// </code>
/// </example>
public sealed record FalsePositivesPer24Hours(TimeSpan OfRow) : Metric
{
    /// <summary>
    /// The positive class or label, counted from 0. Null (default) is only for a single output; with several outputs
    /// the positive class must be set.
    /// </summary>
    public int? Class { get; init; }

    /// <inheritdoc/>
    public override string Name => FormattableString.Invariant($"false positives per 24 hours (rows of {OfRow:c})")
        + (Class is { } index ? FormattableString.Invariant($" of class {index}") : "");

    /// <inheritdoc/>
    public override bool HigherIsBetter => false;

    /// <inheritdoc/>
    public override MetricInput Input => MetricInput.Decisions;

    /// <inheritdoc/>
    public override (double Minimum, double Maximum) ValueRange => (0, double.PositiveInfinity);

    /// <inheritdoc/>
    public override string? FaultOf(int outputs, int targetWidth)
    {
        if (OfRow <= TimeSpan.Zero)
            return FormattableString.Invariant($"OfRow must be above 0 but is {OfRow:c}; give the duration of a row");
        if (targetWidth > 0 && FaultOfNumbers(outputs, targetWidth) is { } fault)
            return fault;
        if (Class is not { } index)
        {
            return outputs == 1
                ? null
                : FormattableString.Invariant($"it measures one class or label but there are {outputs} outputs; name it with OfClass or Class");
        }

        int classes = DecisionCounts.ClassesOf(outputs, targetWidth);
        return index >= 0 && index < classes
            ? null
            : FormattableString.Invariant($"Class is {index} but there are {classes} classes or labels; they are counted from 0");
    }

    /// <inheritdoc/>
    public override Measurement Begin(int outputs, int targetWidth)
    {
        double rowsOf24Hours = TimeSpan.FromHours(24) / OfRow;
        if (targetWidth > 0)
            return new OfLabel(Class ?? 0, rowsOf24Hours);
        int yes = Class ?? 1;
        return new FigureOfCounts(new DecisionCounts(outputs, targetWidth), counts => counts.FalsePositives[yes] / counts.Weights * rowsOf24Hours);
    }

    // The duration includes the rows in which this label is not missing.
    private sealed class OfLabel(int label, double rowsOf24Hours) : Measurement
    {
        private double _falsePositives;
        private double _weights;

        protected override double ValueOfRows => _falsePositives / _weights * rowsOf24Hours;

        protected override void ClearRows() => _falsePositives = _weights = 0;

        protected override void AddRow(ReadOnlySpan<float> outputs, Target<float> target, int row, double weight)
        {
            float truth = target.Values!.Row(row)[label];
            if (float.IsNaN(truth))
                return;
            _weights += weight;
            if (Decision.IsYes(outputs[label]) && !Decision.IsYes(truth))
                _falsePositives += weight;
        }
    }
}
