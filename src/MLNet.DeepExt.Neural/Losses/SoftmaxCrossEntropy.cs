using System.Numerics;
using System.Runtime.CompilerServices;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Losses;

/// <summary>
/// Cross-entropy of a softmax, for exactly one class of several: L = log Σ_j e^z_j - z_y. The output is p_j = e^z_j / Σ e^z.
/// </summary>
/// <remarks>
/// Computed from the logits after subtracting the largest one, so it is finite for all finite logits. The
/// target is a class per row, or a row of class probabilities t (soft labels): L = Σ_j t_j·(log Σ e^z - z_j), with the
/// gradient p·Σ t - t.
/// </remarks>
public sealed record SoftmaxCrossEntropy : Loss
{
    /// <summary>
    /// ε, in [0, 1): the fraction of the target that is distributed evenly over all n classes, (1 - ε)·t + ε / n, which keeps logits
    /// from growing without limit. Default 0, no smoothing. 0.1 is a usual value. PyTorch: <c>label_smoothing</c>; C. Szegedy et al.,
    /// "Rethinking the inception architecture for computer vision", 2016.
    /// </summary>
    public double LabelSmoothing { get; init; }

    internal override Loss ProperLoss => this with { LabelSmoothing = 0 };

    /// <inheritdoc/>
    public override void Validate(int outputs)
    {
        if (!(LabelSmoothing >= 0 && LabelSmoothing < 1))
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"LabelSmoothing must be in [0, 1) but is {LabelSmoothing}; 0.1 is a usual value, and 0 is no smoothing."),
                nameof(LabelSmoothing));
        }

        if (outputs < 2)
        {
            throw new ArgumentException(
                $"A softmax needs at least 2 outputs but the network has {outputs}; end it with one Dense unit per class.",
                nameof(outputs));
        }
    }

    /// <inheritdoc/>
    public override string? FaultOfClass(int outputs, int label) =>
        label >= 0 && label < outputs ? null : $"the network has {outputs} outputs; it needs one for each class, counted from 0";

    /// <inheritdoc/>
    public override string? FaultOfWidth(int outputs, int width) =>
        width == outputs ? null : $"the network has {outputs} outputs; give a probability for each class";

    /// <inheritdoc/>
    public override string? FaultOfValue(double value) =>
        value >= 0 && double.IsFinite(value) ? null : "it must be the probability of a class, at least 0";

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void Compute<T>(in LossLines<T> lines)
    {
        int padded = Lanes.Pad(lines.Outputs);
        Span<T> exponentials = lines.WantsGradient ? default : padded <= 1024 ? stackalloc T[padded] : new T[padded];
        for (int line = lines.From; line < lines.To; line++)
        {
            Span<T> dz = lines.WantsGradient ? lines.PaddedGradientOf(line) : exponentials;
            lines.SetCost(line, LineCost(lines, line, dz, out T sum));
            if (!lines.WantsGradient)
                continue;
            T scale = T.CreateTruncating(lines.ScaleOf(line));
            if (lines.HasClasses)
                SubtractClass(lines.ClassOf(line), lines.Outputs, dz, sum, scale);
            else
                SubtractSoftLabels(lines.ValuesOf(line), dz, sum, scale);
        }
    }

    /// <inheritdoc/>
    protected internal override void Activate<T>(ReadOnlySpan<T> logits, Span<T> outputs, int width)
    {
        (_, T sum) = Softmax.Exponentials(width, logits, outputs);
        Elementwise.Scale(outputs[..Lanes.Pad(width)], T.One / sum);
    }

    /// <inheritdoc/>
    protected override void MeanOfMembers<T>(ReadOnlySpan<T> lines, int stride, int members, Span<T> mean)
    {
        Span<double> logits = mean.Length <= 256 ? stackalloc double[mean.Length] : new double[mean.Length];
        Span<double> logSums = members <= 256 ? stackalloc double[members] : new double[members];
        Span<double> logs = members <= 256 ? stackalloc double[members] : new double[members];
        for (int member = 0; member < members; member++)
        {
            for (int j = 0; j < mean.Length; j++)
                logits[j] = double.CreateTruncating(lines[member * stride + j]);
            logSums[member] = LogOfSum(logits);
        }

        for (int j = 0; j < mean.Length; j++)
        {
            for (int member = 0; member < members; member++)
                logs[member] = double.CreateTruncating(lines[member * stride + j]) - logSums[member];
            mean[j] = T.CreateTruncating(LogOfSum(logs) - Math.Log(members));
        }
    }

    /// <inheritdoc/>
    public override double LogitOf(double mean, int target) => Math.Log(Math.Max(mean, LeastShare));

    /// <inheritdoc/>
    public override string Emit(IOperatorGraph graph, string logits, int width) =>
        graph.Operator("Softmax", [logits], [new OperatorAttribute("axis", 1)]);

    /// <inheritdoc/>
    public override string EmitMeanOfMembers(IOperatorGraph graph, string logits, int members, int width) =>
        MemberMean.EmitLog(graph, Emit(graph, logits, width), members, width);

    // exponentials: (outputs padded to strips).
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private double LineCost<T>(in LossLines<T> lines, int line, Span<T> exponentials, out T sum)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ReadOnlySpan<T> z = lines.LogitsOf(line);
        (T maximum, sum) = Softmax.Exponentials(z.Length, lines.PaddedLogitsOf(line), exponentials);
        double logSum = Math.Log(double.CreateTruncating(sum));
        double cost = lines.HasClasses
            ? logSum - double.CreateTruncating(z[lines.ClassOf(line)] - maximum)
            : CostOf(lines.ValuesOf(line), z, maximum, logSum);
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
