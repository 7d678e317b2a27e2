using System.Text.Json.Serialization;
using MLNet.DeepExt.Neural.Augmentations;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Statistics;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>
/// Replaces each column by its piecewise-linear encoding over bins b₀ &lt; b₁ &lt; … of the training rows: element t of the encoding is
/// (x - bₜ₋₁) / (bₜ - bₜ₋₁), limited to at least 0 (-5 in the first bin) and at most 1 (5 in the last bin). With a
/// <see cref="Dimension"/>, a linear map of the encoding is learned for each column.
/// </summary>
/// <remarks>
/// <para>
/// It lets a network learn functions of a column that bend or jump, which are hard to learn from a single scaled number. Bins hold about equal
/// numbers of rows. A value that alone has more rows than a bin becomes an edge, and the other values share the remaining edges, so a column that
/// is mostly 0 has as many bins as any other. A column of at most <see cref="Bins"/> + 1 values has an edge at each value. With
/// <see cref="TargetAwareRows"/>, bins are narrow where the target changes. Elements of the encoding without a bin are 0. A column whose values did
/// not vary gives zeros.
/// </para>
/// <para>
/// Without <see cref="AddLinear"/> it needs no scaling before it. It may follow encoders that map each column by an increasing function,
/// such as <see cref="RobustScale"/>, and is fitted in the same pass over the rows.
/// </para>
/// <para>
/// Y. Gorishniy, I. Rubachev, A. Babenko, "On embeddings for numerical features in tabular deep learning", 2022: PLE, with
/// <see cref="TargetAwareRows"/> PLE with target-aware bins, with a Dimension PLE-L, and with <see cref="UseRelu"/> PLE-LR. Y. Gorishniy,
/// A. Kotelnikov, A. Babenko, "TabM: advancing tabular deep learning with parameter-efficient ensembling", 2024: with <see cref="AddLinear"/>
/// "version B". Quantiles of many rows are estimated; see <see cref="InputStatistics"/>.
/// </para>
/// </remarks>
public sealed record PiecewiseLinearEmbedding : InputEncoder
{
    private const int Most = 1024;
    private const double LeastWidth = 1.0 / (1 << 20); // minimum width of a bin relative to its edge: at least eight steps of single precision
    private const double RateOfAddedBias = 0.1; // RealMLP uses it for all biases

    /// <summary>Creates the layer with its default options (Bins 48, no Dimension), not fitted yet, for all inputs.</summary>
    public PiecewiseLinearEmbedding()
    {
    }

    [JsonConstructor]
    internal PiecewiseLinearEmbedding(
        IReadOnlyList<SlotRange>? columns = null, int bins = 48, int? dimension = null, bool useRelu = false, bool addLinear = false,
        int leastValues = 1, int? targetAwareRows = null, IReadOnlyList<IReadOnlyList<double>>? edges = null) =>
        (Columns, Bins, Dimension, UseRelu, AddLinear, LeastValues, TargetAwareRows, Edges) =
            (columns, bins, dimension, useRelu, addLinear, leastValues, targetAwareRows, edges);

    /// <summary>The maximum number of bins of a column, from 1 to 1,024. Default 48, as in the authors' package.</summary>
    public int Bins { get; init; } = 48;

    /// <summary>
    /// The number of outputs of the linear map of each column, from 1 to 1,024. Null (default) for no map: the outputs are the encoding
    /// itself, <see cref="Bins"/> numbers.
    /// </summary>
    public int? Dimension { get; init; }

    /// <summary>True if a ReLU follows the linear map. Default false. It needs a <see cref="Dimension"/>.</summary>
    public bool UseRelu { get; init; }

    /// <summary>
    /// True to add x·w, with a parameter w of each column, to the linear map of the encoding. Default false. The map is then initialized to 0, so the
    /// outputs start as linear functions of x; the learning rate of the bias is reduced to a tenth. Scale the columns first, for example by a
    /// <see cref="RobustScale"/>. It needs a <see cref="Dimension"/>.
    /// </summary>
    public bool AddLinear { get; init; }

    /// <summary>
    /// The minimum number of distinct values of an encoded column, from 1 to 1,024; columns with fewer pass unchanged, with one output each.
    /// Default 1: all are encoded. The encoding of a column of two values is a linear function of it, so 3 loses nothing if the columns have the
    /// same scale. After fitting, <see cref="InputEncoder.Columns"/> has the columns that are encoded, which may be none.
    /// </summary>
    public int LeastValues { get; init; } = 1;

    /// <summary>
    /// The minimum number of rows of a bin if bins follow the target, at least 1: edges are then the thresholds of a decision tree on the column
    /// alone, with at most <see cref="Bins"/> leaves. Null (default) for bins with about equal numbers of rows. The authors of the embedding use 64
    /// and more. It needs targets, which a <c>Trainer</c> provides for the training rows only; see <see cref="ColumnStatistics.TargetThresholds"/>.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int? TargetAwareRows { get; init; }

    /// <summary>
    /// The edges of the bins of each encoded column, in order, ascending: one more than the column has bins, or fewer than two if
    /// its values did not vary. Null (default) before fitting.
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
    public override bool NeedsTargets => TargetAwareRows is not null;

    /// <inheritdoc/>
    [JsonIgnore]
    public override int NumbersPerColumn => Dimension ?? Bins;

    /// <inheritdoc/>
    protected override int? FittedColumns => Edges?.Count;

    /// <inheritdoc/>
    protected internal override string Detail => Describe(
    [
        FormattableString.Invariant($"{Bins} bins{(Dimension is { } dimension ? $" → {dimension}" : "")}"),
        .. AddLinear ? ["linear"] : Array.Empty<string>(),
        .. UseRelu ? ["relu"] : Array.Empty<string>(),
        .. TargetAwareRows is { } rows ? [FormattableString.Invariant($"by the target, at least {rows} rows")] : Array.Empty<string>(),
        .. LeastValues > 1 ? [FormattableString.Invariant($"at least {LeastValues} values")] : Array.Empty<string>(),
    ]);

    internal override bool MayPassMore => !IsFitted && LeastValues > 1;

    /// <summary>True if it computes from precomputed tables, as at prediction. It then cannot learn.</summary>
    internal bool IsTabulated { get; init; }

    internal override LayerSpec? AtPrediction => Dimension is null || Columns is { Count: 0 } ? null : this with { IsTabulated = true };

    /// <inheritdoc/>
    public override PiecewiseLinearEmbedding Fit(IReadOnlyList<ColumnStatistics> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        double[]?[] edges = [.. columns.Select(EdgesOf)];
        bool[] isEncoded = [.. edges.Select(ofColumn => ofColumn is not null)];
        return this with
        {
            Columns = Array.TrueForAll(isEncoded, encoded => encoded) ? Columns : RangesOf(isEncoded),
            Edges = [.. edges.OfType<double[]>()],
        };
    }

    /// <inheritdoc/>
    public override Layer<T> Compile<T>(LayerPlace place)
    {
        ArgumentNullException.ThrowIfNull(place);
        var layout = new ColumnLayout(this, place.Input.Width);
        if (Dimension is null || layout.Columns == 0)
            return new PiecewiseLinearEncodingLayer<T>(Edges ?? [], layout);
        long lines = (long)layout.Columns * Bins;
        if (lines > Array.MaxLength)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"Layer {place.Name} has {lines} rows of weights, more than one array can hold; use fewer bins for each column."), nameof(place));
        }

        if (IsTabulated)
        {
            Slot values = PiecewiseLinearTableLayer<T>.SlotOf(place, layout, Bins);
            return new PiecewiseLinearTableLayer<T>(Edges ?? [], layout, Bins, values, LinearSlot(), UseRelu);
        }

        var slots = new PiecewiseLinearSlots(
            place.Slots.Table($"{place.Name}.weight", (int)lines, layout.Numbers),
            place.Slots.Vectors($"{place.Name}.bias", layout.Columns, layout.Numbers, SlotKind.Bias, AddLinear ? RateOfAddedBias : 1),
            LinearSlot());
        return new PiecewiseLinearMapLayer<T>(Edges ?? [], layout, Bins, slots, UseRelu);

        Slot? LinearSlot() =>
            AddLinear ? place.Slots.Vectors($"{place.Name}.linear", layout.Columns, layout.Numbers, SlotKind.Weight) : null;
    }

    /// <summary>True if the other layer has the same columns, options and fitted values.</summary>
    /// <param name="other">Another layer.</param>
    public bool Equals(PiecewiseLinearEmbedding? other) =>
        base.Equals(other) && (Bins, Dimension, UseRelu) == (other.Bins, other.Dimension, other.UseRelu)
        && (AddLinear, LeastValues, IsTabulated) == (other.AddLinear, other.LeastValues, other.IsTabulated)
        && TargetAwareRows == other.TargetAwareRows
        && AreEqual(Edges, other.Edges);

    /// <inheritdoc/>
    public override int GetHashCode() =>
        HashCode.Combine(
            base.GetHashCode(), Bins, Dimension, UseRelu, AddLinear, LeastValues, Edges?.Count, Edges is [[.., var last], ..] ? last : 0);

    /// <inheritdoc/>
    protected override void ValidateOptions()
    {
        if (Bins is < 1 or > Most)
            throw OutOfRange(nameof(Bins), Bins, "48 is the usual value");
        if (Dimension is < 1 or > Most)
            throw OutOfRange(nameof(Dimension), Dimension.Value, "leave it null to return the encoding itself");
        if (LeastValues is < 1 or > Most)
            throw OutOfRange(nameof(LeastValues), LeastValues, "1 encodes all columns");
        if (TargetAwareRows < 1)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"TargetAwareRows of a PiecewiseLinearEmbedding must be at least 1 but is {TargetAwareRows}; leave it null for bins with about ")
                + "equal numbers of rows.", nameof(TargetAwareRows));
        }

        if (UseRelu && Dimension is null)
            throw WithoutDimension(nameof(UseRelu));
        if (AddLinear && Dimension is null)
            throw WithoutDimension(nameof(AddLinear));

        foreach (IReadOnlyList<double> edges in Edges ?? [])
        {
            if (edges is null)
                throw new ArgumentException("Edges of a PiecewiseLinearEmbedding has null for a column; use an empty list.", nameof(Edges));
            if (edges.Count > Bins + 1)
            {
                throw new ArgumentException(FormattableString.Invariant(
                    $"Edges of a PiecewiseLinearEmbedding has {edges.Count} edges for {Bins} bins; give at most one edge more than Bins."),
                    nameof(Edges));
            }

            RequireFinite(edges, nameof(Edges));
            for (int i = 1; i < edges.Count; i++)
            {
                if (Inverse(edges[i] - edges[i - 1]) == 0)
                {
                    throw new ArgumentException(FormattableString.Invariant(
                        $"Edges of a PiecewiseLinearEmbedding contains {edges[i]} after {edges[i - 1]}; give edges in ascending order, each once."),
                        nameof(Edges));
                }
            }
        }
    }

    // The indices of the columns to encode that have enough values.
    private List<SlotRange> RangesOf(bool[] isEncoded)
    {
        var ranges = new List<SlotRange>();
        int column = 0;
        foreach (int input in (Columns ?? [new SlotRange(0, isEncoded.Length)]).SelectMany(range => Enumerable.Range(range.First, range.Count)))
        {
            if (!isEncoded[column++])
                continue;
            if (ranges.Count > 0 && ranges[^1] is var last && last.First + last.Count == input)
                ranges[^1] = new SlotRange(last.First, last.Count + 1);
            else
                ranges.Add(new SlotRange(input, 1));
        }

        return ranges;
    }

    // Null if there are too few values. Omits edges that are so close to the edge before that single precision cannot distinguish them reliably, or
    // that
    // the inverse of the width overflows.
    private double[]? EdgesOf(ColumnStatistics column)
    {
        double[]? candidates = column.Use(CandidatesOf);
        if (candidates is null)
            return null;
        if (TargetAwareRows is { } rows && candidates.Length > 1)
            candidates = [candidates[0], .. column.TargetThresholds(Bins, rows), candidates[^1]];
        var edges = new List<double>();
        foreach (double edge in candidates)
        {
            if (edges.Count == 0 || (Inverse(edge - edges[^1]) > 0 && edge - edges[^1] > LeastWidth * Math.Abs(edge)))
                edges.Add(edge);
        }

        return [.. edges];
    }

    private double[]? CandidatesOf(ArraySegment<ValueCount> values) => values.Count < LeastValues && LeastValues > 1
        ? null
        : Array.ConvertAll(QuantileBins.EdgesOf(values, Bins), edge => (double)edge);

    private static ArgumentException WithoutDimension(string name) => new(
        $"{name} of a PiecewiseLinearEmbedding is true but there is no linear map without a Dimension; set Dimension.", name);

    private static ArgumentException OutOfRange(string name, int value, string remedy) => new(
        FormattableString.Invariant($"{name} of a PiecewiseLinearEmbedding must be from 1 to {Most} but is {value}; {remedy}."), name);
}
