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
/// number in [0, 1] for each output. The cost of a row is then the mean over its outputs, as that of PyTorch's
/// binary_cross_entropy_with_logits is, so that it does not grow with their number.
/// </remarks>
public sealed record BinaryCrossEntropy : Loss
{
    internal override void Validate(int outputs)
    {
        // Any number of outputs is as many questions.
    }

    internal override string? FaultOfClass(int outputs, int label)
    {
        if (outputs > 1)
        {
            return $"each of the network's {outputs} outputs is a yes or no of its own; " +
                "end it with one Dense unit, or use SoftmaxCrossEntropy";
        }

        return label is 0 or 1
            ? null
            : "the network has 1 output, which tells 0 from 1; for more classes use SoftmaxCrossEntropy and an output for each";
    }

    internal override string? FaultOfWidth(int outputs, int width) =>
        width == outputs ? null : $"the network has {outputs} outputs; they must be equal";

    internal override string? FaultOfValue(double value) =>
        value is >= 0 and <= 1 ? null : "it must be in [0, 1], 0 for no and 1 for yes";

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal override void Cost<T>(DenseBlock<T> logits, Target<T> target, Span<double> costs, int from, int to)
    {
        int padded = Lanes.Pad(logits.Width);
        Span<T> exponentials = padded <= 1024 ? stackalloc T[padded] : new T[padded];
        Span<T> ofClass = stackalloc T[1];
        for (int row = from; row < to; row++)
            costs[row] = RowCost(logits, row, TargetOf(target, row, ofClass), exponentials);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal override void CostAndGradient<T>(
        DenseBlock<T> logits, Target<T> target, ReadOnlySpan<T> weights, double totalWeight, Span<double> costs,
        DenseBlock<T> gradient, int from, int to)
    {
        Span<T> ofClass = stackalloc T[1];
        for (int row = from; row < to; row++)
        {
            ReadOnlySpan<T> t = TargetOf(target, row, ofClass);
            Span<T> dz = gradient.PaddedRow(row);
            costs[row] = RowCost(logits, row, t, dz);
            Logistic.Sigmoids(t.Length, logits.PaddedRow(row), dz);
            T scale = T.CreateTruncating(double.CreateTruncating(weights[row]) / (totalWeight * t.Length));
            for (int j = 0; j < t.Length; j++)
                dz[j] = scale * (dz[j] - t[j]);
        }
    }

    internal override void Activate<T>(ReadOnlySpan<T> logits, Span<T> outputs, int width) => Logistic.Sigmoids(width, logits, outputs);

    // t: (outputs); exponentials: (outputs padded to strips), receives e^-|z|.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double RowCost<T>(DenseBlock<T> logits, int row, ReadOnlySpan<T> t, Span<T> exponentials)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ReadOnlySpan<T> z = logits.Row(row);
        Logistic.Exponentials(z.Length, logits.PaddedRow(row), exponentials);
        double cost = 0;
        for (int start = 0; start < z.Length; start += Lanes.Strip)
        {
            // The sum of the logarithms of a strip is the logarithm of its product, which is at most 2¹⁶.
            double product = 1;
            int end = Math.Min(start + Lanes.Strip, z.Length);
            for (int j = start; j < end; j++)
            {
                cost += double.CreateTruncating(T.Max(z[j], T.Zero)) - double.CreateTruncating(z[j]) * double.CreateTruncating(t[j]);
                product *= 1 + double.CreateTruncating(exponentials[j]);
            }

            cost += Math.Log(product);
        }

        return cost / z.Length;
    }

    // (outputs): the row of values, or the class as the only one.
    private static ReadOnlySpan<T> TargetOf<T>(Target<T> target, int row, Span<T> ofClass)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (target.Values is { } values)
            return values.Row(row);
        ofClass[0] = T.CreateTruncating(target.Classes[row]);
        return ofClass;
    }
}
