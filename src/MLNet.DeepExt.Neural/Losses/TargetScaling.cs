using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Losses;

/// <summary>
/// The mean and the scale of each numeric target. The network learns (t - mean) / scale, so its outputs can start near 0
/// for any unit of the targets. Immutable, compared by value, saved with the loss.
/// </summary>
/// <example>
/// <code>
/// var loss = new SquaredError { Scaling = TargetScaling.Of(width: 1, targets) };
/// </code>
/// </example>
public sealed class TargetScaling : IEquatable<TargetScaling>
{
    private readonly double[] _means;
    private readonly double[] _scales;
    private readonly Columns<float> _singles;
    private readonly Columns<double> _doubles;

    /// <summary>Validates and stores means and scales.</summary>
    /// <param name="means">(targets): finite.</param>
    /// <param name="scales">(targets): above 0 and finite.</param>
    /// <exception cref="ArgumentException">The lengths differ, there are none, or a number is out of its range.</exception>
    public TargetScaling(IReadOnlyList<double> means, IReadOnlyList<double> scales)
    {
        ArgumentNullException.ThrowIfNull(means);
        ArgumentNullException.ThrowIfNull(scales);
        if (means.Count != scales.Count || means.Count == 0)
        {
            throw new ArgumentException(
                $"A TargetScaling has {means.Count} means and {scales.Count} scales; give one of each for every target.", nameof(scales));
        }

        _means = [.. means];
        _scales = [.. scales];
        // They must be finite in single precision, too, and a scale above 0.
        foreach (double mean in _means)
        {
            if (!float.IsFinite((float)mean))
            {
                throw new ArgumentException(
                    FormattableString.Invariant($"The mean of a target must be finite but is {mean}; give 0 to keep it."), nameof(means));
            }
        }

        foreach (double scale in _scales)
        {
            if (!((float)scale > 0 && float.IsFinite((float)scale)))
            {
                throw new ArgumentException(
                    FormattableString.Invariant($"The scale of a target must be above 0 and finite but is {scale}; give 1 to keep it."),
                    nameof(scales));
            }
        }

        Means = Array.AsReadOnly(_means);
        Scales = Array.AsReadOnly(_scales);
        _singles = new Columns<float>(_means, _scales);
        _doubles = new Columns<double>(_means, _scales);
    }

    /// <summary>(targets): the number that is subtracted from each target.</summary>
    public IReadOnlyList<double> Means { get; }

    /// <summary>(targets): the divisor of the difference.</summary>
    public IReadOnlyList<double> Scales { get; }

    internal int Count => _means.Length;

    /// <summary>
    /// Computes the weighted mean and population standard deviation of each target, ignoring missing values. A target that has the
    /// same value in every row gets the scale 1; a target that is missing in every row gets the mean 0 and the scale 1.
    /// </summary>
    /// <param name="width">The number of targets of a row, at least 1.</param>
    /// <param name="targets">(rows, width), row-major: finite, NaN if missing.</param>
    /// <param name="weights">(rows): at least 0; 1 for every row if omitted. A row of weight 0 is ignored.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, a target is infinite, or a weight is negative or not finite.</exception>
    public static TargetScaling Of(int width, ReadOnlySpan<float> targets, ReadOnlySpan<float> weights = default) =>
        TargetStatistics.Of(width, targets, weights).ToScaling();

    /// <summary>True if the other scaling has the same means and scales.</summary>
    /// <param name="other">Another scaling.</param>
    public bool Equals(TargetScaling? other) =>
        other is not null && _means.AsSpan().SequenceEqual(other._means) && _scales.AsSpan().SequenceEqual(other._scales);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as TargetScaling);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (double mean in _means)
            hash.Add(mean);
        foreach (double scale in _scales)
            hash.Add(scale);
        return hash.ToHashCode();
    }

    /// <summary>Computes (t - mean) / scale of the targets of a strip.</summary>
    /// <param name="targets">(a strip).</param>
    /// <param name="start">The first of these targets.</param>
    /// <param name="scaled">(a strip); not the memory of the targets.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Apply<T>(ReadOnlySpan<T> targets, int start, Span<T> scaled)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Columns<T> columns = ColumnsAs<T>();
        ref T source = ref MemoryMarshal.GetReference(targets[..Lanes.Strip]);
        ref T mean = ref MemoryMarshal.GetReference(columns.Means.AsSpan(start, Lanes.Strip));
        ref T scale = ref MemoryMarshal.GetReference(columns.Scales.AsSpan(start, Lanes.Strip));
        ref T destination = ref MemoryMarshal.GetReference(scaled[..Lanes.Strip]);
        for (nuint i = 0; i < Lanes.Strip; i += (nuint)Vector256<T>.Count)
        {
            Vector256<T> error = Vector256.LoadUnsafe(ref source, i) - Vector256.LoadUnsafe(ref mean, i);
            (error / Vector256.LoadUnsafe(ref scale, i)).StoreUnsafe(ref destination, i);
        }
    }

    /// <summary>Computes (t - mean) / scale of one target.</summary>
    internal T Apply<T>(T value, int target)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Columns<T> columns = ColumnsAs<T>();
        return (value - columns.Means[target]) / columns.Scales[target];
    }

    /// <summary>Computes z·scale + mean of a row.</summary>
    /// <param name="z">(outputs).</param>
    /// <param name="outputs">(outputs); may be the memory of z.</param>
    /// <param name="outputsPerTarget">The number of consecutive outputs that belong to a target.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Restore<T>(ReadOnlySpan<T> z, Span<T> outputs, int outputsPerTarget)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Columns<T> columns = ColumnsAs<T>();
        for (int target = 0, j = 0; j < z.Length; target++)
        {
            for (int end = j + outputsPerTarget; j < end; j++)
                outputs[j] = z[j] * columns.Scales[target] + columns.Means[target];
        }
    }

    /// <summary>Writes the computation of <see cref="Restore"/> as ONNX operators.</summary>
    internal string Emit(IOperatorGraph graph, string z, int outputsPerTarget)
    {
        string scaled = graph.Operator("Mul", [z, graph.Constant("target scales", Repeat(_singles.Scales), (long)Count * outputsPerTarget)]);
        return graph.Operator("Add", [scaled, graph.Constant("target means", Repeat(_singles.Means), (long)Count * outputsPerTarget)]);

        float[] Repeat(float[] values) => [.. values.Take(Count).SelectMany(value => Enumerable.Repeat(value, outputsPerTarget))];
    }

    private Columns<T> ColumnsAs<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        typeof(T) == typeof(float) ? (Columns<T>)(object)_singles
        : typeof(T) == typeof(double) ? (Columns<T>)(object)_doubles
        : throw Lanes.OnlyFloatAndDouble<T>();

    // Means and scales in the type that the network computes in, (targets padded to strips).
    private sealed class Columns<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public Columns(double[] means, double[] scales)
        {
            Means = new T[Lanes.Pad(means.Length)];
            Scales = new T[Means.Length];
            Scales.AsSpan().Fill(T.One);
            for (int target = 0; target < means.Length; target++)
            {
                Means[target] = T.CreateTruncating(means[target]);
                Scales[target] = T.CreateTruncating(scales[target]);
            }
        }

        public T[] Means { get; }

        public T[] Scales { get; }
    }
}
