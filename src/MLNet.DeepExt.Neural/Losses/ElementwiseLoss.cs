using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Losses;

/// <summary>
/// The base of losses of numeric targets that compare each output independently: the cost of a row is the mean of l(z - t) over its outputs. The
/// output is z, in the target's units.
/// </summary>
/// <remarks>
/// The target is a row of numbers. NaN is a missing number, which has no cost and no gradient. The mean is over all outputs,
/// where missing numbers count as 0. Therefore the gradient of a number does not depend on which other numbers are missing. A row with only
/// missing numbers still counts in the mean over rows; give it weight 0 to exclude it.
/// </remarks>
public abstract record ElementwiseLoss : Loss
{
    private protected ElementwiseLoss()
    {
    }

    /// <summary>
    /// The mean and the scale of each target. If set, the network learns (t - mean) / scale: cost, gradient and thresholds
    /// such as <see cref="Huber.Delta"/> are in these units, and the output is z·scale + mean. Null (default) for unscaled targets,
    /// which suits targets with mean near 0 and standard deviation near 1.
    /// </summary>
    public TargetScaling? Scaling { get; init; }

    /// <summary>
    /// The limits of the outputs of each target, in its units. Null (default) for no limits. They do not change cost and gradient, nor
    /// the contributions of features, which add up to the output before it is limited. If the network has members, the output of each
    /// member is limited before the mean is taken.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public TargetRange? Range { get; init; }

    /// <summary>The number of consecutive outputs that belong to a target.</summary>
    internal abstract int OutputsPerTarget { get; }

    /// <summary>The sorted outputs from which a single prediction is computed.</summary>
    internal virtual MedianPlace Median => default;

    /// <inheritdoc/>
    public sealed override void Validate(int outputs)
    {
        ValidateOptions();
        if (outputs % OutputsPerTarget != 0)
        {
            throw new ArgumentException(
                $"{GetType().Name} needs {OutputsPerTarget} outputs for each target but the network has {outputs}; " +
                $"end it with a Dense of {OutputsPerTarget} units for each target.",
                nameof(outputs));
        }

        int targets = outputs / OutputsPerTarget;
        if (Scaling is { } scaling && scaling.Count != targets)
        {
            throw new ArgumentException(
                $"Scaling has {scaling.Count} targets but the network predicts {targets}; " +
                "compute it from the targets of the training rows.",
                nameof(Scaling));
        }

        if (Range is { } range && range.Count != targets)
        {
            throw new ArgumentException(
                $"Range has {range.Count} targets but the network predicts {targets}; compute it from the targets of the training rows.",
                nameof(Range));
        }
    }

    /// <inheritdoc/>
    public sealed override string? FaultOfClass(int outputs, int label) =>
        $"{GetType().Name} compares numbers; give numbers as the target, or use SoftmaxCrossEntropy";

    /// <inheritdoc/>
    public sealed override string? FaultOfWidth(int outputs, int width)
    {
        if ((long)width * OutputsPerTarget == outputs)
            return null;
        return OutputsPerTarget == 1
            ? $"the network has {outputs} outputs; they must be equal"
            : $"the network has {outputs} outputs; it needs {OutputsPerTarget} for each value";
    }

    /// <inheritdoc/>
    public sealed override string? FaultOfValue(double value) =>
        double.IsInfinity(value) ? "it must be finite, or NaN if it is missing" : null;

    /// <inheritdoc/>
    protected sealed override void Compute<T>(in LossLines<T> lines) =>
        Run(new ElementwiseRows<T> { Lines = lines, OutputsPerTarget = OutputsPerTarget, Scaling = Scaling });

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected internal sealed override void Activate<T>(ReadOnlySpan<T> logits, Span<T> outputs, int width)
    {
        if (Scaling is null)
            logits[..width].CopyTo(outputs);
        else
            Scaling.Restore(logits[..width], outputs, OutputsPerTarget);
        Range?.Clamp(outputs[..width], OutputsPerTarget);
        outputs[width..Lanes.Pad(width)].Clear();

        // Several outputs of one target must be in ascending order, which independent learning does not ensure.
        for (int first = 0; OutputsPerTarget > 1 && first < width; first += OutputsPerTarget)
            outputs.Slice(first, OutputsPerTarget).Sort();
    }

    /// <inheritdoc/>
    public sealed override string EmitMeanOfMembers(IOperatorGraph graph, string logits, int members, int width) => OutputsPerTarget == 1
        ? base.EmitMeanOfMembers(graph, Range?.Emit(graph, logits, OutputsPerTarget, Scaling) ?? logits, members, width)
        : throw new NotSupportedException(
            $"The logits of {GetType().Name} are sorted in each member before their mean is taken, which has no ONNX operators; export its outputs instead.");

    /// <inheritdoc/>
    /// <remarks>In each line, several outputs of one target are sorted and all outputs are limited to the range, as in predictions.</remarks>
    protected sealed override void MeanOfMembers<T>(ReadOnlySpan<T> lines, int stride, int members, Span<T> mean)
    {
        if (OutputsPerTarget == 1 && Range is null)
        {
            base.MeanOfMembers(lines, stride, members, mean);
            return;
        }

        Span<T> outputs = OutputsPerTarget <= 64 ? stackalloc T[OutputsPerTarget] : new T[OutputsPerTarget];
        Span<double> sums = OutputsPerTarget <= 64 ? stackalloc double[OutputsPerTarget] : new double[OutputsPerTarget];
        for (int first = 0; first < mean.Length; first += OutputsPerTarget)
        {
            sums.Clear();
            (double low, double high) = Range?.InLogits(first / OutputsPerTarget, Scaling) ?? (double.NegativeInfinity, double.PositiveInfinity);
            for (int member = 0; member < members; member++)
            {
                lines.Slice(member * stride + first, OutputsPerTarget).CopyTo(outputs);
                outputs.Sort();
                for (int j = 0; j < outputs.Length; j++)
                    sums[j] += Math.Min(Math.Max(double.CreateTruncating(outputs[j]), low), high);
            }

            for (int j = 0; j < sums.Length; j++)
                mean[first + j] = T.CreateTruncating(sums[j] / members);
        }
    }

    /// <inheritdoc/>
    // Outputs of one target are sorted, so their position determines their part in the prediction.
    protected internal sealed override int Predicted(ReadOnlySpan<float> logits, Span<float> shares)
    {
        Span<float> outputs = OutputsPerTarget <= 64 ? stackalloc float[OutputsPerTarget] : new float[OutputsPerTarget];
        int predicted = 0;
        double largest = double.NegativeInfinity;
        for (int target = 0; target < logits.Length / OutputsPerTarget; target++)
        {
            logits.Slice(target * OutputsPerTarget, OutputsPerTarget).CopyTo(outputs);
            outputs.Sort();
            double value = Median.Of<float>(outputs);
            if (Scaling is not null)
                value = value * Scaling.Scales[target] + Scaling.Means[target];
            if (value > largest)
                (predicted, largest) = (target, value);
        }

        int first = predicted * OutputsPerTarget;
        ReadOnlySpan<float> own = logits.Slice(first, OutputsPerTarget);
        int lower = first + IndexAt(own, Median.Lower), upper = first + IndexAt(own, Median.Upper);
        shares[lower] += 1 - Median.Share;
        shares[upper] += Median.Share;
        return Median.Nearer == Median.Lower ? lower : upper;
    }

    /// <inheritdoc/>
    public sealed override double LogitOf(double mean, int target) =>
        Scaling is null ? mean : (mean - Scaling.Means[target]) / Scaling.Scales[target];

    /// <inheritdoc/>
    public sealed override string Emit(IOperatorGraph graph, string logits, int width)
    {
        string outputs = Scaling is null ? logits : Scaling.Emit(graph, logits, OutputsPerTarget);
        outputs = Range?.Emit(graph, outputs, OutputsPerTarget) ?? outputs;
        if (OutputsPerTarget == 1)
            return outputs;
        string byTarget = graph.Operator("Reshape", [outputs, graph.Constant("targets", -1, width / OutputsPerTarget, OutputsPerTarget)]);
        string sorted = graph.Operator(
            "TopK", [byTarget, graph.Constant("outputs per target", OutputsPerTarget)],
            [new OperatorAttribute("axis", 2), new OperatorAttribute("largest", 0), new OperatorAttribute("sorted", 1)],
            outputs: 2);
        return graph.Operator("Reshape", [sorted, graph.Constant("outputs", -1, width)]);
    }

    // Returns the index of the value at a position in sorted order; equal values keep their order.
    private static int IndexAt(ReadOnlySpan<float> values, int place)
    {
        for (int i = 0; i < values.Length; i++)
        {
            int before = 0;
            for (int j = 0; j < values.Length; j++)
                before += values[j] < values[i] || (values[j] == values[i] && j < i) ? 1 : 0;
            if (before == place)
                return i;
        }

        return place; // some are NaN
    }

    /// <summary>Throws an <see cref="ArgumentException"/> if an option of the loss is out of its range.</summary>
    private protected abstract void ValidateOptions();

    /// <summary>Runs the loop over rows with the l of this loss.</summary>
    private protected abstract void Run<T>(ElementwiseRows<T> rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}
