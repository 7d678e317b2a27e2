using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Tests.TestSupport;

/// <summary>A metric whose values are told beforehand, one for each time that it is measured; the last one goes on.</summary>
internal sealed record ScriptedMetric(bool IsHigherBetter, params double[] Values) : Metric
{
    public override string Name => "scripted";

    public override bool HigherIsBetter => IsHigherBetter;

    public override MetricInput Input => MetricInput.Decisions;

    public override (double Minimum, double Maximum) ValueRange => (double.NegativeInfinity, double.PositiveInfinity);

    public override string? FaultOf(int outputs, int targetWidth) => null;

    public override Measurement Begin(int outputs, int targetWidth) => new Script(Values);

    private sealed class Script(double[] values) : Measurement
    {
        private int _times;

        protected override double ValueOfRows => values[Math.Clamp(_times - 1, 0, values.Length - 1)];

        protected override void ClearRows() => _times++;

        protected override void AddRow(ReadOnlySpan<float> outputs, Target<float> target, int row, double weight)
        {
            // It knows already.
        }
    }
}
