using System.Numerics;
using System.Runtime.CompilerServices;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Losses;

/// <summary>
/// Cross-entropy of a yes or no per output: L = log(1 + e^z) - z·t for a target t in [0, 1], and σ(z) = 1 / (1 + e⁻ᶻ), the
/// probability of yes, as output.
/// </summary>
/// <remarks>
/// Computed from the logits as max(z, 0) - z·t + log(1 + e^-|z|), which stays finite for any finite logits; its gradient is
/// σ(z) - t. The target is a class per row, 0 for no and 1 for yes, where the network has a single output; or a row with a
/// number in [0, 1] for each output, NaN where a label is missing: it has neither a cost nor a gradient. The cost of a row is the
/// mean over all its outputs, as that of PyTorch's binary_cross_entropy_with_logits is, so that it does not grow with their number.
/// </remarks>
public sealed record BinaryCrossEntropy : BinaryLoss
{
    internal override void Validate(int outputs)
    {
        // Any number of outputs is as many questions.
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal override void Cost<T>(DenseBlock<T> logits, Target<T> target, Span<double> costs, int from, int to)
    {
        Span<T> exponentials = stackalloc T[Lanes.Strip];
        Span<T> ofClass = stackalloc T[1];
        for (int row = from; row < to; row++)
            costs[row] = RowCost(logits.PaddedRow(row), TargetOf(target, row, ofClass), exponentials);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal override void CostAndGradient<T>(
        DenseBlock<T> logits, Target<T> target, ReadOnlySpan<T> weights, double totalWeight, Span<double> costs,
        DenseBlock<T> gradient, int from, int to)
    {
        Span<T> exponentials = stackalloc T[Lanes.Strip];
        Span<T> ofClass = stackalloc T[1];
        for (int row = from; row < to; row++)
        {
            ReadOnlySpan<T> t = TargetOf(target, row, ofClass);
            ReadOnlySpan<T> z = logits.PaddedRow(row);
            Span<T> dz = gradient.PaddedRow(row);
            costs[row] = RowCost(z, t, exponentials);
            Logistic.Sigmoids(t.Length, z, dz);
            T scale = T.CreateTruncating(double.CreateTruncating(weights[row]) / (totalWeight * t.Length));
            for (int j = 0; j < t.Length; j++)
                dz[j] = T.IsNaN(t[j]) ? T.Zero : scale * (dz[j] - t[j]);
        }
    }

    // z: (outputs padded to strips); t: (outputs); exponentials: (a strip), receives e^-|z|.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double RowCost<T>(ReadOnlySpan<T> z, ReadOnlySpan<T> t, Span<T> exponentials)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double cost = 0;
        for (int start = 0; start < t.Length; start += Lanes.Strip)
        {
            int end = Math.Min(start + Lanes.Strip, t.Length);
            Logistic.Exponentials(end - start, z.Slice(start, Lanes.Strip), exponentials);
            // The sum of the logarithms of a strip is the logarithm of its product, which is at most 2¹⁶.
            double product = 1;
            for (int j = start; j < end; j++)
            {
                if (T.IsNaN(t[j]))
                    continue;
                cost += double.CreateTruncating(T.Max(z[j], T.Zero)) - double.CreateTruncating(z[j]) * double.CreateTruncating(t[j]);
                product *= 1 + double.CreateTruncating(exponentials[j - start]);
            }

            cost += Math.Log(product);
        }

        return cost / t.Length;
    }
}
