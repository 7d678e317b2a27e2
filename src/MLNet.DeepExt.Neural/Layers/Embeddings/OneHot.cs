using System.Text.Json.Serialization;
using MLNet.DeepExt.Neural.Augmentations;
using MLNet.DeepExt.Neural.Statistics;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>
/// Replaces each column, whose numbers are codes of categories, by one output for each code that the training rows have: 1 where the column
/// has this code, and 0 otherwise.
/// </summary>
/// <remarks>
/// <para>
/// Of a column with more than <see cref="MostValues"/> codes the most frequent ones have an output, of those that are equally frequent the
/// smaller ones. A row whose code has none, because it is rare or was never seen, gets zeros. Codes stand in ascending order. All columns
/// have as many outputs as the one with the most codes; those that a column does not need are 0.
/// </para>
/// <para>
/// It computes no gradient of its inputs: a code is no amount. A <see cref="CategoryEmbedding"/> learns numbers for categories that are one-hot
/// already. scikit-learn: <c>OneHotEncoder(handle_unknown="ignore")</c>.
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

    /// <summary>The most codes of a column that have an output each, from 1 to 1,024. Default 8.</summary>
    public int MostValues { get; init; } = 8;

    /// <summary>
    /// Of each column that is encoded, in their order, the codes that have an output, ascending. Null (default) before it is fitted.
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

    /// <summary>Whether the other one has the same columns and options and has learned the same.</summary>
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
                throw new ArgumentException("Values of a OneHot has a column without values; give it an empty list.", nameof(Values));
            if (values.Count > MostValues)
            {
                throw new ArgumentException(FormattableString.Invariant(
                    $"Values of a OneHot has {values.Count} values of a column but MostValues is {MostValues}; raise MostValues."), nameof(Values));
            }

            RequireFinite(values, nameof(Values));
            for (int i = 1; i < values.Count; i++)
            {
                if ((float)values[i] <= (float)values[i - 1])
                {
                    throw new ArgumentException(FormattableString.Invariant(
                        $"Values of a OneHot has {values[i]} after {values[i - 1]}; give values in ascending order, each once."), nameof(Values));
                }
            }
        }
    }

    private double[] MostFrequent(IReadOnlyList<ValueCount> values) =>
        [.. values.OrderByDescending(value => value.Count).Take(MostValues).Select(value => (double)value.Value).Order()];
}
