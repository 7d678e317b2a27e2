using System.Numerics;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Losses;

/// <summary>
/// The lowest and the highest number of each target, between which predictions are kept: min(max(y, low), high). Immutable, equal by value, saved
/// with the loss.
/// </summary>
/// <remarks>
/// A network that extrapolates may predict any number for a row unlike all others; one such row can cost more of an RMSE than all the rest. With the
/// range of the training targets it cannot; but then nothing above the highest of them is ever predicted, also where targets rise with time.
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

    /// <summary>Checks and keeps the ends.</summary>
    /// <param name="lows">(targets): finite.</param>
    /// <param name="highs">(targets): finite, each at least as large as the low end.</param>
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
            // In float, too, they must be numbers.
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

    /// <summary>(targets): the least that is predicted of each target.</summary>
    public IReadOnlyList<double> Lows { get; }

    /// <summary>(targets): the most that is predicted of each target.</summary>
    public IReadOnlyList<double> Highs { get; }

    internal int Count => _lows.Length;

    /// <summary>The range of targets, missing ones left out. A target that is missing in every row has no limits.</summary>
    /// <param name="width">Targets of a row, at least 1.</param>
    /// <param name="targets">(rows, width), row-major: finite, NaN where one is missing.</param>
    /// <param name="weights">(rows): at least 0; 1 for every row if left out. A row of weight 0 is left out.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, a target is infinite, or a weight is negative or not finite.</exception>
    public static TargetRange Of(int width, ReadOnlySpan<float> targets, ReadOnlySpan<float> weights = default) =>
        TargetStatistics.Of(width, targets, weights).ToRange();

    /// <summary>The range that holds this one and another.</summary>
    /// <param name="other">The range of as many targets; null for none.</param>
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

    /// <summary>Whether the other one has the same ends.</summary>
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

    /// <summary>Keeps the outputs of a row within it; NaN stays NaN.</summary>
    /// <param name="outputs">(outputs): in the units of the targets.</param>
    /// <param name="outputsPerTarget">Outputs that belong to a target, one after the other.</param>
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

    /// <summary>The range of a target in the units of the logits.</summary>
    /// <param name="target">Which target.</param>
    /// <param name="scaling">Between what logits and targets the network learns; null for the targets as they are.</param>
    internal (double Low, double High) InLogits(int target, TargetScaling? scaling) => scaling is null
        ? (_lows[target], _highs[target])
        : ((_lows[target] - scaling.Means[target]) / scaling.Scales[target], (_highs[target] - scaling.Means[target]) / scaling.Scales[target]);

    /// <summary>Takes down what <see cref="Clamp"/> computes.</summary>
    /// <param name="graph">Where to.</param>
    /// <param name="outputs">The name of the outputs, (rows, outputs), there.</param>
    /// <param name="outputsPerTarget">Outputs that belong to a target, one after the other.</param>
    /// <param name="scaling">Where they are logits: how these are scaled. Null where they are in the units of the targets.</param>
    /// <returns>The name of what is kept within the range.</returns>
    internal string Describe(IOperatorGraph graph, string outputs, int outputsPerTarget, TargetScaling? scaling = null)
    {
        (double Low, double High)[] ends = [.. Enumerable.Range(0, Count).Select(target => InLogits(target, scaling))];
        long width = (long)Count * outputsPerTarget;
        string above = graph.Operator("Max", [outputs, graph.Constant("target lows", Repeat(end => end.Low), width)]);
        return graph.Operator("Min", [above, graph.Constant("target highs", Repeat(end => end.High), width)]);

        float[] Repeat(Func<(double Low, double High), double> of) =>
            [.. ends.SelectMany(end => Enumerable.Repeat((float)of(end), outputsPerTarget))];
    }
}
