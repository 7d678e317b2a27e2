using MLNet.DeepExt.Neural.Regularizers;

namespace Extending;

/// <summary>A penalty that pulls on large weights less than L2 does: λ/(2m)·Σ log(1 + W²).</summary>
public sealed record LogPenalty(double Lambda) : Regularizer
{
    public override double Penalty<T>(ReadOnlySpan<T> weights, int rows)
    {
        double sum = 0;
        foreach (T weight in weights)
            sum += Math.Log(1 + double.CreateTruncating(weight * weight));
        return Lambda / (2.0 * rows) * sum;
    }

    public override void AddGradient<T>(ReadOnlySpan<T> weights, Span<T> gradient, int rows)
    {
        for (int i = 0; i < weights.Length; i++)
        {
            double weight = double.CreateTruncating(weights[i]);
            gradient[i] += T.CreateTruncating(Lambda / rows * weight / (1 + weight * weight));
        }
    }

    public override void Validate()
    {
        if (!(Lambda > 0 && double.IsFinite(Lambda)))
            throw new ArgumentException(FormattableString.Invariant($"Lambda must be above 0 but is {Lambda}; 0.01 is usual."), nameof(Lambda));
    }
}
