using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>
/// False positives in 24 hours: Σ w·1{ŷ = 1, y = 0}·24 h / Σ w·t, t being the time that a row is about. 0 at best.
/// </summary>
/// <remarks>
/// A yes is class 1 of a single output, or a single label. Of more outputs it is what <see cref="Class"/> names, against all others.
///
/// Every row counts its time, whatever its label and its prediction are, so that rows must be what was heard or seen all day long, and not
/// the interesting moments alone. A row whose label is missing (NaN) is left out. A weight counts a row's time as well, so that weights by
/// class would change how long a day is.
/// </remarks>
/// <param name="OfRow">The time that a row is about; above 0. Rows of one second each: <c>TimeSpan.FromSeconds(1)</c>.</param>
/// <example>
/// <code>
/// var metric = new FalsePositivesPer24Hours(TimeSpan.FromSeconds(2)) { Class = 1 };
/// </code>
/// </example>
public sealed record FalsePositivesPer24Hours(TimeSpan OfRow) : Metric
{
    /// <summary>
    /// The class or label that is a yes, counted from 0. Default null, for a single output only: where there are several, which of them is
    /// the positive class is not known.
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
            return FormattableString.Invariant($"OfRow must be above 0 but is {OfRow:c}; give the time that a row is about");
        if (targetWidth > 0 && FaultOfNumbers(outputs, targetWidth) is { } fault)
            return fault;
        if (Class is not { } index)
        {
            return outputs == 1
                ? null
                : FormattableString.Invariant($"it is of one class or label but there are {outputs} outputs; name it with OfClass or Class");
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
        return new FigureOfCounts(new DecisionCounts(outputs, targetWidth), counts => counts.Wrong[yes] / counts.Weights * rowsOf24Hours);
    }

    // The time is that of the rows that have this label, whatever others they have.
    private sealed class OfLabel(int label, double rowsOf24Hours) : Measurement
    {
        private double _wrong;
        private double _weights;

        protected override double ValueOfRows => _wrong / _weights * rowsOf24Hours;

        protected override void ClearRows() => _wrong = _weights = 0;

        protected override void AddRow(ReadOnlySpan<float> outputs, Target<float> target, int row, double weight)
        {
            float truth = target.Values!.Row(row)[label];
            if (float.IsNaN(truth))
                return;
            _weights += weight;
            if (Decision.IsYes(outputs[label]) && !Decision.IsYes(truth))
                _wrong += weight;
        }
    }
}
