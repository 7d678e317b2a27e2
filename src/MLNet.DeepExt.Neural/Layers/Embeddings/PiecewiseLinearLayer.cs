using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>
/// Replaces columns by functions that are linear in each bin: y = Vₜ + (x - bₜ)·Gₜ in bin t, where x is limited by
/// <see cref="ColumnBins{T}"/>, then optionally + x·w, then optionally a ReLU.
/// </summary>
/// <param name="edges">The edges of each column. Empty if the encoder is not fitted; this layer then never computes.</param>
/// <param name="layout">The columns that are encoded.</param>
/// <param name="mostBins">The maximum number of bins of a column.</param>
/// <param name="linear">w, (columns, dimension); null if there is none.</param>
/// <param name="useRelu">True if a ReLU follows.</param>
internal abstract class PiecewiseLinearLayer<T>(
    IReadOnlyList<IReadOnlyList<double>> edges, ColumnLayout layout, int mostBins, Slot? linear, bool useRelu) : Layer<T>(layout.Inputs, layout.Outputs)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The number of table elements of a bin and a strip of outputs: V and G.</summary>
    public const int Line = 2 * Lanes.Strip;

    private readonly int _strips = Lanes.Pad(layout.Numbers) / Lanes.Strip;

    private volatile ColumnBins<T>[]? _bins; // several workers may create them with equal contents

    public sealed override Split ForwardSplit => Split.Rows;

    public sealed override Split BackwardSplit => Split.Rows;

    public sealed override bool BackwardReadsX => true;

    public sealed override bool BackwardReadsY => useRelu;

    // Created on first use, because a network description from a file is validated against its parameters first.
    protected ColumnBins<T>[] Bins => _bins ??= ColumnBins<T>.Of(edges);

    protected IReadOnlyList<IReadOnlyList<double>> Edges => edges;

    protected ColumnLayout Layout => layout;

    protected int MostBins => mostBins;

    protected Slot? LinearWeight => linear;

    protected bool UseRelu => useRelu;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public sealed override void Forward(in Pass<T> pass, in Rectangle share)
    {
        if (share.Rows == 0)
            return;
        ReadOnlySpan<T> tables = Prepare(pass);
        ColumnBins<T>[] all = Bins;
        for (int row = share.RowFrom; row < share.RowTo; row++)
        {
            ReadOnlySpan<T> x = pass.X.Slice(row * pass.XStride, Inputs);
            Span<T> y = pass.Y.Slice(row * pass.YStride, Outputs);
            layout.Pass(x, y);
            for (int column = 0; column < all.Length; column++)
            {
                T value = x[layout.InputOf[column]];
                T distance = DistanceIn(all[column], value, out int bin);
                for (int strip = 0; strip < _strips; strip++)
                {
                    int width = Math.Min(Lanes.Strip, layout.Numbers - strip * Lanes.Strip);
                    Span<T> outputs = y.Slice(layout.OutputOf[column] + strip * Lanes.Strip, width);
                    ReadOnlySpan<T> line = tables.Slice(PlaceOf(column, strip, bin), Line);
                    ReadOnlySpan<T> slope = linear is null ? [] : pass.Parameters.Slice(linear.IndexOf(column, strip * Lanes.Strip), Lanes.Strip);
                    if (width == Lanes.Strip)
                        Evaluate(line, distance, slope, value, outputs);
                    else
                        EvaluatePart(line, distance, slope, value, outputs);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public sealed override void BackwardInput(in Pass<T> pass, in Rectangle share)
    {
        Span<T> gated = stackalloc T[Lanes.Strip];
        ReadOnlySpan<T> tables = Tables(pass);
        ColumnBins<T>[] all = Bins;
        for (int row = share.RowFrom; row < share.RowTo; row++)
        {
            ReadOnlySpan<T> x = pass.X.Slice(row * pass.XStride, Inputs);
            Span<T> dx = pass.DX.Slice(row * pass.XStride, Inputs);
            layout.PassBack(pass.DY.Slice(row * pass.YStride, Outputs), dx);
            for (int column = 0; column < all.Length; column++)
            {
                T value = x[layout.InputOf[column]], limited = all[column].Limit(value);
                int bin = all[column].Find(limited);
                T ofBins = T.Zero, ofLinear = T.Zero;
                for (int strip = 0; strip < _strips; strip++)
                {
                    ReadOnlySpan<T> dy = GradientOf(pass, row, column, strip, gated);
                    ofBins += Strips.Dot(tables.Slice(PlaceOf(column, strip, bin) + Lanes.Strip, Lanes.Strip), dy);
                    if (linear is not null)
                        ofLinear += Strips.Dot(pass.Parameters.Slice(linear.IndexOf(column, strip * Lanes.Strip), Lanes.Strip), dy);
                }

                dx[layout.InputOf[column]] = (limited == value ? ofBins : T.Zero) + ofLinear;
            }
        }
    }

    /// <summary>Prepares and returns V and G of all columns, strips of outputs and bins: (columns, strips, most bins, 2, 16).</summary>
    protected abstract ReadOnlySpan<T> Prepare(in Pass<T> pass);

    /// <summary>The tables that <see cref="Prepare"/> has prepared.</summary>
    protected abstract ReadOnlySpan<T> Tables(in Pass<T> pass);

    /// <summary>The number of elements of the tables.</summary>
    protected static int LengthOfTables(ColumnLayout layout, int mostBins) =>
        checked(layout.Columns * (Lanes.Pad(layout.Numbers) / Lanes.Strip) * mostBins * Line);

    /// <summary>The first element of the table of a bin.</summary>
    protected int PlaceOf(int column, int strip, int bin) => ((column * _strips + strip) * mostBins + bin) * Line;

    /// <summary>Returns the distance of a number, limited to the bins, from the lower edge of its bin.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static T DistanceIn(ColumnBins<T> bins, T value, out int bin)
    {
        T limited = bins.Limit(value);
        bin = bins.Find(limited);
        return limited - bins.Starts[bin];
    }

    /// <summary>Returns the gradient of a strip of the outputs of a column: (16). It is 0 if a ReLU follows and the output is not above 0, and in
    /// the padding.</summary>
    /// <param name="pass">The pass, which holds dy and y.</param>
    /// <param name="row">The row.</param>
    /// <param name="column">The column.</param>
    /// <param name="strip">The strip.</param>
    /// <param name="gated">A work area of 16 elements.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected ReadOnlySpan<T> GradientOf(in Pass<T> pass, int row, int column, int strip, Span<T> gated)
    {
        int from = strip * Lanes.Strip, width = Math.Min(Lanes.Strip, layout.Numbers - from);
        int start = row * pass.YStride + layout.OutputOf[column] + from;
        ReadOnlySpan<T> dy = pass.DY.Slice(start, width);
        if (width == Lanes.Strip && !useRelu)
            return dy;
        dy.CopyTo(gated);
        gated[width..].Clear();
        ReadOnlySpan<T> y = useRelu ? pass.Y.Slice(start, width) : [];
        for (int j = 0; j < y.Length; j++)
            gated[j] = y[j] > T.Zero ? gated[j] : T.Zero;
        return gated;
    }

    // line: (2, 16); slope: (16) or empty; outputs: (16).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Evaluate(ReadOnlySpan<T> line, T distance, ReadOnlySpan<T> slope, T value, Span<T> outputs)
    {
        Vector256<T> step = Vector256.Create(distance), x = Vector256.Create(value);
        ref T ofBin = ref MemoryMarshal.GetReference(line);
        ref T ofLinear = ref MemoryMarshal.GetReference(slope);
        ref T y = ref MemoryMarshal.GetReference(outputs);
        for (nuint j = 0; j < Lanes.Strip; j += (nuint)Vector256<T>.Count)
        {
            Vector256<T> sum = Lanes.MultiplyAdd(step, Vector256.LoadUnsafe(ref ofBin, Lanes.Strip + j), Vector256.LoadUnsafe(ref ofBin, j));
            if (!slope.IsEmpty)
                sum = Lanes.MultiplyAdd(x, Vector256.LoadUnsafe(ref ofLinear, j), sum);
            if (useRelu)
                sum = Vector256.Max(sum, Vector256<T>.Zero);
            sum.StoreUnsafe(ref y, j);
        }
    }

    // outputs: fewer than 16.
    private void EvaluatePart(ReadOnlySpan<T> line, T distance, ReadOnlySpan<T> slope, T value, Span<T> outputs)
    {
        Span<T> whole = stackalloc T[Lanes.Strip];
        Evaluate(line, distance, slope, value, whole);
        whole[..outputs.Length].CopyTo(outputs);
    }
}
