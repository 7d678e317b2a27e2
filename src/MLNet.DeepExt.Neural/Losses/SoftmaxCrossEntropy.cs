using System.Numerics;
using System.Runtime.CompilerServices;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Losses;

/// <summary>
/// Cross-entropy of a softmax, for exactly one class of several: L = log Σ_j e^z_j - z_y, and p_j = e^z_j / Σ e^z as output.
/// </summary>
/// <remarks>
/// Computed from the logits with the largest one taken out of the sum, so that it stays finite for any finite logits. The
/// target is a class per row, or a row of class probabilities t (soft labels): L = Σ_j t_j·(log Σ e^z - z_j), with the
/// gradient p·Σ t - t.
/// </remarks>
public sealed record SoftmaxCrossEntropy : Loss
{
    internal override void Validate(int outputs)
    {
        if (outputs < 2)
        {
            throw new ArgumentException(
                $"A softmax needs at least 2 outputs but the network has {outputs}; end it with one Dense unit per class.");
        }
    }

    internal override string? FaultOfClass(int outputs, int label) =>
        label >= 0 && label < outputs ? null : $"the network has {outputs} outputs; it needs one for each class, counted from 0";

    internal override string? FaultOfWidth(int outputs, int width) =>
        width == outputs ? null : $"the network has {outputs} outputs; give a probability for each class";

    internal override string? FaultOfValue(double value) =>
        value >= 0 && double.IsFinite(value) ? null : "it must be the probability of a class, at least 0";

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal override void Cost<T>(DenseBlock<T> logits, Target<T> target, Span<double> costs, int from, int to)
    {
        int padded = Lanes.Pad(logits.Width);
        Span<T> exponentials = padded <= 1024 ? stackalloc T[padded] : new T[padded];
        for (int row = from; row < to; row++)
            costs[row] = RowCost(logits, target, row, exponentials, out _);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal override void CostAndGradient<T>(
        DenseBlock<T> logits, Target<T> target, ReadOnlySpan<T> weights, double totalWeight, Span<double> costs,
        DenseBlock<T> gradient, int from, int to)
    {
        for (int row = from; row < to; row++)
        {
            Span<T> dz = gradient.PaddedRow(row);
            costs[row] = RowCost(logits, target, row, dz, out T sum);
            T scale = T.CreateTruncating(double.CreateTruncating(weights[row]) / totalWeight);
            if (target.Values is { } values)
                SubtractSoftLabels(values.Row(row), dz, sum, scale);
            else
                SubtractClass(target.Classes[row], dz, sum, scale);
        }
    }

    internal override void Activate<T>(ReadOnlySpan<T> logits, Span<T> outputs, int width)
    {
        (_, T sum) = Softmax.Exponentials(width, logits, outputs);
        Softmax.Scale(outputs[..Lanes.Pad(width)], T.One / sum);
    }

    // exponentials: (outputs padded to strips).
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double RowCost<T>(DenseBlock<T> logits, Target<T> target, int row, Span<T> exponentials, out T sum)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ReadOnlySpan<T> z = logits.Row(row);
        (T maximum, sum) = Softmax.Exponentials(z.Length, logits.PaddedRow(row), exponentials);
        double logSum = Math.Log(double.CreateTruncating(sum));
        if (target.Values is null)
            return logSum - double.CreateTruncating(z[target.Classes[row]] - maximum);

        double cost = 0;
        ReadOnlySpan<T> t = target.Values.Row(row);
        for (int j = 0; j < z.Length; j++)
            cost += double.CreateTruncating(t[j]) * (logSum - double.CreateTruncating(z[j] - maximum));
        return cost;
    }

    // dz: (outputs padded to strips), e^z in, w / Σ w · (p - onehot) out.
    private static void SubtractClass<T>(int label, Span<T> dz, T sum, T scale)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Softmax.Scale(dz, scale / sum);
        dz[label] -= scale;
    }

    // t: (outputs); dz: (outputs padded to strips), e^z in, w / Σ w · (p·Σ t - t) out.
    private static void SubtractSoftLabels<T>(ReadOnlySpan<T> t, Span<T> dz, T sum, T scale)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T total = T.Zero;
        foreach (T probability in t)
            total += probability;
        Softmax.Scale(dz, scale * total / sum);
        for (int j = 0; j < t.Length; j++)
            dz[j] -= scale * t[j];
    }
}
