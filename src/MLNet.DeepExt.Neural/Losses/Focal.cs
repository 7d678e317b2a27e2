using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using MLNet.DeepExt.Neural.Kernels;

namespace MLNet.DeepExt.Neural.Losses;

/// <summary>
/// The focal loss: cross-entropy of a binary label per output that gives less weight to rows that are already classified well: L = -α·t·(1 -
/// p)^γ·log p - (1 - α)·(1 - t)·p^γ·log(1 - p). The output is p = σ(z) = 1 / (1 + e⁻ᶻ), the probability of the positive class. Use it if one class
/// is rare and most rows of the other class are easy.
/// </summary>
/// <remarks>
/// T. Lin et al., "Focal loss for dense object detection", 2017. A target t between 0 and 1 is a mixture of both classes, as for
/// <see cref="BinaryCrossEntropy"/>. Computed from the logits with log p = -log(1 + e⁻ᶻ) and
/// (1 - p)^γ = e^(-γ·log(1 + e^z)), which is finite for all finite logits. As easy rows have less weight, the probabilities
/// move towards ½: they rank well but are not calibrated. The target of a network with one output is a class per row, 0 (negative) or 1 (positive).
/// Otherwise it is a row with a number in [0, 1] for each output; NaN is a missing label, which has
/// no cost and no gradient. The cost of a row is the mean over all outputs.
/// </remarks>
public sealed record Focal : BinaryLoss
{
    /// <summary>Creates the loss with its default options (Focus, the γ of the formula, 2; PositiveWeight null).</summary>
    public Focal()
    {
    }

    [JsonConstructor]
    internal Focal(double focus = 2, double? positiveWeight = null) => (Focus, PositiveWeight) = (focus, positiveWeight);

    /// <summary>
    /// γ, the focusing parameter, at least 0: a larger value gives less weight to rows that are classified well. Default 2, as in the paper: a row
    /// with probability 0.9 for its true class has the weight 0.01. 0 gives the cross-entropy.
    /// </summary>
    public double Focus { get; init; } = 2;

    /// <summary>
    /// α, the weight of the positive class, in (0, 1); the negative class has 1 - α. The paper uses 0.25. Null (default): both classes have weight 1.
    /// </summary>
    public double? PositiveWeight { get; init; }

    /// <inheritdoc/>
    public override void Validate(int outputs)
    {
        if (!(Focus >= 0 && double.IsFinite(Focus)))
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"Focus must be at least 0 and finite but is {Focus}; 2 is the usual value, and 0 gives the cross-entropy."), nameof(Focus));
        }

        if (PositiveWeight is { } weight && !(weight > 0 && weight < 1))
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"PositiveWeight must be in (0, 1) but is {weight}; 0.25 is the paper's value, and null gives both classes equal weight."),
                nameof(PositiveWeight));
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void Compute<T>(in LossLines<T> lines)
    {
        Span<T> strip = stackalloc T[Lanes.Strip];
        Span<T> ofClass = stackalloc T[Lanes.Strip];
        for (int line = lines.From; line < lines.To; line++)
        {
            ReadOnlySpan<T> t = TargetOf(lines, line, ofClass)[..lines.Outputs];
            Span<T> dz = lines.WantsGradient ? lines.PaddedGradientOf(line) : default;
            lines.SetCost(line, LineCost(lines.PaddedLogitsOf(line), t, strip, dz, lines.ScaleOf(line, parts: t.Length)));
            if (lines.WantsGradient)
                dz[t.Length..].Clear();
        }
    }

    // z: (outputs padded to strips); t: (outputs); exponentials: (a strip), receives e^-|z|;
    // dz: (outputs padded to strips) receives scale · ∂L/∂z of each output, or empty.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private double LineCost<T>(ReadOnlySpan<T> z, ReadOnlySpan<T> t, Span<T> exponentials, Span<T> dz, double scale)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double ofYes = PositiveWeight ?? 1;
        double ofNo = (1 - PositiveWeight) ?? 1;
        double sum = 0;
        for (int start = 0; start < t.Length; start += Lanes.Strip)
        {
            int end = Math.Min(start + Lanes.Strip, t.Length);
            Logistic.Exponentials(end - start, z.Slice(start, Lanes.Strip), exponentials);
            for (int j = start; j < end; j++)
            {
                double logit = double.CreateTruncating(z[j]);
                double exponential = double.CreateTruncating(exponentials[j - start]);
                double yes = double.CreateTruncating(t[j]);
                double slope = 0;
                // A missing label (NaN) is neither above 0 nor below 1, and most labels are exactly 0 or 1.
                if (yes > 0)
                    sum += Side(logit, exponential, ofYes * yes, out slope);
                if (yes < 1)
                {
                    sum += Side(-logit, exponential, ofNo * (1 - yes), out double opposite);
                    slope -= opposite;
                }

                if (!dz.IsEmpty)
                    dz[j] = T.CreateTruncating(scale * slope);
            }
        }

        return sum / t.Length;
    }

    // The cost -(1 - p)^γ·log p of the class whose logit is z, with p = σ(z), and its slope -(1 - p)^γ·(1 - p - γ·p·log p).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private double Side(double z, double exponential, double weight, out double slope)
    {
        double logarithm = LogOfOnePlus(exponential);
        double surprise = Math.Max(-z, 0) + logarithm; // -log p
        double larger = 1 / (1 + exponential);
        double smaller = exponential / (1 + exponential);
        (double p, double rest) = z >= 0 ? (larger, smaller) : (smaller, larger);
        double factor = weight * Math.Exp(-Focus * (Math.Max(z, 0) + logarithm));
        slope = -factor * (rest + Focus * p * surprise);
        return factor * surprise;
    }

    // W. Kahan's method, in D. Goldberg, "What every computer scientist should know about floating-point arithmetic", 1991, theorem 4:
    // the rounding error of 1 + x cancels.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double LogOfOnePlus(double x)
    {
        double sum = 1 + x;
        return sum == 1 ? x : x * Math.Log(sum) / (sum - 1);
    }
}
