using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text.Json.Serialization;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>
/// Tells the <see cref="Members"/> of an ensemble apart: y = x·s + b, feature by feature, with a scale s and, if it has one, a bias b of each
/// member's own, (members, features), both learned.
/// </summary>
/// <remarks>
/// Before and after a <see cref="Dense"/> that all members share, it gives each member its own weights, s·W·s, for the memory of a few
/// vectors. Y. Wen et al., "BatchEnsemble", 2020.
/// </remarks>
public sealed record MemberScaling : LayerSpec
{
    /// <summary>Creates the layer with its default options (RandomSigns false, UseBias false).</summary>
    public MemberScaling()
    {
    }

    [JsonConstructor]
    internal MemberScaling(bool randomSigns = false, bool useBias = false) => (RandomSigns, UseBias) = (randomSigns, useBias);

    /// <summary>
    /// Whether scales begin as 1 or -1, at random, so that members begin as different ones: for the first such layer of a network, as TabM
    /// does. Default false: they begin as 1.
    /// </summary>
    public bool RandomSigns { get; init; }

    /// <summary>Whether there is a bias b, which begins at 0. Default false.</summary>
    public bool UseBias { get; init; }

    /// <inheritdoc/>
    public override TensorShape OutputShape(TensorShape input) => input.Lines > 1 ? input : throw NeedsMembers(nameof(MemberScaling), input);

    /// <inheritdoc/>
    public override Layer<T> Compile<T>(LayerPlace place)
    {
        ArgumentNullException.ThrowIfNull(place);
        Slot scale = place.Slots.Vectors($"{place.Name}.scale", place.Input.Lines, place.Input.Width, SlotKind.Scale);
        Slot? bias = UseBias ? place.Slots.Vectors($"{place.Name}.bias", place.Input.Lines, place.Input.Width, SlotKind.Bias) : null;
        return new MemberScalingLayer<T>(scale, bias, RandomSigns);
    }

    /// <summary>A layer for members that is given none.</summary>
    internal static ArgumentException NeedsMembers(string kind, TensorShape input) => new(FormattableString.Invariant(
        $"A {kind} reads (members, features) but is given {input} features alone; put it into Members of at least 2."), nameof(input));

    /// <inheritdoc/>
    protected internal override LayerTraits Traits => LayerTraits.Affine;

    /// <inheritdoc/>
    protected internal override string Detail =>
        string.Join(", ", new[] { RandomSigns ? "random signs" : "", UseBias ? "bias" : "" }.Where(option => option.Length > 0));
}

internal sealed class MemberScalingLayer<T>(Slot scale, Slot? bias, bool randomSigns) : Layer<T>(scale.Shape.Columns, scale.Shape.Columns)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int _members = scale.Shape.Rows;
    private readonly int _padded = Lanes.Pad(scale.Shape.Columns);

    public override IReadOnlyList<Slot> Parameters { get; } = bias is null ? [scale] : [scale, bias];

    public override Split ForwardSplit => Split.Any;

    public override Split BackwardSplit => Split.Any;

    public override bool BackwardReadsX => true;

    public override bool BackwardReadsY => false;

    public override void Initialize(CounterRandom random, SlotWriter<T> write)
    {
        var scales = new T[scale.Shape.Count];
        for (int i = 0; i < scales.Length; i++)
            scales[i] = randomSigns && (random.Bits((ulong)i) & 1) == 0 ? -T.One : T.One;
        write(scale, scales);
    }

    public override void Forward(in Pass<T> pass, in Rectangle share)
    {
        for (int line = share.RowFrom; line < share.RowTo; line++)
        {
            int start = line * pass.XStride + share.ColumnFrom, number = line % _members * _padded + share.ColumnFrom;
            Multiply(
                pass.X.Slice(start, share.Width), pass.Parameters.Slice(scale.Offset + number, share.Width),
                bias is null ? default : pass.Parameters.Slice(bias.Offset + number, share.Width), pass.Y.Slice(start, share.Width));
        }
    }

    public override void BackwardInput(in Pass<T> pass, in Rectangle share)
    {
        for (int line = share.RowFrom; line < share.RowTo; line++)
        {
            int start = line * pass.XStride + share.ColumnFrom, number = line % _members * _padded + share.ColumnFrom;
            Multiply(
                pass.DY.Slice(start, share.Width), pass.Parameters.Slice(scale.Offset + number, share.Width), default,
                pass.DX.Slice(start, share.Width));
        }
    }

    // gradient: a range of (members, padded): the rest of a member's vector, whole vectors, the beginning of one.
    public override void BackwardParameters(in Pass<T> pass, Slot slot, int from, Span<T> gradient, bool accumulate)
    {
        while (!gradient.IsEmpty)
        {
            int start = from / _padded * pass.YStride + from % _padded;
            int length = Math.Min(gradient.Length, _padded - from % _padded);
            if (slot == bias)
            {
                ColumnReduction.Sum(pass.Rows / _members, pass.DY[start..], _members * pass.YStride, gradient[..length], accumulate);
            }
            else
            {
                ColumnReduction.SumOfProducts(
                    pass.Rows / _members, pass.DY[start..], pass.X[start..], _members * pass.YStride, gradient[..length], accumulate);
            }

            gradient = gradient[length..];
            from += length;
        }
    }

    public override string Describe(IOperatorGraph graph, string x, SlotReader<float> read)
    {
        string members = graph.Operator("Reshape", [x, graph.Constant("members", -1, _members, Inputs)]);
        string scaled = graph.Operator("Mul", [members, graph.Constant(scale.Name, read(scale), _members, Inputs)]);
        if (bias is not null)
            scaled = graph.Operator("Add", [scaled, graph.Constant(bias.Name, read(bias), _members, Inputs)]);
        return graph.Operator("Reshape", [scaled, graph.Constant("lines", -1, Inputs)]);
    }

    // y = x·s + b, over whole strips; b may be empty.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply(ReadOnlySpan<T> x, ReadOnlySpan<T> s, ReadOnlySpan<T> b, Span<T> y)
    {
        ref T source = ref MemoryMarshal.GetReference(x), factors = ref MemoryMarshal.GetReference(s);
        ref T shifts = ref MemoryMarshal.GetReference(b), destination = ref MemoryMarshal.GetReference(y);
        for (nuint i = 0; i < (nuint)y.Length; i += (nuint)Vector256<T>.Count)
        {
            Vector256<T> factor = Vector256.LoadUnsafe(ref factors, i), value = Vector256.LoadUnsafe(ref source, i);
            Vector256<T> product = b.IsEmpty ? value * factor : Lanes.MultiplyAdd(value, factor, Vector256.LoadUnsafe(ref shifts, i));
            product.StoreUnsafe(ref destination, i);
        }
    }
}
