using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>
/// The weighted share of rows whose likeliest class is right: Σ w·1{ŷ = y} / Σ w. With a single output, a probability, ŷ is 1 above
/// 0.5 and else 0. Of equal outputs the first counts.
/// </summary>
public sealed record Accuracy : Metric
{
    /// <inheritdoc/>
    public override string Name => "accuracy";

    /// <inheritdoc/>
    public override bool HigherIsBetter => true;

    internal override string? FaultOf(int outputs, Target<float> target) =>
        target.Values is null ? null : "the targets are numbers; it needs a class for each row";

    internal override Measurement Begin(int outputs) => new Count();

    private sealed class Count : Measurement
    {
        private double _right;
        private double _all;

        public override double Value => _right / _all;

        public override void Clear() => _right = _all = 0;

        public override void Add(ReadOnlySpan<float> outputs, Target<float> target, int row, double weight)
        {
            _all += weight;
            if (ClassOf(outputs) == target.Classes[row])
                _right += weight;
        }

        private static int ClassOf(ReadOnlySpan<float> outputs)
        {
            if (outputs.Length == 1)
                return outputs[0] > 0.5f ? 1 : 0;
            int best = 0;
            for (int i = 1; i < outputs.Length; i++)
            {
                if (outputs[i] > outputs[best])
                    best = i;
            }

            return best;
        }
    }
}
