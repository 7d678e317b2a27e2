using System.Numerics;
using System.Runtime.CompilerServices;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>Replaces columns by their piecewise-linear encoding e: 1 in the bins below x, the fraction of the bin in the bin of x, 0 above.</summary>
/// <param name="edges">The edges of each column. Empty if the encoder is not fitted; this layer then never computes.</param>
/// <param name="layout">The columns that are encoded.</param>
internal sealed class PiecewiseLinearEncodingLayer<T>(IReadOnlyList<IReadOnlyList<double>> edges, ColumnLayout layout)
    : Layer<T>(layout.Inputs, layout.Outputs)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private volatile ColumnBins<T>[]? _bins; // several workers may create them with equal contents

    public override Split ForwardSplit => Split.Rows;

    public override Split BackwardSplit => Split.Rows;

    public override bool BackwardReadsX => true;

    public override bool BackwardReadsY => false;

    // Created on first use, because a network description from a file is validated against its parameters first.
    private ColumnBins<T>[] Bins => _bins ??= ColumnBins<T>.Of(edges);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Forward(in Pass<T> pass, in Rectangle share)
    {
        ColumnBins<T>[] all = Bins;
        for (int row = share.RowFrom; row < share.RowTo; row++)
        {
            ReadOnlySpan<T> x = pass.X.Slice(row * pass.XStride, Inputs);
            Span<T> y = pass.Y.Slice(row * pass.YStride, Outputs);
            layout.Pass(x, y);
            for (int column = 0; column < all.Length; column++)
            {
                ColumnBins<T> bins = all[column];
                Span<T> e = y.Slice(layout.OutputOf[column], layout.Numbers);
                e.Clear();
                if (bins.Count == 0)
                    continue;
                T value = bins.Limit(x[layout.InputOf[column]]);
                int bin = bins.Find(value);
                e[..bin].Fill(T.One);
                e[bin] = (value - bins.Starts[bin]) * bins.Inverses[bin];
            }
        }
    }

    // The encoding is 0 or 1 in all bins except the bin of x.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void BackwardInput(in Pass<T> pass, in Rectangle share)
    {
        ColumnBins<T>[] all = Bins;
        for (int row = share.RowFrom; row < share.RowTo; row++)
        {
            ReadOnlySpan<T> x = pass.X.Slice(row * pass.XStride, Inputs), dy = pass.DY.Slice(row * pass.YStride, Outputs);
            Span<T> dx = pass.DX.Slice(row * pass.XStride, Inputs);
            layout.PassBack(dy, dx);
            for (int column = 0; column < all.Length; column++)
            {
                ColumnBins<T> bins = all[column];
                T value = x[layout.InputOf[column]];
                bool isLimited = bins.Limit(value) != value;
                int bin = bins.Find(value);
                dx[layout.InputOf[column]] = isLimited ? T.Zero : bins.Inverses[bin] * dy[layout.OutputOf[column] + bin];
            }
        }
    }

    public override string Emit(IOperatorGraph graph, string x, SlotReader<float> read)
    {
        if (layout.Columns == 0)
            return x;
        int count = layout.Columns * layout.Numbers;
        float[] starts = new float[count], inverses = new float[count], least = new float[count], most = new float[count];
        for (int column = 0; column < edges.Count; column++)
        {
            int used = edges[column].Count - 1;
            for (int t = 0; t < used; t++)
            {
                int place = column * layout.Numbers + t;
                starts[place] = (float)edges[column][t];
                inverses[place] = (float)(1 / (edges[column][t + 1] - edges[column][t]));
                least[place] = t == 0 ? -(float)ColumnBins<T>.Farthest : 0;
                most[place] = t == used - 1 ? (float)ColumnBins<T>.Farthest : 1;
            }
        }

        string e = graph.Operator("Sub", [layout.EmitColumns(graph, x, layout.Numbers), graph.Constant("starts", starts, count)]);
        e = graph.Operator("Mul", [e, graph.Constant("inverses", inverses, count)]);
        e = graph.Operator("Max", [e, graph.Constant("least", least, count)]);
        return layout.EmitOutputs(graph, x, graph.Operator("Min", [e, graph.Constant("most", most, count)]));
    }
}
