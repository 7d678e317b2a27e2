using System.Numerics;
using System.Text.Json.Serialization;
using MLNet.DeepExt.Neural.Augmentations;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Statistics;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>
/// Replaces each column by how far its value has come through bins between quantiles b₀ &lt; b₁ &lt; … of the training rows: number t of the
/// encoding is (x - bₜ₋₁) / (bₜ - bₜ₋₁), at least 0 but in the first bin, and at most 1 but in the last one. With a
/// <see cref="Dimension"/>, a linear map of the encoding is learned for each column.
/// </summary>
/// <remarks>
/// <para>
/// A network learns from it what bends or jumps along a column, which a scaled number alone gives away slowly. Each column has
/// <see cref="Bins"/> + 1 quantiles, at equally spaced ranks; quantiles that are equal are kept once, and numbers of the encoding for which
/// there is then no bin are 0. A column whose values did not vary gives zeros. It needs no scaling before it.
/// </para>
/// <para>
/// Y. Gorishniy, I. Rubachev, A. Babenko, "On embeddings for numerical features in tabular deep learning", 2022: PLE, with a Dimension
/// PLE-L, and with <see cref="UseRelu"/> PLE-LR. Quantiles of many rows are estimated; see <see cref="InputStatistics"/>.
/// </para>
/// </remarks>
public sealed record PiecewiseLinearEmbedding : InputEncoder
{
    private const int Most = 1024;

    /// <summary>Creates the layer with its default options (Bins 48, no Dimension), not fitted yet, for all inputs.</summary>
    public PiecewiseLinearEmbedding()
    {
    }

    [JsonConstructor]
    internal PiecewiseLinearEmbedding(
        IReadOnlyList<SlotRange>? columns = null, int bins = 48, int? dimension = null, bool useRelu = false,
        IReadOnlyList<IReadOnlyList<double>>? edges = null) =>
        (Columns, Bins, Dimension, UseRelu, Edges) = (columns, bins, dimension, useRelu, edges);

    /// <summary>The most bins of a column, from 1 to 1,024. Default 48, as in the authors' package.</summary>
    public int Bins { get; init; } = 48;

    /// <summary>
    /// How many numbers a linear map makes of the encoding of each column, from 1 to 1,024. Null (default): the outputs are the encoding
    /// itself, <see cref="Bins"/> numbers.
    /// </summary>
    public int? Dimension { get; init; }

    /// <summary>Whether the linear map is followed by a ReLU. Default false. It needs a <see cref="Dimension"/>.</summary>
    public bool UseRelu { get; init; }

    /// <summary>
    /// Of each column that is encoded, in their order, the edges of its bins, ascending: one more than it has bins, or fewer than two where
    /// its values did not vary. Null (default) before it is fitted.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<double>>? Edges { get; init => field = Kept(value?.Select(edges => Kept(edges)!).ToArray()); }

    /// <inheritdoc/>
    [JsonIgnore]
    public override bool IsFitted => Edges is not null;

    /// <inheritdoc/>
    [JsonIgnore]
    public override bool NeedsQuantiles => true;

    /// <inheritdoc/>
    [JsonIgnore]
    public override int NumbersPerColumn => Dimension ?? Bins;

    /// <inheritdoc/>
    protected override int? FittedColumns => Edges?.Count;

    /// <inheritdoc/>
    protected internal override string Detail => Describe(
    [
        FormattableString.Invariant($"{Bins} bins{(Dimension is { } dimension ? $" → {dimension}" : "")}"),
        .. UseRelu ? ["relu"] : Array.Empty<string>(),
    ]);

    /// <inheritdoc/>
    public override PiecewiseLinearEmbedding Fit(IReadOnlyList<ColumnStatistics> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        return this with { Edges = [.. columns.Select(column => EdgesOf(column.Quantiles(Bins + 1)))] };
    }

    /// <inheritdoc/>
    public override Layer<T> Compile<T>(LayerPlace place)
    {
        ArgumentNullException.ThrowIfNull(place);
        var layout = new ColumnLayout(this, place.Input.Width);
        return new PiecewiseLinearEmbeddingLayer<T>(
            Edges ?? [], layout, Bins, Dimension is null ? null : ColumnMap.Of(place, layout, Bins, UseRelu, isShared: false));
    }

    /// <summary>Whether the other one has the same columns and options and has learned the same.</summary>
    /// <param name="other">Another layer.</param>
    public bool Equals(PiecewiseLinearEmbedding? other) =>
        base.Equals(other) && (Bins, Dimension, UseRelu) == (other.Bins, other.Dimension, other.UseRelu)
        && (Edges is null) == (other.Edges is null)
        && (Edges is null || (Edges.Count == other.Edges!.Count && Edges.Zip(other.Edges).All(pair => AreEqual(pair.First, pair.Second))));

    /// <inheritdoc/>
    public override int GetHashCode() =>
        HashCode.Combine(base.GetHashCode(), Bins, Dimension, UseRelu, Edges?.Count, Edges is [[.., var last], ..] ? last : 0);

    /// <inheritdoc/>
    protected override void ValidateOptions()
    {
        if (Bins is < 1 or > Most)
            throw OutOfRange(nameof(Bins), Bins, "48 is the usual value");
        if (Dimension is < 1 or > Most)
            throw OutOfRange(nameof(Dimension), Dimension.Value, "leave it null to give the encoding itself");
        if (UseRelu && Dimension is null)
        {
            throw new ArgumentException(
                "UseRelu of a PiecewiseLinearEmbedding is true but it has no Dimension, and no linear map; give it a Dimension.", nameof(UseRelu));
        }

        foreach (IReadOnlyList<double> edges in Edges ?? [])
        {
            if (edges is null)
                throw new ArgumentException("Edges of a PiecewiseLinearEmbedding has a column without edges; give it an empty list.", nameof(Edges));
            if (edges.Count > Bins + 1)
            {
                throw new ArgumentException(FormattableString.Invariant(
                    $"Edges of a PiecewiseLinearEmbedding has {edges.Count} edges for {Bins} bins; give at most one more than there are bins."),
                    nameof(Edges));
            }

            RequireFinite(edges, nameof(Edges));
            for (int i = 1; i < edges.Count; i++)
            {
                if (Inverse(edges[i] - edges[i - 1]) == 0)
                {
                    throw new ArgumentException(FormattableString.Invariant(
                        $"Edges of a PiecewiseLinearEmbedding has {edges[i]} after {edges[i - 1]}; give edges in ascending order, each once."),
                        nameof(Edges));
                }
            }
        }
    }

    // In single precision, like the features that they divide.
    private static double[] EdgesOf(double[] quantiles)
    {
        var edges = new List<double>();
        foreach (double quantile in quantiles)
        {
            float edge = (float)quantile;
            if (edges.Count == 0 || Inverse(edge - edges[^1]) > 0)
                edges.Add(edge);
        }

        return [.. edges];
    }

    private static ArgumentException OutOfRange(string name, int value, string remedy) => new(
        FormattableString.Invariant($"{name} of a PiecewiseLinearEmbedding must be from 1 to {Most} but is {value}; {remedy}."), name);
}

/// <param name="edges">Of each column; none where the encoder is not fitted, so that this layer never computes.</param>
/// <param name="layout">Which columns.</param>
/// <param name="bins">How many numbers an encoding has.</param>
/// <param name="map">The linear map; null where the outputs are the encoding.</param>
internal sealed class PiecewiseLinearEmbeddingLayer<T>(IReadOnlyList<IReadOnlyList<double>> edges, ColumnLayout layout, int bins, ColumnMap? map)
    : ColumnEmbeddingLayer<T>(layout, bins, map)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // [column]: (edges), and (bins), 1 / the width of each. Several workers may make them, all the same.
    private volatile Tuple<T[][], T[][]>? _tables;

    protected override void Encode(in Pass<T> pass, int column, T x, Span<T> e)
    {
        (T[] all, T[] inverses) = EdgesOf(column);
        for (int t = 0; t < inverses.Length; t++)
        {
            T share = (x - all[t]) * inverses[t];
            if (t > 0)
                share = T.Max(share, T.Zero);
            e[t] = t < inverses.Length - 1 ? T.Min(share, T.One) : share;
        }

        e[inverses.Length..].Clear();
    }

    // In all bins but that of x the encoding is 0 or 1.
    protected override T InputGradient(in Pass<T> pass, int column, T x, ReadOnlySpan<T> e, ReadOnlySpan<T> gated)
    {
        (T[] all, T[] inverses) = EdgesOf(column);
        if (inverses.Length == 0)
            return T.Zero;
        int bin = 0;
        while (bin < inverses.Length - 1 && x >= all[bin + 1])
            bin++;
        return inverses[bin] * EncodingGradient(Weights(pass), column, bin, gated);
    }

    protected override string DescribeEncodings(IOperatorGraph graph, string x, SlotReader<float> read)
    {
        int count = Layout.Columns * Encodings;
        float[] starts = new float[count], inverses = new float[count], least = new float[count], most = new float[count];
        for (int column = 0; column < edges.Count; column++)
        {
            int used = edges[column].Count - 1;
            for (int t = 0; t < used; t++)
            {
                int place = column * Encodings + t;
                starts[place] = (float)edges[column][t];
                inverses[place] = (float)(1 / (edges[column][t + 1] - edges[column][t]));
                least[place] = t == 0 ? -float.MaxValue : 0;
                most[place] = t == used - 1 ? float.MaxValue : 1;
            }
        }

        string e = graph.Operator("Sub", [Layout.DescribeColumns(graph, x, Encodings), graph.Constant("starts", starts, count)]);
        e = graph.Operator("Mul", [e, graph.Constant("inverses", inverses, count)]);
        e = graph.Operator("Max", [e, graph.Constant("least", least, count)]);
        return graph.Operator("Min", [e, graph.Constant("most", most, count)]);
    }

    // Made when they are first needed: a description in a file is checked against its numbers before.
    private (T[] Edges, T[] Inverses) EdgesOf(int column)
    {
        Tuple<T[][], T[][]> tables = _tables ??= Tuple.Create<T[][], T[][]>(
            [.. edges.Select(ofColumn => ofColumn.Select(T.CreateTruncating).ToArray())],
            [.. edges.Select(ofColumn => ofColumn.Skip(1).Zip(ofColumn, (to, from) => T.CreateTruncating(1 / (to - from))).ToArray())]);
        return (tables.Item1[column], tables.Item2[column]);
    }
}
