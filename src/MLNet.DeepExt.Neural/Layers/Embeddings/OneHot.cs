using System.Text.Json.Serialization;
using MLNet.DeepExt.Neural.Augmentations;
using MLNet.DeepExt.Neural.Statistics;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>
/// Replaces each column of category codes by one output for each code of the training rows: 1 if the column
/// has this code, otherwise 0.
/// </summary>
/// <remarks>
/// <para>
/// If a column has more than <see cref="MostValues"/> codes, the most frequent codes have an output; of equally frequent codes, the
/// smaller ones. A row whose code has no output, because the code is rare or was never seen, gets zeros. Codes are in ascending order. All columns
/// have as many outputs as the column with the most codes; unused outputs are 0.
/// </para>
/// <para>
/// It computes no gradient of its inputs, because a code is not a quantity. For columns that are already one-hot encoded, a
/// <see cref="CategoryEmbedding"/> learns an embedding. scikit-learn: <c>OneHotEncoder(handle_unknown="ignore")</c>.
/// </para>
/// </remarks>
public sealed record OneHot : InputEncoder
{
    private const int Most = 1024;

    /// <summary>Creates the layer with its default options (MostValues 8), not fitted yet, for all inputs.</summary>
    public OneHot()
    {
    }

    [JsonConstructor]
    internal OneHot(
        IReadOnlyList<SlotRange>? columns = null, int mostValues = 8, IReadOnlyList<IReadOnlyList<double>>? values = null) =>
        (Columns, MostValues, Values) = (columns, mostValues, values);

    /// <summary>The maximum number of codes of a column that have an output, from 1 to 1,024. Default 8.</summary>
    public int MostValues { get; init; } = 8;

    /// <summary>
    /// The codes that have an output, ascending, of each encoded column in order. Null (default) before fitting.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<double>>? Values { get; init => field = Kept(value?.Select(values => Kept(values)!).ToArray()); }

    /// <inheritdoc/>
    [JsonIgnore]
    public override bool IsFitted => Values is not null;

    /// <inheritdoc/>
    [JsonIgnore]
    public override bool NeedsQuantiles => true;

    /// <inheritdoc/>
    [JsonIgnore]
    public override int NumbersPerColumn => Values is { Count: > 0 } ? Math.Max(1, Values.Max(values => values.Count)) : MostValues;

    internal override bool NeedsExactValues => true;

    /// <inheritdoc/>
    protected override int? FittedColumns => Values?.Count;

    /// <inheritdoc/>
    protected internal override string Detail => Describe(FormattableString.Invariant($"{MostValues} values"));

    /// <inheritdoc/>
    public override OneHot Fit(IReadOnlyList<ColumnStatistics> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        return this with { Values = [.. columns.Select(column => column.Use(values => MostFrequent(values)))] };
    }

    /// <inheritdoc/>
    public override Layer<T> Compile<T>(LayerPlace place)
    {
        ArgumentNullException.ThrowIfNull(place);
        return new OneHotLayer<T>(Values ?? [], new ColumnLayout(this, place.Input.Width));
    }

    /// <summary>True if the other layer has the same columns, options and fitted values.</summary>
    /// <param name="other">Another layer.</param>
    public bool Equals(OneHot? other) =>
        base.Equals(other) && MostValues == other.MostValues && AreEqual(Values, other.Values);

    /// <inheritdoc/>
    public override int GetHashCode() =>
        HashCode.Combine(base.GetHashCode(), MostValues, Values?.Count, Values is [[.., var last], ..] ? last : 0);

    /// <inheritdoc/>
    protected override void ValidateOptions()
    {
        if (MostValues is < 1 or > Most)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"MostValues of a OneHot must be from 1 to {Most} but is {MostValues}; 8 is the usual value."), nameof(MostValues));
        }

        foreach (IReadOnlyList<double> values in Values ?? [])
        {
            if (values is null)
                throw new ArgumentException("Values of a OneHot has null for a column; use an empty list.", nameof(Values));
            if (values.Count > MostValues)
            {
                throw new ArgumentException(FormattableString.Invariant(
                    $"Values of a OneHot has {values.Count} values for a column but MostValues is {MostValues}; increase MostValues."), nameof(Values));
            }

            RequireFinite(values, nameof(Values));
            for (int i = 1; i < values.Count; i++)
            {
                if ((float)values[i] <= (float)values[i - 1])
                {
                    throw new ArgumentException(FormattableString.Invariant(
                        $"Values of a OneHot contains {values[i]} after {values[i - 1]}; give values in ascending order, each once."), nameof(Values));
                }
            }
        }
    }

    private double[] MostFrequent(IReadOnlyList<ValueCount> values) =>
        [.. values.OrderByDescending(value => value.Count).Take(MostValues).Select(value => (double)value.Value).Order()];
}
