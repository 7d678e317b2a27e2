using System.Numerics;
using System.Runtime.CompilerServices;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>y = x + skip, where skip is the second input of the pass. Both inputs have the gradient of y; the network passes on that of
/// skip.</summary>
internal sealed class AddLayer<T>(int width) : Layer<T>(width, width)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override Split ForwardSplit => Split.Any;

    public override Split BackwardSplit => Split.Any;

    public override bool BackwardReadsX => false;

    public override bool BackwardReadsY => false;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Forward(in Pass<T> pass, in Rectangle share)
    {
        for (int line = share.RowFrom; line < share.RowTo; line++)
        {
            Span<T> y = pass.Y.Slice(line * pass.YStride + share.ColumnFrom, share.Width);
            pass.X.Slice(line * pass.XStride + share.ColumnFrom, share.Width).CopyTo(y);
            Elementwise.Add(pass.Skip.Slice(line * pass.XStride + share.ColumnFrom, share.Width), y);
        }
    }

    public override void BackwardInput(in Pass<T> pass, in Rectangle share)
    {
        for (int line = share.RowFrom; line < share.RowTo; line++)
            pass.DY.Slice(line * pass.YStride + share.ColumnFrom, share.Width).CopyTo(pass.DX[(line * pass.XStride + share.ColumnFrom)..]);
    }

    internal override string EmitWithSkip(IOperatorGraph graph, string x, string skip) => graph.Operator("Add", [x, skip]);
}
