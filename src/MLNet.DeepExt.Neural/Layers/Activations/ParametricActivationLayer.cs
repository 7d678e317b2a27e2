using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>y = a·f(x) + (1 - a)·x, with a for each column. The forward pass saves f(x) - x and f'(x), so the backward pass does not compute
/// f.</summary>
internal sealed class ParametricActivationLayer<T, TOperator>(Activation spec, Slot a, TOperator f) : Layer<T>(a.Shape.Columns, a.Shape.Columns)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TOperator : struct, IActivationOperator<T>
{
    // The stride of x, y, their gradients and the saved values.
    private readonly int _stride = Lanes.Stride(a.Shape.Columns);

    public override IReadOnlyList<Slot> Parameters { get; } = [a];

    public override Split ForwardSplit => Split.Any;

    public override Split BackwardSplit => Split.Any;

    public override bool BackwardReadsX => false;

    public override bool BackwardReadsY => false;

    // f(x) - x: (capacity, stride), then f'(x): (capacity, stride).
    public override int MemoLength(int capacity) => checked(2 * capacity * _stride);

    public override void Initialize(CounterRandom random, SlotWriter<T> write)
    {
        var ones = new T[Inputs];
        ones.AsSpan().Fill(T.One);
        write(a, ones);
    }

    public override string Emit(IOperatorGraph graph, string x, SlotReader<float> read)
    {
        string difference = graph.Operator("Sub", [spec.Emit(graph, x), x]);
        return graph.Operator("Add", [x, graph.Operator("Mul", [difference, graph.Constant(a.Name, read(a), Inputs)])]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Forward(in Pass<T> pass, in Rectangle share)
    {
        if (share.IsEmpty)
            return;
        // Without a gradient there is no backward pass.
        bool keeps = !pass.DY.IsEmpty;
        int half = pass.Memo.Length / 2;
        ref T shares = ref MemoryMarshal.GetReference(pass.Parameters.Slice(a.Offset + share.ColumnFrom, share.Width));
        for (int line = share.RowFrom; line < share.RowTo; line++)
        {
            int start = line * _stride + share.ColumnFrom;
            ref T source = ref MemoryMarshal.GetReference(pass.X.Slice(start, share.Width));
            ref T destination = ref MemoryMarshal.GetReference(pass.Y.Slice(start, share.Width));
            ref T differences = ref MemoryMarshal.GetReference(keeps ? pass.Memo.Slice(start, share.Width) : default);
            ref T slopes = ref MemoryMarshal.GetReference(keeps ? pass.Memo.Slice(half + start, share.Width) : default);
            for (nuint i = 0; i < (nuint)share.Width; i += (nuint)Vector256<T>.Count)
            {
                Vector256<T> x = Vector256.LoadUnsafe(ref source, i), value = f.Apply(x), part = Vector256.LoadUnsafe(ref shares, i);
                if (keeps)
                {
                    (value - x).StoreUnsafe(ref differences, i);
                    f.Derivative(TOperator.DerivativeReadsX ? x : value).StoreUnsafe(ref slopes, i);
                }

                // In this form the result is exactly f(x) if a is 1, including the sign of 0.
                Lanes.MultiplyAdd(part, value, (Vector256<T>.One - part) * x).StoreUnsafe(ref destination, i);
            }
        }
    }

    // dx = dy·(a·f'(x) + 1 - a).
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void BackwardInput(in Pass<T> pass, in Rectangle share)
    {
        if (share.IsEmpty)
            return;
        int half = pass.Memo.Length / 2;
        ref T shares = ref MemoryMarshal.GetReference(pass.Parameters.Slice(a.Offset + share.ColumnFrom, share.Width));
        for (int line = share.RowFrom; line < share.RowTo; line++)
        {
            int start = line * _stride + share.ColumnFrom;
            ref T slopes = ref MemoryMarshal.GetReference(pass.Memo.Slice(half + start, share.Width));
            ref T gradient = ref MemoryMarshal.GetReference(pass.DY.Slice(start, share.Width));
            ref T destination = ref MemoryMarshal.GetReference(pass.DX.Slice(start, share.Width));
            for (nuint i = 0; i < (nuint)share.Width; i += (nuint)Vector256<T>.Count)
            {
                Vector256<T> part = Vector256.LoadUnsafe(ref shares, i);
                Vector256<T> slope = Lanes.MultiplyAdd(part, Vector256.LoadUnsafe(ref slopes, i), Vector256<T>.One - part);
                (Vector256.LoadUnsafe(ref gradient, i) * slope).StoreUnsafe(ref destination, i);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void BackwardParameters(in Pass<T> pass, Slot slot, int from, Span<T> gradient, bool accumulate) =>
        ColumnReduction.SumOfProducts(pass.Rows, pass.DY[from..], pass.Memo[from..], _stride, gradient, accumulate);
}
