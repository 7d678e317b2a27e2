using System.Numerics;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>Computes a <see cref="PiecewiseLinearMapLayer{T}"/> from precomputed tables, for prediction.</summary>
/// <param name="edges">The edges of each column.</param>
/// <param name="layout">The columns that are encoded.</param>
/// <param name="mostBins">The maximum number of bins of a column.</param>
/// <param name="values">The tables: (columns · strips · most bins, 32).</param>
/// <param name="w">w, (columns, dimension); null if there is none.</param>
/// <param name="useRelu">True if a ReLU follows.</param>
internal sealed class PiecewiseLinearTableLayer<T>(
    IReadOnlyList<IReadOnlyList<double>> edges, ColumnLayout layout, int mostBins, Slot values, Slot? w, bool useRelu)
    : PiecewiseLinearLayer<T>(edges, layout, mostBins, w, useRelu)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override IReadOnlyList<Slot> Parameters { get; } = w is null ? [values] : [values, w];

    public Slot Values => values;

    public Slot? Linear => LinearWeight;

    /// <summary>Allocates the tables.</summary>
    public static Slot SlotOf(LayerPlace place, ColumnLayout layout, int mostBins) =>
        place.Slots.Vectors($"{place.Name}.tables", LengthOfTables(layout, mostBins) / Line, Line, SlotKind.Scale);

    // Sums the contributions of all bins; each is linear in the distance of x from the lower edge of the bin.
    public override string Emit(IOperatorGraph graph, string x, SlotReader<float> read)
    {
        (int columns, int dimension) = (Layout.Columns, Layout.Numbers);
        float[] tables = read(values);
        int count = columns * MostBins;
        float[] starts = new float[count], least = new float[count], most = new float[count];
        float[] slopes = new float[count * dimension], shifts = new float[columns * dimension];
        for (int column = 0; column < columns; column++)
        {
            for (int j = 0; j < dimension; j++)
                shifts[column * dimension + j] = Table(column, 0, j, isSlope: false);
            int used = Edges[column].Count - 1;
            for (int bin = 0; bin < used; bin++)
            {
                int place = column * MostBins + bin;
                double width = Edges[column][bin + 1] - Edges[column][bin];
                starts[place] = (float)Edges[column][bin];
                least[place] = bin == 0 ? (float)(-ColumnBins<T>.Farthest * width) : 0;
                most[place] = (float)(bin == used - 1 ? ColumnBins<T>.Farthest * width : width);
                for (int j = 0; j < dimension; j++)
                    slopes[place * dimension + j] = Table(column, bin, j, isSlope: true);
            }
        }

        string through = graph.Operator("Sub", [Layout.EmitColumns(graph, x, MostBins), graph.Constant("starts", starts, count)]);
        through = graph.Operator("Max", [through, graph.Constant("least", least, count)]);
        through = graph.Operator("Min", [through, graph.Constant("most", most, count)]);
        through = graph.Operator("Reshape", [through, graph.Constant("bins", -1, columns, 1, MostBins)]);
        string y = graph.Operator("MatMul", [through, graph.Constant("slopes", slopes, columns, MostBins, dimension)]);
        y = graph.Operator("Add", [y, graph.Constant("shifts", shifts, columns, 1, dimension)]);
        if (LinearWeight is { } linear)
        {
            string single = graph.Operator("Reshape", [Layout.EmitColumns(graph, x, 1), graph.Constant("columns", -1, columns, 1, 1)]);
            string weight = graph.Constant(linear.Name, read(linear), columns, 1, dimension);
            y = graph.Operator("Add", [y, graph.Operator("Mul", [single, weight])]);
        }

        y = graph.Operator("Reshape", [UseRelu ? graph.Operator("Relu", [y]) : y, graph.Constant("outputs", -1, columns * (long)dimension)]);
        return Layout.EmitOutputs(graph, x, y);

        float Table(int column, int bin, int j, bool isSlope) =>
            tables[PlaceOf(column, j / Kernels.Lanes.Strip, bin) + (isSlope ? Kernels.Lanes.Strip : 0) + j % Kernels.Lanes.Strip];
    }

    protected override ReadOnlySpan<T> Prepare(in Pass<T> pass) => Tables(pass);

    protected override ReadOnlySpan<T> Tables(in Pass<T> pass) => pass.Parameters.Slice(values.Offset, values.Length);
}
