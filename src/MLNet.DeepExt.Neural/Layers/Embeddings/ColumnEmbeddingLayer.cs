using System.Numerics;
using System.Runtime.CompilerServices;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>The linear map of the encoding e of a column: e·W + b, optionally followed by a ReLU.</summary>
/// <param name="Weight">W of all columns, (columns · encodings, dimension); (encodings, dimension) if all columns share it.</param>
/// <param name="Bias">b of all columns, (columns, dimension); (1, dimension) if all columns share it.</param>
/// <param name="UseRelu">True if a ReLU follows.</param>
/// <param name="IsShared">True if all columns share W and b.</param>
internal sealed record ColumnMap(Slot Weight, Slot Bias, bool UseRelu, bool IsShared)
{
    /// <summary>Allocates W and b.</summary>
    public static ColumnMap Of(LayerPlace place, ColumnLayout layout, int encodings, int dimension, bool useRelu, bool isShared)
    {
        int maps = isShared ? 1 : layout.Columns;
        long lines = (long)maps * encodings;
        if (lines > Array.MaxLength)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"Layer {place.Name} has {lines} rows of weights, more than one array can hold; use fewer outputs for each column."), nameof(place));
        }

        return new ColumnMap(
            place.Slots.Matrix($"{place.Name}.weight", (int)lines, dimension),
            place.Slots.Vectors($"{place.Name}.bias", maps, dimension, SlotKind.Bias), useRelu, isShared);
    }

    /// <summary>Initializes a parameter uniformly within ±bound.</summary>
    public static void WriteUniform<T>(Slot slot, double bound, CounterRandom random, SlotWriter<T> write)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var values = new T[slot.Shape.Count];
        for (int i = 0; i < values.Length; i++)
            values[i] = T.CreateTruncating(bound * (2 * random.Uniform((ulong)i) - 1));
        write(slot, values);
    }
}

/// <summary>
/// Replaces each of its columns by a learned linear map of an encoding e of several numbers and, if there is one output more, appends the
/// column itself. All other inputs pass unchanged.
/// </summary>
/// <param name="layout">The columns that are encoded.</param>
/// <param name="encodings">The number of elements of e.</param>
/// <param name="map">The linear map.</param>
/// <param name="own">Additional parameters of the derived class.</param>
internal abstract class ColumnEmbeddingLayer<T>(ColumnLayout layout, int encodings, ColumnMap map, params Slot[] own)
    : Layer<T>(layout.Inputs, layout.Outputs)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override IReadOnlyList<Slot> Parameters { get; } = [.. own, map.Weight, map.Bias];

    public override Split ForwardSplit => Split.Rows;

    public override Split BackwardSplit => Split.Rows;

    public override bool BackwardReadsX => true;

    public override bool BackwardReadsY => map.UseRelu;

    /// <summary>The number of elements of e.</summary>
    protected int Encodings => encodings;

    protected ColumnLayout Layout => layout;

    // The number of outputs of the map.
    private int Dimension => map.Bias.Shape.Columns;

    // True if x follows them.
    private bool AddsInput => layout.Numbers > Dimension;

    // Parameters are updated while other gradients are computed, so a gradient must not read W itself.
    private int KeptLength => own.Length > 0 ? map.Weight.Length : 0;

    // A copy of W, if the derived class needs it for the gradient of its additional parameters; then e of all rows and columns: (capacity, columns,
    // encodings).
    public override int MemoLength(int capacity) => checked(KeptLength + capacity * layout.Columns * encodings);

    // As PyTorch's nn.Linear, with the number of inputs of each output.
    public override void Initialize(CounterRandom random, SlotWriter<T> write)
    {
        double bound = 1 / Math.Sqrt(encodings);
        ColumnMap.WriteUniform(map.Weight, bound, random.Derive(0), write);
        ColumnMap.WriteUniform(map.Bias, bound, random.Derive(1), write);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Forward(in Pass<T> pass, in Rectangle share)
    {
        // Exactly one worker has the first row. Without transposed weights there is no backward pass.
        if (KeptLength > 0 && pass.Transposed is not null && share.RowFrom == 0 && share.Rows > 0)
            Weights(pass).CopyTo(pass.Memo);
        for (int row = share.RowFrom; row < share.RowTo; row++)
        {
            ReadOnlySpan<T> x = pass.X.Slice(row * pass.XStride, Inputs);
            Span<T> y = pass.Y.Slice(row * pass.YStride, Outputs);
            layout.Pass(x, y);
            for (int column = 0; column < layout.Columns; column++)
            {
                Span<T> e = EncodingOf(pass, row, column);
                Encode(pass, column, x[layout.InputOf[column]], e);
                Map(pass, column, e, y.Slice(layout.OutputOf[column], Dimension));
                if (AddsInput)
                    y[layout.OutputOf[column] + Dimension] = x[layout.InputOf[column]];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void BackwardInput(in Pass<T> pass, in Rectangle share)
    {
        Span<T> gated = stackalloc T[Lanes.Pad(Dimension)];
        for (int row = share.RowFrom; row < share.RowTo; row++)
        {
            ReadOnlySpan<T> x = pass.X.Slice(row * pass.XStride, Inputs), dy = pass.DY.Slice(row * pass.YStride, Outputs);
            Span<T> dx = pass.DX.Slice(row * pass.XStride, Inputs);
            layout.PassBack(dy, dx);
            for (int column = 0; column < layout.Columns; column++)
            {
                Gate(pass, row, layout.OutputOf[column], 0, Dimension, gated);
                int input = layout.InputOf[column];
                dx[input] = InputGradient(pass, column, x[input], EncodingOf(pass, row, column), gated);
                if (AddsInput)
                    dx[input] += dy[layout.OutputOf[column] + Dimension];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void BackwardParameters(in Pass<T> pass, Slot slot, int from, Span<T> gradient, bool accumulate)
    {
        if (!accumulate)
            gradient.Clear();
        if (slot == map.Weight)
            BackwardWeight(pass, from, gradient);
        else
            BackwardBias(pass, from, gradient);
    }

    public override string Emit(IOperatorGraph graph, string x, SlotReader<float> read)
    {
        string encoded = EmitEncodings(graph, x, read);
        (int columns, int dimension) = (layout.Columns, Dimension);
        string e = graph.Operator("Reshape", [encoded, graph.Constant("columns", -1, columns, 1, encodings)]);
        string weight = map.IsShared
            ? graph.Constant(map.Weight.Name, read(map.Weight), encodings, dimension)
            : graph.Constant(map.Weight.Name, read(map.Weight), columns, encodings, dimension);
        string bias = graph.Constant(map.Bias.Name, read(map.Bias), map.Bias.Shape.Rows, 1, dimension);
        string z = graph.Operator("Add", [graph.Operator("MatMul", [e, weight]), bias]);
        if (map.UseRelu)
            z = graph.Operator("Relu", [z]);
        if (AddsInput)
        {
            string single = graph.Operator("Reshape", [layout.EmitColumns(graph, x, 1), graph.Constant("inputs", -1, columns, 1, 1)]);
            z = graph.Operator("Concat", [z, single], [new OperatorAttribute("axis", 3)]);
        }

        encoded = graph.Operator("Reshape", [z, graph.Constant("outputs", -1, columns * (long)layout.Numbers)]);
        return layout.EmitOutputs(graph, x, encoded);
    }

    /// <summary>Writes the encoding e, (encodings), of a number.</summary>
    protected abstract void Encode(in Pass<T> pass, int column, T x, Span<T> e);

    /// <summary>Returns ∂J/∂x of a number.</summary>
    /// <param name="pass">The pass, which holds the parameters.</param>
    /// <param name="column">The column.</param>
    /// <param name="x">The number.</param>
    /// <param name="e">Its encoding: (encodings).</param>
    /// <param name="gated">The gated gradient, from <see cref="GateOf"/>.</param>
    protected abstract T InputGradient(in Pass<T> pass, int column, T x, ReadOnlySpan<T> e, ReadOnlySpan<T> gated);

    /// <summary>Writes the ONNX operators of e of all columns: (rows, columns · encodings).</summary>
    protected abstract string EmitEncodings(IOperatorGraph graph, string x, SlotReader<float> read);

    /// <summary>Returns e of a row and a column: (encodings).</summary>
    protected Span<T> EncodingOf(in Pass<T> pass, int row, int column) =>
        pass.Memo.Slice(KeptLength + (row * layout.Columns + column) * encodings, encodings);

    /// <summary>W in the layout of the parameters.</summary>
    protected ReadOnlySpan<T> Weights(in Pass<T> pass) => pass.Parameters.Slice(map.Weight.Offset, map.Weight.Length);

    /// <summary>W at the time of the last forward pass.</summary>
    protected ReadOnlySpan<T> KeptWeights(in Pass<T> pass) => pass.Memo[..KeptLength];

    /// <summary>Writes the gradient of the output of the linear map: (padded dimension). It is 0 if a ReLU follows and the output is not above 0,
    /// and in the padding.</summary>
    protected void GateOf(in Pass<T> pass, int row, int column, Span<T> gated) => Gate(pass, row, layout.OutputOf[column], 0, Dimension, gated);

    /// <summary>Returns ∂J/∂e of one element of e.</summary>
    protected T EncodingGradient(ReadOnlySpan<T> weights, int column, int encoding, ReadOnlySpan<T> gated)
    {
        T sum = T.Zero;
        int line = LineOf(column) + encoding;
        for (int strip = 0; strip < gated.Length; strip += Lanes.Strip)
            sum += Strips.Dot(weights.Slice(map.Weight.IndexOf(line, strip) - map.Weight.Offset, Lanes.Strip), gated.Slice(strip, Lanes.Strip));
        return sum;
    }

    // outputs: (dimension).
    private void Map(in Pass<T> pass, int column, ReadOnlySpan<T> e, Span<T> outputs)
    {
        Span<T> z = stackalloc T[Lanes.Strip];
        for (int strip = 0; strip < outputs.Length; strip += Lanes.Strip)
        {
            pass.Parameters.Slice(map.Bias.IndexOf(map.IsShared ? 0 : column, strip), Lanes.Strip).CopyTo(z);
            ReadOnlySpan<T> weights = pass.Parameters.Slice(map.Weight.IndexOf(LineOf(column), strip), e.Length * Lanes.Strip);
            for (int k = 0; k < e.Length; k++)
                Strips.AddProduct(e[k], weights.Slice(k * Lanes.Strip, Lanes.Strip), z);
            int width = Math.Min(Lanes.Strip, outputs.Length - strip);
            for (int j = 0; j < width; j++)
                outputs[strip + j] = map.UseRelu ? T.Max(z[j], T.Zero) : z[j];
        }
    }

    // gradient: a range of (strips, lines, 16).
    private void BackwardWeight(in Pass<T> pass, int from, Span<T> gradient)
    {
        Span<T> gated = stackalloc T[Lanes.Strip];
        int lines = map.Weight.Shape.Rows, panel = lines * Lanes.Strip;
        for (int done = 0; done < gradient.Length;)
        {
            int strip = (from + done) / panel, lineFrom = (from + done) % panel / Lanes.Strip;
            int length = Math.Min(gradient.Length - done, panel - lineFrom * Lanes.Strip);
            Span<T> part = gradient.Slice(done, length);
            int lineTo = lineFrom + length / Lanes.Strip;
            (int first, int last) = map.IsShared ? (0, layout.Columns - 1) : (lineFrom / encodings, (lineTo - 1) / encodings);
            for (int row = 0; row < pass.Rows; row++)
            {
                for (int column = first; column <= last; column++)
                {
                    Gate(pass, row, layout.OutputOf[column], strip * Lanes.Strip, Lanes.Strip, gated);
                    ReadOnlySpan<T> e = EncodingOf(pass, row, column);
                    int line = LineOf(column);
                    for (int k = Math.Max(0, lineFrom - line); k < e.Length && line + k < lineTo; k++)
                        Strips.AddProduct(e[k], gated, part.Slice((line + k - lineFrom) * Lanes.Strip, Lanes.Strip));
                }
            }

            done += length;
        }
    }

    // gradient: a range of (columns, padded dimension), or of (1, padded dimension).
    private void BackwardBias(in Pass<T> pass, int from, Span<T> gradient)
    {
        Span<T> gated = stackalloc T[Lanes.Strip];
        int padded = Lanes.Pad(Dimension);
        for (int row = 0; row < pass.Rows; row++)
        {
            for (int i = 0; i < gradient.Length; i += Lanes.Strip)
            {
                int strip = (from + i) % padded, line = (from + i) / padded;
                (int first, int last) = map.IsShared ? (0, layout.Columns - 1) : (line, line);
                for (int column = first; column <= last; column++)
                {
                    Gate(pass, row, layout.OutputOf[column], strip, Lanes.Strip, gated);
                    Strips.AddProduct(T.One, gated, gradient.Slice(i, Lanes.Strip));
                }
            }
        }
    }

    // gated: at least (count). Receives outputs [from, from + count) of a column; elements beyond its outputs are 0.
    private void Gate(in Pass<T> pass, int row, int output, int from, int count, Span<T> gated)
    {
        int width = Math.Min(count, Dimension - from), start = row * pass.YStride + output + from;
        ReadOnlySpan<T> dy = pass.DY.Slice(start, width);
        dy.CopyTo(gated);
        gated[width..].Clear();
        if (!map.UseRelu)
            return;
        ReadOnlySpan<T> y = pass.Y.Slice(start, width);
        for (int j = 0; j < width; j++)
            gated[j] = y[j] > T.Zero ? gated[j] : T.Zero;
    }

    // The first element of W of a column.
    private int LineOf(int column) => map.IsShared ? 0 : column * encodings;
}
