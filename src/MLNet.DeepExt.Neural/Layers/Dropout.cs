using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text.Json.Serialization;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Schedules;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>
/// Inverted dropout. In training each unit of each row is kept with probability p and divided by p, or set to 0; the backward pass uses the
/// same mask. At prediction the layer does nothing.
/// </summary>
/// <remarks>
/// Dividing by p keeps the expected activation, so prediction needs no correction. The mask is a function of seed,
/// step, layer, row and column, and is not stored. N. Srivastava et al., "Dropout: a simple way to prevent neural
/// networks from overfitting", 2014. The rate of PyTorch and Keras is 1 - p.
/// </remarks>
/// <param name="KeepProbability">
/// p, from 0.000001 to 1; 1 keeps every unit. With a smaller p, 1 / p is too large a factor for activations.
/// </param>
public sealed record Dropout(float KeepProbability) : LayerSpec
{
    /// <summary>The smallest allowed probability: a mask is drawn from 24 bits, and the reciprocal must be finite.</summary>
    internal const float LeastKeepProbability = 1e-6f;

    [JsonConstructor]
    internal Dropout(float keepProbability, Schedule? schedule = null)
        : this(keepProbability) => Schedule = schedule;

    /// <summary>
    /// The schedule of the factor f of the rate 1 - p during training: a unit is kept with probability 1 - f·(1 - p), at least
    /// 0.000001. Null (default) for a constant p. Only a training by a <c>Trainer</c> follows it; otherwise f is 1.
    /// </summary>
    public Schedule? Schedule { get; init; }

    internal override Schedule? OwnSchedule => Schedule;

    /// <inheritdoc/>
    protected internal override LayerTraits Traits => LayerTraits.Affine | LayerTraits.IdentityAtPrediction;

    /// <inheritdoc/>
    protected internal override string Detail =>
        KeepProbability.ToString(CultureInfo.InvariantCulture) + (Schedule is null ? "" : FormattableString.Invariant($", {Schedule}"));

    /// <inheritdoc/>
    public override void Validate()
    {
        if (!(KeepProbability >= LeastKeepProbability && KeepProbability <= 1))
        {
            throw new ArgumentException(
                FormattableString.Invariant($"KeepProbability must be from 0.000001 to 1 but is {KeepProbability}; use 1 to keep every unit."),
                nameof(KeepProbability));
        }

        Schedule?.Validate();
    }

    /// <inheritdoc/>
    public override Layer<T> Compile<T>(LayerPlace place) => new DropoutLayer<T>(place.Input.Width, place.Number, KeepProbability);
}

internal sealed class DropoutLayer<T>(int width, int number, float keepProbability) : Layer<T>(width, width)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override Split ForwardSplit => Split.Any;

    public override Split BackwardSplit => Split.Any;

    public override bool BackwardReadsX => false;

    public override bool BackwardReadsY => false;

    public override string Emit(IOperatorGraph graph, string x, SlotReader<float> read) => x;

    public override void Forward(in Pass<T> pass, in Rectangle share)
    {
        if (pass.Mode == ForwardMode.Inference)
            CopyRectangle(pass.X, pass.Y, pass.XStride, share);
        else
            MultiplyByMask(pass, pass.X, pass.Y, share);
    }

    public override void BackwardInput(in Pass<T> pass, in Rectangle share)
    {
        if (pass.Mode == ForwardMode.Inference)
            CopyRectangle(pass.DY, pass.DX, pass.XStride, share);
        else
            MultiplyByMask(pass, pass.DY, pass.DX, share);
    }

    // source, destination: (rows, stride).
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void MultiplyByMask(in Pass<T> pass, ReadOnlySpan<T> source, Span<T> destination, in Rectangle share)
    {
        ulong key = pass.Random.Derive((ulong)number).Key;
        double kept = ProbabilityNow(pass.ScheduleFactor);
        T factor = T.CreateTruncating(1 / kept);
        // A unit is kept if the 24 highest bits of its hash are below this threshold, which is below 2^24 if p < 1.
        var keepBelow = Vector256.Create((uint)Math.Ceiling(kept * (1 << 24)));
        for (int row = share.RowFrom; row < share.RowTo; row++)
        {
            int start = row * pass.XStride + share.ColumnFrom;
            ReadOnlySpan<T> from = source.Slice(start, share.Width);
            Span<T> to = destination.Slice(start, share.Width);
            for (int j = 0; j < share.Width; j += Vector256<uint>.Count)
            {
                Vector256<uint> isKept = Vector256.LessThan(Hash(key, row, share.ColumnFrom + j) >> 8, keepBelow);
                MultiplyWhere(isKept, from.Slice(j, Vector256<uint>.Count), to.Slice(j, Vector256<uint>.Count), factor);
            }
        }
    }

    // The factor multiplies the rate 1 - p.
    private double ProbabilityNow(double factor) =>
        factor == 1 ? keepProbability : Math.Clamp(1 - factor * (1 - (double)keepProbability), Dropout.LeastKeepProbability, 1);

    // from, to: (8). Eight units share one vector of hashes, which is one vector of floats or two of doubles.
    private static void MultiplyWhere(Vector256<uint> kept, ReadOnlySpan<T> from, Span<T> to, T factor)
    {
        ref T source = ref MemoryMarshal.GetReference(from);
        ref T destination = ref MemoryMarshal.GetReference(to);
        if (typeof(T) == typeof(float))
        {
            ((Vector256.LoadUnsafe(ref source) * factor) & kept.As<uint, T>()).StoreUnsafe(ref destination);
            return;
        }

        (Vector256<long> low, Vector256<long> high) = Vector256.Widen(kept.AsInt32());
        ((Vector256.LoadUnsafe(ref source) * factor) & low.As<long, T>()).StoreUnsafe(ref destination);
        ((Vector256.LoadUnsafe(ref source, 4) * factor) & high.As<long, T>()).StoreUnsafe(ref destination, 4);
    }

    // Two rounds of multiply and shift (the constants are C. Wellons' lowbias32), a key mixed in before each.
    private static Vector256<uint> Hash(ulong key, int row, int column)
    {
        uint rowKey = (uint)key + (uint)row * 0x9E3779B9u;
        Vector256<uint> x = Vector256.CreateSequence((uint)column, 1u) ^ Vector256.Create(rowKey);
        x ^= x >> 16;
        x *= 0x7FEB352Du;
        x ^= (x >> 15) ^ Vector256.Create((uint)(key >> 32));
        x *= 0x846CA68Bu;
        return x ^ (x >> 16);
    }

    // source, destination: (rows, stride).
    private static void CopyRectangle(ReadOnlySpan<T> source, Span<T> destination, int stride, in Rectangle share)
    {
        for (int row = share.RowFrom; row < share.RowTo; row++)
        {
            int start = row * stride + share.ColumnFrom;
            source.Slice(start, share.Width).CopyTo(destination[start..]);
        }
    }
}
