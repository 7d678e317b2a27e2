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
    /// <summary>
    /// ε, in [0, 1): the share of the target that is spread evenly over all n classes, (1 - ε)·t + ε / n, so that no logit is driven
    /// without end. Default 0: the target as it is. 0.1 is a usual value. It is PyTorch's <c>label_smoothing</c>; C. Szegedy et al.,
    /// "Rethinking the inception architecture for computer vision", 2016.
    /// </summary>
    public double LabelSmoothing { get; init; }

    internal override void Validate(int outputs)
    {
        if (!(LabelSmoothing >= 0 && LabelSmoothing < 1))
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"LabelSmoothing must be in [0, 1) but is {LabelSmoothing}; 0.1 is a usual value, and 0 takes the labels as they are."),
                nameof(LabelSmoothing));
        }

        if (outputs < 2)
        {
            throw new ArgumentException(
                $"A softmax needs at least 2 outputs but the network has {outputs}; end it with one Dense unit per class.",
                nameof(outputs));
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
                SubtractClass(target.Classes[row], logits.Width, dz, sum, scale);
        }
    }

    internal override void Activate<T>(ReadOnlySpan<T> logits, Span<T> outputs, int width)
    {
        (_, T sum) = Softmax.Exponentials(width, logits, outputs);
        Elementwise.Scale(outputs[..Lanes.Pad(width)], T.One / sum);
    }

    internal override double LogitOf(double mean, int target) => Math.Log(Math.Max(mean, LeastShare));

    internal override string Describe(IOperatorGraph graph, string logits, int width) =>
        graph.Operator("Softmax", [logits], [new OperatorAttribute("axis", 1)]);

    // exponentials: (outputs padded to strips).
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private double RowCost<T>(DenseBlock<T> logits, Target<T> target, int row, Span<T> exponentials, out T sum)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ReadOnlySpan<T> z = logits.Row(row);
        (T maximum, sum) = Softmax.Exponentials(z.Length, logits.PaddedRow(row), exponentials);
        double logSum = Math.Log(double.CreateTruncating(sum));
        double cost = target.Values is { } values
            ? CostOf(values.Row(row), z, maximum, logSum)
            : logSum - double.CreateTruncating(z[target.Classes[row]] - maximum);
        if (LabelSmoothing == 0)
            return cost;

        double even = 0;
        for (int j = 0; j < z.Length; j++)
            even += logSum - double.CreateTruncating(z[j] - maximum);
        return (1 - LabelSmoothing) * cost + LabelSmoothing / z.Length * even;
    }

    // t, z: (outputs).
    private static double CostOf<T>(ReadOnlySpan<T> t, ReadOnlySpan<T> z, T maximum, double logSum)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double cost = 0;
        for (int j = 0; j < z.Length; j++)
            cost += double.CreateTruncating(t[j]) * (logSum - double.CreateTruncating(z[j] - maximum));
        return cost;
    }

    // dz: (outputs padded to strips), e^z in, w / Σ w · (p - onehot) out, the onehot smoothed; width: outputs.
    private void SubtractClass<T>(int label, int width, Span<T> dz, T sum, T scale)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Elementwise.Scale(dz, scale / sum);
        dz[label] -= scale * T.CreateTruncating(1 - LabelSmoothing);
        if (LabelSmoothing == 0)
            return;
        T even = scale * T.CreateTruncating(LabelSmoothing / width);
        foreach (ref T slope in dz[..width])
            slope -= even;
    }

    // t: (outputs); dz: (outputs padded to strips), e^z in, w / Σ w · (p·Σ t - t) out, t smoothed.
    private void SubtractSoftLabels<T>(ReadOnlySpan<T> t, Span<T> dz, T sum, T scale)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T total = T.Zero;
        foreach (T probability in t)
            total += probability;
        T kept = T.CreateTruncating(1 - LabelSmoothing);
        T even = T.CreateTruncating(LabelSmoothing / t.Length);
        Elementwise.Scale(dz, scale * (kept * total + T.CreateTruncating(LabelSmoothing)) / sum);
        for (int j = 0; j < t.Length; j++)
            dz[j] -= scale * (kept * t[j] + even);
    }
}
