using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>
/// The weighted fraction of rows whose labels are all predicted correctly, with positive above 0.5: Σ w·1{ŷ = y} / Σ w, where y are all labels of a
/// row.
/// </summary>
/// <remarks>A label that is missing (NaN) is ignored, and so is a row without labels.</remarks>
public sealed record SubsetAccuracy : Metric
{
    /// <inheritdoc/>
    public override string Name => "subset accuracy";

    /// <inheritdoc/>
    public override bool HigherIsBetter => true;

    /// <inheritdoc/>
    public override MetricInput Input => MetricInput.Decisions;

    /// <inheritdoc/>
    public override (double Minimum, double Maximum) ValueRange => (0, 1);

    /// <inheritdoc/>
    public override string? FaultOf(int outputs, int targetWidth) => FaultOfNumbers(outputs, targetWidth);

    /// <inheritdoc/>
    public override Measurement Begin(int outputs, int targetWidth) => new MeanOfRows(IsRight);

    private static double? IsRight(ReadOnlySpan<float> outputs, Target<float> target, int row)
    {
        ReadOnlySpan<float> labels = target.Values!.Row(row);
        double? right = null;
        for (int j = 0; j < labels.Length; j++)
        {
            if (float.IsNaN(labels[j]))
                continue;
            if (Decision.IsYes(outputs[j]) != Decision.IsYes(labels[j]))
                return 0;
            right = 1;
        }

        return right;
    }
}
