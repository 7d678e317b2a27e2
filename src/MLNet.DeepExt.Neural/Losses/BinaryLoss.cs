using System.Numerics;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Losses;

/// <summary>The base of losses of binary labels, one per output. Each output is an independent probability: σ(z) = 1 / (1 + e⁻ᶻ).</summary>
/// <remarks>
/// The target of a network with one output is a class per row, 0 (negative) or 1 (positive). Otherwise it is a row with a number in [0, 1]
/// for each output; NaN is a missing label, which has no cost and no gradient. The cost of a row is the mean over
/// all outputs, where missing labels count as 0. Therefore the gradient of a label does not depend on which other labels are missing.
/// </remarks>
public abstract record BinaryLoss : Loss
{
    private protected BinaryLoss()
    {
    }

    /// <inheritdoc/>
    public sealed override string? FaultOfClass(int outputs, int label)
    {
        if (outputs > 1)
        {
            return $"each of the network's {outputs} outputs is an independent binary label; " +
                "end it with one Dense unit, or use SoftmaxCrossEntropy";
        }

        return label is 0 or 1
            ? null
            : "the network has 1 output, which distinguishes class 0 and 1; for more classes use SoftmaxCrossEntropy with one output per class";
    }

    /// <inheritdoc/>
    public sealed override string? FaultOfWidth(int outputs, int width) =>
        width == outputs ? null : $"the network has {outputs} outputs; they must be equal";

    /// <inheritdoc/>
    public sealed override string? FaultOfValue(double value) => value is (>= 0 and <= 1) or double.NaN
        ? null
        : "it must be in [0, 1], 0 for negative and 1 for positive, or NaN if it is missing";

    /// <inheritdoc/>
    protected internal sealed override void Activate<T>(ReadOnlySpan<T> logits, Span<T> outputs, int width) =>
        Logistic.Sigmoids(width, logits, outputs);

    /// <inheritdoc/>
    public sealed override double LogitOf(double mean, int target)
    {
        double share = Math.Clamp(mean, LeastShare, 1 - LeastShare);
        return Math.Log(share / (1 - share));
    }

    /// <inheritdoc/>
    public sealed override string Emit(IOperatorGraph graph, string logits, int width) => graph.Operator("Sigmoid", [logits]);

    /// <inheritdoc/>
    public sealed override string EmitMeanOfMembers(IOperatorGraph graph, string logits, int members, int width)
    {
        ArgumentNullException.ThrowIfNull(graph);
        string yes = MemberMean.EmitLog(graph, Emit(graph, logits, width), members, width);
        string no = MemberMean.EmitLog(graph, Emit(graph, graph.Operator("Neg", [logits]), width), members, width);
        return graph.Operator("Sub", [yes, no]);
    }

    /// <inheritdoc/>
    /// <remarks>log mean σ(z) - log mean σ(-z), where log σ(z) = -log(1 + e⁻ᶻ).</remarks>
    protected sealed override void MeanOfMembers<T>(ReadOnlySpan<T> lines, int stride, int members, Span<T> mean)
    {
        Span<double> yes = members <= 256 ? stackalloc double[members] : new double[members];
        Span<double> no = members <= 256 ? stackalloc double[members] : new double[members];
        for (int j = 0; j < mean.Length; j++)
        {
            for (int member = 0; member < members; member++)
            {
                double z = double.CreateTruncating(lines[member * stride + j]);
                double rest = Math.Log(1 + Math.Exp(-Math.Abs(z)));
                (yes[member], no[member]) = (Math.Min(z, 0) - rest, Math.Min(-z, 0) - rest);
            }

            mean[j] = T.CreateTruncating(LogOfSum(yes) - LogOfSum(no));
        }
    }

    /// <summary>
    /// Returns the target of a line, (outputs padded to strips): the row of values, or the class as the only value. The padding has no defined
    /// content.
    /// </summary>
    /// <param name="lines">The lines.</param>
    /// <param name="line">The line.</param>
    /// <param name="ofClass">(a strip): a buffer for the class.</param>
    private protected static ReadOnlySpan<T> TargetOf<T>(in LossLines<T> lines, int line, Span<T> ofClass)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!lines.HasClasses)
            return lines.PaddedValuesOf(line);
        ofClass[0] = T.CreateTruncating(lines.ClassOf(line));
        return ofClass;
    }
}
