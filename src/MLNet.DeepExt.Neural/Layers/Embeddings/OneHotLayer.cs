using System.Numerics;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>Replaces each column by its one-hot encoding.</summary>
/// <param name="values">The codes of each column, ascending. Empty if the encoder is not fitted; this layer then never computes.</param>
/// <param name="layout">The columns that are encoded.</param>
internal sealed class OneHotLayer<T>(IReadOnlyList<IReadOnlyList<double>> values, ColumnLayout layout) : Layer<T>(layout.Inputs, layout.Outputs)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T[][] _values = [.. values.Select(ofColumn => ofColumn.Select(T.CreateTruncating).ToArray())];

    public override Split ForwardSplit => Split.Rows;

    public override Split BackwardSplit => Split.Rows;

    public override bool BackwardReadsX => false;

    public override bool BackwardReadsY => false;

    public override void Forward(in Pass<T> pass, in Rectangle share)
    {
        for (int row = share.RowFrom; row < share.RowTo; row++)
        {
            ReadOnlySpan<T> x = pass.X.Slice(row * pass.XStride, Inputs);
            Span<T> y = pass.Y.Slice(row * pass.YStride, Outputs);
            layout.Pass(x, y);
            for (int column = 0; column < _values.Length; column++)
            {
                Span<T> e = y.Slice(layout.OutputOf[column], layout.Numbers);
                e.Clear();
                int place = Array.BinarySearch(_values[column], x[layout.InputOf[column]]);
                if (place >= 0)
                    e[place] = T.One;
            }
        }
    }

    public override void BackwardInput(in Pass<T> pass, in Rectangle share)
    {
        for (int row = share.RowFrom; row < share.RowTo; row++)
        {
            Span<T> dx = pass.DX.Slice(row * pass.XStride, Inputs);
            dx.Clear();
            layout.PassBack(pass.DY.Slice(row * pass.YStride, Outputs), dx);
        }
    }

    public override string Emit(IOperatorGraph graph, string x, SlotReader<float> read)
    {
        if (layout.Columns == 0)
            return x;
        // No number equals NaN.
        var codes = new float[layout.Columns * layout.Numbers];
        Array.Fill(codes, float.NaN);
        for (int column = 0; column < values.Count; column++)
        {
            for (int i = 0; i < values[column].Count; i++)
                codes[column * layout.Numbers + i] = (float)values[column][i];
        }

        string isCode = graph.Operator(
            "Equal", [layout.EmitColumns(graph, x, layout.Numbers), graph.Constant("codes", codes, codes.Length)]);
        return layout.EmitOutputs(graph, x, graph.Operator("Cast", [isCode], [new OperatorAttribute("to", typeof(float))]));
    }
}
