using System.Numerics;
using System.Runtime.CompilerServices;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>Repeats every row for every member: line r·members + m of y is row r of x.</summary>
internal sealed class RepeatLayer<T>(int width, int members) : Layer<T>(width, width)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int _padded = Lanes.Pad(width);

    public override Split ForwardSplit => Split.Rows;

    public override Split BackwardSplit => Split.Rows;

    public override bool BackwardReadsX => false;

    public override bool BackwardReadsY => false;

    public override void Forward(in Pass<T> pass, in Rectangle share)
    {
        for (int line = share.RowFrom; line < share.RowTo; line++)
            pass.X.Slice(line / members * pass.XStride, _padded).CopyTo(pass.Y[(line * pass.YStride)..]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void BackwardInput(in Pass<T> pass, in Rectangle share)
    {
        for (int row = share.RowFrom; row < share.RowTo; row++)
        {
            Span<T> dx = pass.DX.Slice(row * pass.XStride, _padded);
            ReadOnlySpan<T> dy = pass.DY[(row * members * pass.YStride)..];
            dy[.._padded].CopyTo(dx);
            for (int member = 1; member < members; member++)
                Elementwise.Add(dy.Slice(member * pass.YStride, _padded), dx);
        }
    }

    public override string Emit(IOperatorGraph graph, string x, SlotReader<float> read)
    {
        string rows = graph.Operator("Reshape", [x, graph.Constant("rows", -1, 1, Inputs)]);
        string repeated = graph.Operator("Expand", [rows, graph.Constant("members", 1, members, 1)]);
        return graph.Operator("Reshape", [repeated, graph.Constant("lines", -1, Inputs)]);
    }
}
