using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>
/// Learns a linear map of the piecewise-linear encoding e of each column, e·W + b, optionally + x·w. As e is 1 in the bins below x
/// and 0 above, the sums of W over bins are computed once per batch, Vₜ = b + Σᵤ₍ᵤ﹤ₜ₎ Wᵤ, and the cost of a number depends on its own bin only.
/// </summary>
/// <param name="edges">The edges of each column. Empty if the encoder is not fitted; this layer then never computes.</param>
/// <param name="layout">The columns that are encoded.</param>
/// <param name="mostBins">The maximum number of bins of a column.</param>
/// <param name="slots">The parameters.</param>
/// <param name="useRelu">True if a ReLU follows.</param>
internal sealed class PiecewiseLinearMapLayer<T>(
    IReadOnlyList<IReadOnlyList<double>> edges, ColumnLayout layout, int mostBins, PiecewiseLinearSlots slots, bool useRelu)
    : PiecewiseLinearLayer<T>(edges, layout, mostBins, slots.Linear, useRelu)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int _length = LengthOfTables(layout, mostBins);

    public override IReadOnlyList<Slot> Parameters { get; } =
        slots.Linear is null ? [slots.Weight, slots.Bias] : [slots.Weight, slots.Bias, slots.Linear];

    public override int MemoLength(int capacity) => _length;

    // Without w, as PyTorch's nn.Linear. With w, W is initialized to 0, so that y starts as a linear function of x.
    public override void Initialize(CounterRandom random, SlotWriter<T> write)
    {
        double bound = 1 / Math.Sqrt(slots.Linear is null ? MostBins : Layout.Numbers);
        for (int number = slots.Linear is null ? 0 : 1; number < Parameters.Count; number++)
            ColumnMap.WriteUniform(Parameters[number], bound, random.Derive((ulong)number), write);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void BackwardParameters(in Pass<T> pass, Slot slot, int from, Span<T> gradient, bool accumulate)
    {
        if (!accumulate)
            gradient.Clear();
        if (slot == slots.Weight)
            BackwardWeight(pass, from, gradient);
        else
            BackwardColumns(pass, slot, from, gradient);
    }

    // Every worker computes all tables, with equal contents, and reads its own.
    protected override ReadOnlySpan<T> Prepare(in Pass<T> pass)
    {
        Span<T> tables = pass.Memo[.._length];
        Fill(pass.Parameters.Slice(slots.Weight.Offset, slots.Weight.Length), pass.Parameters.Slice(slots.Bias.Offset, slots.Bias.Length), tables);
        return tables;
    }

    protected override ReadOnlySpan<T> Tables(in Pass<T> pass) => pass.Memo[.._length];

    internal override void WriteAtPrediction(SlotReader<T> read, Layer<T> other, SlotWriter<T> write)
    {
        var to = (PiecewiseLinearTableLayer<T>)other;
        var tables = new T[_length];
        Fill(PaddedOf(slots.Weight, read), PaddedOf(slots.Bias, read), tables);
        write(to.Values, tables);
        if (slots.Linear is not null)
            write(to.Linear!, read(slots.Linear));
    }

    // In the layout of the parameters.
    private static T[] PaddedOf(Slot slot, SlotReader<T> read)
    {
        (T[] values, var padded, int width) = (read(slot), new T[slot.Length], slot.Shape.Columns);
        for (int i = 0; i < values.Length; i++)
            padded[slot.IndexOf(i / width, i % width) - slot.Offset] = values[i];
        return padded;
    }

    // weights: (strips, columns · most bins, 16); biases: (columns, strips, 16).
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Fill(ReadOnlySpan<T> weights, ReadOnlySpan<T> biases, Span<T> tables)
    {
        ColumnBins<T>[] all = Bins;
        int strips = Lanes.Pad(Layout.Numbers) / Lanes.Strip;
        for (int column = 0; column < all.Length; column++)
        {
            for (int strip = 0; strip < strips; strip++)
            {
                ReadOnlySpan<T> bias = biases.Slice((column * strips + strip) * Lanes.Strip, Lanes.Strip);
                ReadOnlySpan<T> w = weights.Slice((strip * all.Length + column) * MostBins * Lanes.Strip, MostBins * Lanes.Strip);
                FillColumn(all[column], bias, w, tables.Slice(PlaceOf(column, strip, 0), MostBins * Line));
            }
        }
    }

    // bias: (16); w: (most bins, 16); lines: (most bins, 2, 16).
    private static void FillColumn(ColumnBins<T> bins, ReadOnlySpan<T> bias, ReadOnlySpan<T> w, Span<T> lines)
    {
        ref T weight = ref MemoryMarshal.GetReference(w);
        ref T line = ref MemoryMarshal.GetReference(lines);
        ReadOnlySpan<T> inverses = bins.Inverses;
        for (nuint j = 0; j < Lanes.Strip; j += (nuint)Vector256<T>.Count)
        {
            Vector256<T> sum = Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(bias), j);
            for (int bin = 0; bin < inverses.Length; bin++)
            {
                Vector256<T> step = Vector256.LoadUnsafe(ref weight, (nuint)(bin * Lanes.Strip) + j);
                sum.StoreUnsafe(ref line, (nuint)(bin * Line) + j);
                (step * Vector256.Create(inverses[bin])).StoreUnsafe(ref line, (nuint)(bin * Line + Lanes.Strip) + j);
                sum += step;
            }
        }
    }

    // gradient: a range of (strips, columns · most bins, 16).
    private void BackwardWeight(in Pass<T> pass, int from, Span<T> gradient)
    {
        Span<T> beyond = stackalloc T[MostBins * Lanes.Strip];
        int lines = slots.Weight.Shape.Rows;
        while (!gradient.IsEmpty)
        {
            int strip = from / Lanes.Strip / lines, line = from / Lanes.Strip % lines;
            int column = line / MostBins, bin = line % MostBins;
            Span<T> part = gradient[..Math.Min(gradient.Length, (MostBins - bin) * Lanes.Strip)];
            BackwardBins(pass, column, strip, bin, part, beyond);
            gradient = gradient[part.Length..];
            from += part.Length;
        }
    }

    // The gradient of Wₜ is Σ share·dy of the rows in bin t plus Σ dy of the rows in higher bins. Rows are added in order, then bins from the last
    // one,
    // independently of the limits of the part. gradient: (some bins, 16) from the first one; beyond: (most bins, 16), a work area.
    private void BackwardBins(in Pass<T> pass, int column, int strip, int first, Span<T> gradient, Span<T> beyond)
    {
        Span<T> gated = stackalloc T[Lanes.Strip];
        ColumnBins<T> bins = Bins[column];
        int end = first + gradient.Length / Lanes.Strip, input = Layout.InputOf[column];
        if (first >= bins.Count)
            return;
        beyond.Clear();
        for (int row = 0; row < pass.Rows; row++)
        {
            T distance = DistanceIn(bins, pass.X[row * pass.XStride + input], out int bin);
            if (bin < first)
                continue;
            ReadOnlySpan<T> dy = GradientOf(pass, row, column, strip, gated);
            Strips.AddProduct(T.One, dy, beyond.Slice(bin * Lanes.Strip, Lanes.Strip));
            if (bin < end)
                Strips.AddProduct(distance * bins.Inverses[bin], dy, gradient.Slice((bin - first) * Lanes.Strip, Lanes.Strip));
        }

        for (int bin = bins.Count - 2; bin >= first; bin--)
        {
            Span<T> sum = beyond.Slice((bin + 1) * Lanes.Strip, Lanes.Strip);
            if (bin < end)
                Strips.AddProduct(T.One, sum, gradient.Slice((bin - first) * Lanes.Strip, Lanes.Strip));
            Strips.AddProduct(T.One, sum, beyond.Slice(bin * Lanes.Strip, Lanes.Strip));
        }
    }

    // The gradient of b is Σ dy, that of w is Σ x·dy. gradient: a range of (columns, strips, 16).
    private void BackwardColumns(in Pass<T> pass, Slot slot, int from, Span<T> gradient)
    {
        Span<T> gated = stackalloc T[Lanes.Strip];
        int strips = Lanes.Pad(Layout.Numbers) / Lanes.Strip;
        for (; !gradient.IsEmpty; gradient = gradient[Lanes.Strip..], from += Lanes.Strip)
        {
            int column = from / Lanes.Strip / strips, strip = from / Lanes.Strip % strips;
            for (int row = 0; row < pass.Rows; row++)
            {
                T factor = slot == slots.Bias ? T.One : pass.X[row * pass.XStride + Layout.InputOf[column]];
                Strips.AddProduct(factor, GradientOf(pass, row, column, strip, gated), gradient[..Lanes.Strip]);
            }
        }
    }
}

/// <summary>The parameters of a <see cref="PiecewiseLinearMapLayer{T}"/>.</summary>
/// <param name="Weight">W of all columns, (columns · most bins, dimension), in panels.</param>
/// <param name="Bias">b, (columns, dimension).</param>
/// <param name="Linear">w, (columns, dimension); null if there is none.</param>
internal sealed record PiecewiseLinearSlots(Slot Weight, Slot Bias, Slot? Linear);
