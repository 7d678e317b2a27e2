using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Neural.Primitives;

namespace Extending;

/// <summary>The share of targets that are predicted within a tolerance.</summary>
public sealed record ShareWithin(double Tolerance) : Metric
{
    public override string Name => FormattableString.Invariant($"share within {Tolerance}");

    public override bool HigherIsBetter => true;

    public override MetricInput Input => MetricInput.Numbers;

    public override (double Minimum, double Maximum) ValueRange => (0, 1);

    public override string? FaultOf(int outputs, int targetWidth) => FaultOfNumbers(outputs, targetWidth);

    public override Measurement Begin(int outputs, int targetWidth) => new Sums(Tolerance);

    private sealed class Sums(double tolerance) : Measurement
    {
        private double _within;
        private double _all;

        protected override double ValueOfRows => _within / _all;

        protected override void ClearRows() => _within = _all = 0;

        protected override void AddRow(ReadOnlySpan<float> outputs, Target<float> target, int row, double weight)
        {
            ReadOnlySpan<float> values = target.Values!.Row(row);
            for (int j = 0; j < values.Length; j++)
            {
                _within += Math.Abs(outputs[j] - values[j]) <= tolerance ? weight : 0;
                _all += weight;
            }
        }
    }
}
