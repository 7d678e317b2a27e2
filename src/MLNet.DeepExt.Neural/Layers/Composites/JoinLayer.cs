using System.Numerics;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>Concatenates, for every row, the lines of x and the lines of skip, the second input of the pass.</summary>
/// <param name="width">The number of elements of a line.</param>
/// <param name="lines">The number of lines of a row of x.</param>
/// <param name="added">The number of lines of a row of skip.</param>
internal sealed class JoinLayer<T>(int width, int lines, int added) : Layer<T>(width, width)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int _total = lines + added;

    public override Split ForwardSplit => Split.Rows;

    public override Split BackwardSplit => Split.Rows;

    public override bool BackwardReadsX => false;

    public override bool BackwardReadsY => false;

    public override void Forward(in Pass<T> pass, in Rectangle share)
    {
        for (int line = share.RowFrom; line < share.RowTo; line++)
        {
            (int row, int place) = Math.DivRem(line, _total);
            ReadOnlySpan<T> source = place < lines
                ? pass.X[((row * lines + place) * pass.XStride)..]
                : pass.Skip[((row * added + place - lines) * pass.XStride)..];
            source[..share.Width].CopyTo(pass.Y[(line * pass.YStride)..]);
        }
    }

    public override void BackwardInput(in Pass<T> pass, in Rectangle share)
    {
        for (int line = share.RowFrom; line < share.RowTo; line++)
            pass.DY.Slice((line / lines * _total + line % lines) * pass.YStride, share.Width).CopyTo(pass.DX[(line * pass.XStride)..]);
    }

    internal override int LineOfSkip(int line) => line / added * _total + lines + line % added;

    internal override string EmitWithSkip(IOperatorGraph graph, string x, string skip)
    {
        string first = graph.Operator("Reshape", [x, graph.Constant("first", -1, lines, Inputs)]);
        string second = graph.Operator("Reshape", [skip, graph.Constant("second", -1, added, Inputs)]);
        string joined = graph.Operator("Concat", [first, second], [new OperatorAttribute("axis", 1)]);
        return graph.Operator("Reshape", [joined, graph.Constant("lines", -1, Inputs)]);
    }
}
