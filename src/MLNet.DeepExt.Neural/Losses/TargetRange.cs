using System.Numerics;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Losses;

/// <summary>
/// The lower and the upper limit of the predictions of each target: min(max(y, low), high). Immutable, compared by value, saved
/// with the loss.
/// </summary>
/// <remarks>
/// A network may predict an extreme number for a row that is unlike the training rows; one such row can dominate the RMSE. The
/// range of the training targets prevents this. But then no prediction exceeds the largest training target, even if targets rise with time.
/// </remarks>
/// <example>
/// <code>
/// var loss = new SquaredError { Scaling = TargetScaling.Of(width: 1, targets), Range = TargetRange.Of(width: 1, targets) };
/// </code>
/// </example>
public sealed class TargetRange : IEquatable<TargetRange>
{
    private readonly double[] _lows;
    private readonly double[] _highs;

    /// <summary>Validates and stores the limits.</summary>
    /// <param name="lows">(targets): finite.</param>
    /// <param name="highs">(targets): finite, each at least the lower limit.</param>
    /// <exception cref="ArgumentException">The lengths differ, there are none, or a number is out of its range.</exception>
    public TargetRange(IReadOnlyList<double> lows, IReadOnlyList<double> highs)
    {
        ArgumentNullException.ThrowIfNull(lows);
        ArgumentNullException.ThrowIfNull(highs);
        if (lows.Count != highs.Count || lows.Count == 0)
        {
            throw new ArgumentException(
                $"A TargetRange has {lows.Count} lows and {highs.Count} highs; give one of each for every target.", nameof(highs));
        }

        _lows = [.. lows];
        _highs = [.. highs];
        for (int target = 0; target < _lows.Length; target++)
        {
            // They must be finite in single precision, too.
            if (!float.IsFinite((float)_lows[target]) || !float.IsFinite((float)_highs[target]) || _lows[target] > _highs[target])
            {
                throw new ArgumentException(
                    FormattableString.Invariant($"The range of a target must be finite, the low end first, but is from {_lows[target]} to ")
                    + FormattableString.Invariant($"{_highs[target]}; give {float.MinValue} and {float.MaxValue} for no limits."),
                    nameof(highs));
            }
        }

        Lows = Array.AsReadOnly(_lows);
        Highs = Array.AsReadOnly(_highs);
    }

    /// <summary>(targets): the lower limit of each target.</summary>
    public IReadOnlyList<double> Lows { get; }

    /// <summary>(targets): the upper limit of each target.</summary>
    public IReadOnlyList<double> Highs { get; }

    internal int Count => _lows.Length;

    /// <summary>Computes the range of targets, ignoring missing ones. A target that is missing in every row has no limits.</summary>
    /// <param name="width">The number of targets of a row, at least 1.</param>
    /// <param name="targets">(rows, width), row-major: finite, NaN if missing.</param>
    /// <param name="weights">(rows): at least 0; 1 for every row if omitted. A row of weight 0 is ignored.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, a target is infinite, or a weight is negative or not finite.</exception>
    public static TargetRange Of(int width, ReadOnlySpan<float> targets, ReadOnlySpan<float> weights = default) =>
        TargetStatistics.Of(width, targets, weights).ToRange();

    /// <summary>Returns the smallest range that contains this range and another one.</summary>
    /// <param name="other">A range with the same number of targets; null for none.</param>
    /// <exception cref="ArgumentException">The other one has another number of targets.</exception>
    public TargetRange With(TargetRange? other)
    {
        if (other is null)
            return this;
        if (other.Count != Count)
        {
            throw new ArgumentException(
                $"The range has {Count} targets but the other one {other.Count}; they must be equal.", nameof(other));
        }

        return new TargetRange([.. _lows.Zip(other._lows, Math.Min)], [.. _highs.Zip(other._highs, Math.Max)]);
    }

    /// <summary>True if the other range has the same limits.</summary>
    /// <param name="other">Another range.</param>
    public bool Equals(TargetRange? other) =>
        other is not null && _lows.AsSpan().SequenceEqual(other._lows) && _highs.AsSpan().SequenceEqual(other._highs);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as TargetRange);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (double low in _lows)
            hash.Add(low);
        foreach (double high in _highs)
            hash.Add(high);
        return hash.ToHashCode();
    }

    /// <summary>Limits the outputs of a row to the range; NaN stays NaN.</summary>
    /// <param name="outputs">(outputs): in the units of the targets.</param>
    /// <param name="outputsPerTarget">The number of consecutive outputs that belong to a target.</param>
    internal void Clamp<T>(Span<T> outputs, int outputsPerTarget)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int target = 0, j = 0; j < outputs.Length; target++)
        {
            T low = T.CreateTruncating(_lows[target]), high = T.CreateTruncating(_highs[target]);
            for (int end = j + outputsPerTarget; j < end; j++)
                outputs[j] = T.Min(T.Max(outputs[j], low), high);
        }
    }

    /// <summary>Returns the range of a target in the units of the logits.</summary>
    /// <param name="target">The index of the target.</param>
    /// <param name="scaling">The scaling of the targets; null for unscaled targets.</param>
    internal (double Low, double High) InLogits(int target, TargetScaling? scaling) => scaling is null
        ? (_lows[target], _highs[target])
        : ((_lows[target] - scaling.Means[target]) / scaling.Scales[target], (_highs[target] - scaling.Means[target]) / scaling.Scales[target]);

    /// <summary>Writes the computation of <see cref="Clamp"/> as ONNX operators.</summary>
    /// <param name="graph">The graph to write to.</param>
    /// <param name="outputs">The name of the outputs, (rows, outputs), in the graph.</param>
    /// <param name="outputsPerTarget">The number of consecutive outputs that belong to a target.</param>
    /// <param name="scaling">The scaling of the outputs if they are logits; null if they are in the units of the targets.</param>
    /// <returns>The name of the limited outputs.</returns>
    internal string Emit(IOperatorGraph graph, string outputs, int outputsPerTarget, TargetScaling? scaling = null)
    {
        (double Low, double High)[] ends = [.. Enumerable.Range(0, Count).Select(target => InLogits(target, scaling))];
        long width = (long)Count * outputsPerTarget;
        string above = graph.Operator("Max", [outputs, graph.Constant("target lows", Repeat(end => end.Low), width)]);
        return graph.Operator("Min", [above, graph.Constant("target highs", Repeat(end => end.High), width)]);

        float[] Repeat(Func<(double Low, double High), double> of) =>
            [.. ends.SelectMany(end => Enumerable.Repeat((float)of(end), outputsPerTarget))];
    }
}
