using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MLNet.DeepExt.Neural.Kernels;

namespace MLNet.DeepExt.Neural.Losses;

/// <summary>
/// Cross-entropy of a binary label per output: L = log(1 + e^z) - z·t for a target t in [0, 1]. The output is σ(z) = 1 / (1 + e⁻ᶻ), the
/// probability of the positive class.
/// </summary>
/// <remarks>
/// Computed from the logits as max(z, 0) - z·t + log(1 + e^-|z|), which is finite for all finite logits; the gradient is
/// σ(z) - t. The target of a network with one output is a class per row, 0 (negative) or 1 (positive). Otherwise it is a row with a
/// number in [0, 1] for each output; NaN is a missing label, which has no cost and no gradient. The cost of a row is the
/// mean over all outputs, as in PyTorch's binary_cross_entropy_with_logits, so it does not grow with the number of outputs.
/// </remarks>
public sealed record BinaryCrossEntropy : BinaryLoss
{
    internal override Loss ProperLoss => this;

    /// <inheritdoc/>
    public override void Validate(int outputs)
    {
        // Any number of outputs is valid; each is an independent label.
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void Compute<T>(in LossLines<T> lines)
    {
        int width = lines.Outputs, padded = Lanes.Pad(width);
        Span<T> exponentials = lines.WantsGradient ? default : padded <= 1024 ? stackalloc T[padded] : new T[padded];
        Span<T> ofClass = stackalloc T[Lanes.Strip];
        for (int line = lines.From; line < lines.To; line++)
        {
            ReadOnlySpan<T> t = TargetOf(lines, line, ofClass);
            ReadOnlySpan<T> z = lines.PaddedLogitsOf(line);
            Span<T> dz = lines.WantsGradient ? lines.PaddedGradientOf(line) : exponentials;
            lines.SetCost(line, LineCost(width, z, t, dz));
            if (!lines.WantsGradient)
                continue;
            Logistic.Sigmoids(width, z, dz);
            SubtractTargets(width, t, dz, T.CreateTruncating(lines.ScaleOf(line, parts: width)));
        }
    }

    // z, t: (outputs padded to strips); exponentials: (outputs padded to strips), is overwritten.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double LineCost<T>(int width, ReadOnlySpan<T> z, ReadOnlySpan<T> t, Span<T> exponentials)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<T> linear = stackalloc T[Lanes.Strip];
        Logistic.Exponentials(width, z, exponentials);
        double cost = 0;
        for (int start = 0; start < width; start += Lanes.Strip)
        {
            int count = Math.Min(Lanes.Strip, width - start);
            Span<T> e = exponentials.Slice(start, Lanes.Strip);
            LinearPart(count, z.Slice(start, Lanes.Strip), t.Slice(start, Lanes.Strip), linear, e);
            // The sum of the logarithms of a strip is the logarithm of its product, which is at most 2¹⁶.
            double product = 1;
            for (int j = 0; j < count; j++)
            {
                cost += double.CreateTruncating(linear[j]);
                product *= 1 + double.CreateTruncating(e[j]);
            }

            cost += Math.Log(product);
        }

        return cost / width;
    }

    // z, t: (a strip); linear: (a strip) receives max(z, 0) - z·t; exponentials: (a strip). Both become 0 if t is missing.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void LinearPart<T>(int count, ReadOnlySpan<T> z, ReadOnlySpan<T> t, Span<T> linear, Span<T> exponentials)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref T exponential = ref MemoryMarshal.GetReference(exponentials);
        for (int i = 0; i < count; i += Vector256<T>.Count)
        {
            Vector256<T> logit = Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(z), (nuint)i);
            Vector256<T> wanted = Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(t), (nuint)i);
            // NaN is not equal to itself.
            Vector256<T> present = Vector256.Equals(wanted, wanted);
            Vector256<T> cost = Vector256.Max(logit, Vector256<T>.Zero) - logit * wanted;
            (cost & present).StoreUnsafe(ref MemoryMarshal.GetReference(linear), (nuint)i);
            (Vector256.LoadUnsafe(ref exponential, (nuint)i) & present).StoreUnsafe(ref exponential, (nuint)i);
        }
    }

    // t: (outputs padded to strips); dz: (outputs padded to strips), p in, scale · (p - t) out, 0 if t is missing, and in the padding.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SubtractTargets<T>(int width, ReadOnlySpan<T> t, Span<T> dz, T scale)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref T target = ref MemoryMarshal.GetReference(t);
        ref T slope = ref MemoryMarshal.GetReference(dz);
        for (int i = 0; i < width; i += Vector256<T>.Count)
        {
            Vector256<T> wanted = Vector256.LoadUnsafe(ref target, (nuint)i);
            Vector256<T> present = Vector256.Equals(wanted, wanted) & Lanes.Below<T>(i, width);
            Vector256<T> slopes = Vector256.Create(scale) * (Vector256.LoadUnsafe(ref slope, (nuint)i) - wanted);
            (slopes & present).StoreUnsafe(ref slope, (nuint)i);
        }
    }
}
