using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>
/// y = x·s + b, column by column, with s and the optional b of (members, columns). Line i uses the row of member i modulo members. With one member,
/// all lines use the same row.
/// </summary>
/// <param name="scale">s.</param>
/// <param name="bias">b; null if there is no bias.</param>
/// <param name="start">The initial values of s: (members, columns).</param>
internal sealed class ColumnFactorLayer<T>(Slot scale, Slot? bias, Func<CounterRandom, T[]> start)
    : Layer<T>(scale.Shape.Columns, scale.Shape.Columns)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int _members = scale.Shape.Rows;
    private readonly int _padded = Lanes.Pad(scale.Shape.Columns);

    public override IReadOnlyList<Slot> Parameters { get; } = bias is null ? [scale] : [scale, bias];

    public override Split ForwardSplit => Split.Any;

    public override Split BackwardSplit => Split.Any;

    public override bool BackwardReadsX => true;

    public override bool BackwardReadsY => false;

    public override void Initialize(CounterRandom random, SlotWriter<T> write) => write(scale, start(random));

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

    // gradient: a range of (members, padded): it may begin and end inside a member's vector.
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

    public override ColumnScaling? ScalingAtPrediction(SlotReader<T> read) => _members > 1
        ? null
        : new ColumnScaling(
            Array.ConvertAll(read(scale), double.CreateTruncating),
            bias is null ? new double[Inputs] : Array.ConvertAll(read(bias), double.CreateTruncating));

    public override string Emit(IOperatorGraph graph, string x, SlotReader<float> read)
    {
        if (_members == 1 && bias is null)
            return graph.Operator("Mul", [x, graph.Constant(scale.Name, read(scale), Inputs)]);
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
