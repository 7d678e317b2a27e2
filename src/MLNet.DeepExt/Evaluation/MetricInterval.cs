using System.Globalization;

namespace MLNet.DeepExt.Evaluation;

/// <summary>Between which bounds a metric is, of which a set of rows has shown a sample.</summary>
/// <param name="Lower">The lower bound; NaN where it cannot be told.</param>
/// <param name="Upper">The upper bound; NaN where it cannot be told.</param>
/// <param name="Confidence">How often such bounds hold the true value between them.</param>
public readonly record struct MetricInterval(double Lower, double Upper, double Confidence)
{
    /// <summary>Such as <c>0.9012 to 0.9345, confidence 95 %</c>.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Figures.Of(Lower)} to {Figures.Of(Upper)}, confidence {100 * Confidence:0.###} %");
}
