using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using MLNet.DeepExt.Neural.Kernels;

namespace MLNet.DeepExt.Neural.Losses;

/// <summary>
/// Cross-entropy of a yes or no per output that turns away from what is already right:
/// L = -α·t·(1 - p)^γ·log p - (1 - α)·(1 - t)·p^γ·log(1 - p), with p = σ(z) = 1 / (1 + e⁻ᶻ), the probability of yes, as output. For
/// tasks where one of both answers is rare and the other mostly easy.
/// </summary>
/// <remarks>
/// T. Lin et al., "Focal loss for dense object detection", 2017; a target t between no and yes is, as for
/// <see cref="BinaryCrossEntropy"/>, a mixture of both. Computed from the logits by way of log p = -log(1 + e⁻ᶻ) and
/// (1 - p)^γ = e^(-γ·log(1 + e^z)), so that it stays finite for any finite logits. As easy rows count for less, the probabilities
/// are drawn towards ½: they rank well and are no calibrated probabilities. The target is a class per row, 0 for no and 1 for yes,
/// where the network has a single output; or a row with a number in [0, 1] for each output, NaN where a label is missing: it has
/// neither a cost nor a gradient. The cost of a row is the mean over all its outputs.
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
    /// γ, at least 0: how much less counts what is nearly right. Default 2, the paper's choice, with which a probability of 0.9 for
    /// the right answer counts a hundredth. 0 gives the cross-entropy.
    /// </summary>
    public double Focus { get; init; } = 2;

    /// <summary>
    /// α, in (0, 1): the weight of a yes, where a no has 1 - α; the paper has 0.25. Default null: both have the weight 1.
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
                $"PositiveWeight must be in (0, 1) but is {weight}; 0.25 is the paper's value, and null weighs yes and no alike."),
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
                // A missing label is neither above 0 nor below 1, and most labels are only one of both.
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

    // The cost -(1 - p)^γ·log p of the answer whose logit is z, with p = σ(z), and its slope -(1 - p)^γ·(1 - p - γ·p·log p).
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

    // W. Kahan's way, in D. Goldberg, "What every computer scientist should know about floating-point arithmetic", 1991, theorem 4:
    // the rounding of 1 + x, of which little may be left, cancels.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double LogOfOnePlus(double x)
    {
        double sum = 1 + x;
        return sum == 1 ? x : x * Math.Log(sum) / (sum - 1);
    }
}
