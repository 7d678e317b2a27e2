using System.Text.Json.Serialization;
using MLNet.DeepExt.Neural.Augmentations;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Statistics;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>
/// Replaces each column by how far its value has come through bins b₀ &lt; b₁ &lt; … of the training rows: number t of the encoding is
/// (x - bₜ₋₁) / (bₜ - bₜ₋₁), at least 0 but in the first bin, and at most 1 but in the last one, where it ends at -5 and 5. With a
/// <see cref="Dimension"/>, a linear map of the encoding is learned for each column.
/// </summary>
/// <remarks>
/// <para>
/// A network learns from it what bends or jumps along a column, which a scaled number alone gives away slowly. Bins hold about as many rows
/// each. A value that alone holds more rows than a bin is an edge, and the others share the rows that are left, so that a column that is mostly
/// 0 has as many bins as any other; a column of at most <see cref="Bins"/> + 1 values has an edge at each. With <see cref="TargetAwareRows"/>
/// bins are narrow where the target changes. Numbers of the encoding for which
/// there is no bin are 0. A column whose values did not vary gives zeros.
/// </para>
/// <para>
/// Without <see cref="AddLinear"/> it needs no scaling before it. It may stand behind encoders that map each column by an increasing function,
/// such as <see cref="RobustScale"/>, and is fitted in the same reading of the rows.
/// </para>
/// <para>
/// Y. Gorishniy, I. Rubachev, A. Babenko, "On embeddings for numerical features in tabular deep learning", 2022: PLE, with
/// <see cref="TargetAwareRows"/> that of target-aware bins, with a Dimension PLE-L, and with <see cref="UseRelu"/> PLE-LR. Y. Gorishniy,
/// A. Kotelnikov, A. Babenko, "TabM: advancing tabular deep learning with parameter-efficient ensembling", 2024: with <see cref="AddLinear"/>
/// "version B". Quantiles of many rows are estimated; see <see cref="InputStatistics"/>.
/// </para>
/// </remarks>
public sealed record PiecewiseLinearEmbedding : InputEncoder
{
    private const int Most = 1024;
    private const double LeastWidth = 1.0 / (1 << 20); // of a bin, of the size of its edge: eight steps of single precision or more
    private const double RateOfAddedBias = 0.1; // as RealMLP has it for all biases

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

    /// <summary>The most bins of a column, from 1 to 1,024. Default 48, as in the authors' package.</summary>
    public int Bins { get; init; } = 48;

    /// <summary>
    /// How many numbers a linear map makes of the encoding of each column, from 1 to 1,024. Null (default): the outputs are the encoding
    /// itself, <see cref="Bins"/> numbers.
    /// </summary>
    public int? Dimension { get; init; }

    /// <summary>Whether of the outputs only what is above 0 is given. Default false. It needs a <see cref="Dimension"/>.</summary>
    public bool UseRelu { get; init; }

    /// <summary>
    /// Whether x·w, with a w of each column, is added to the linear map of the encoding. Default false. The map then begins at 0, so that the
    /// outputs begin as linear functions of x; the bias learns at a tenth of the rate. Bring columns to one scale before, as by a
    /// <see cref="RobustScale"/>. It needs a <see cref="Dimension"/>.
    /// </summary>
    public bool AddLinear { get; init; }

    /// <summary>
    /// The values that a column must have to be encoded, from 1 to 1,024; those with fewer pass as they are, one output each. Default 1: all
    /// are encoded. The encoding of a column of two values is a linear function of it, so that 3 loses nothing where columns are on one scale.
    /// Once it is fitted, <see cref="InputEncoder.Columns"/> has the columns that are encoded, which may be none.
    /// </summary>
    public int LeastValues { get; init; } = 1;

    /// <summary>
    /// Whether bins follow the target, and the fewest rows of one then, at least 1: edges are the thresholds of a decision tree on the column alone,
    /// with as many leaves as there are <see cref="Bins"/> at most. Null (default): bins hold about as many rows each. The authors of the
    /// embedding take 64 and more. It needs targets: a <c>Trainer</c> gives them, of the rows to learn from alone; see
    /// <see cref="ColumnStatistics.TargetThresholds"/>.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int? TargetAwareRows { get; init; }

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
        .. TargetAwareRows is { } rows ? [FormattableString.Invariant($"by the target, of {rows} rows or more")] : Array.Empty<string>(),
        .. LeastValues > 1 ? [FormattableString.Invariant($"from {LeastValues} values on")] : Array.Empty<string>(),
    ]);

    internal override bool MayPassMore => !IsFitted && LeastValues > 1;

    /// <summary>Whether it computes from tables that are made once, as it does at prediction. It learns nothing then.</summary>
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
                $"Layer {place.Name} has {lines} rows of weights, more than one array holds; use fewer bins for each column."), nameof(place));
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

    /// <summary>Whether the other one has the same columns and options and has learned the same.</summary>
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
            throw OutOfRange(nameof(Dimension), Dimension.Value, "leave it null to give the encoding itself");
        if (LeastValues is < 1 or > Most)
            throw OutOfRange(nameof(LeastValues), LeastValues, "1 encodes all columns");
        if (TargetAwareRows < 1)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"TargetAwareRows of a PiecewiseLinearEmbedding must be at least 1 but is {TargetAwareRows}; leave it null for bins of about as ")
                + "many rows each.", nameof(TargetAwareRows));
        }

        if (UseRelu && Dimension is null)
            throw WithoutDimension(nameof(UseRelu));
        if (AddLinear && Dimension is null)
            throw WithoutDimension(nameof(AddLinear));

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

    // The columns of the rows among those that were to be encoded.
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

    // Null where there are too few values. Without edges so close to the one before that single precision does not tell them apart reliably, or does
    // not hold the inverse of the width.
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
        $"{name} of a PiecewiseLinearEmbedding is true but it has no Dimension, and no linear map; give it a Dimension.", name);

    private static ArgumentException OutOfRange(string name, int value, string remedy) => new(
        FormattableString.Invariant($"{name} of a PiecewiseLinearEmbedding must be from 1 to {Most} but is {value}; {remedy}."), name);
}
