using System.Text.Json.Serialization;
using MLNet.DeepExt.Neural.Augmentations;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Statistics;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>
/// A layer in front of a network that encodes columns of its inputs by what it has learned of the training rows, such as their means. All
/// other inputs pass, and all keep their order.
/// </summary>
/// <remarks>
/// <para>
/// The record holds what was learned, and what is not learned yet is null. A <c>Trainer</c> fits the encoders of its network before the first
/// epoch, in the pass that reads the rows, from training rows alone; the network that it returns has the fitted records, which model files
/// contain. By hand, <c>NetworkSpec.FittedTo</c> does so. A network whose encoders are not fitted cannot compute.
/// </para>
/// <para>
/// Encoders stand first. An encoder that has to be fitted may follow others, or a <see cref="CategoryEmbedding"/>, if these pass the columns
/// that it encodes, or bring each of them to a scale, as <see cref="RobustScale"/> and <see cref="Standardize"/> do: all is learned in one
/// reading of the rows. Rows whose zeros are left out are written out for it; their zeros count like any other number.
/// </para>
/// </remarks>
public abstract record InputEncoder : LayerSpec
{
    // Of single precision it leaves four digits.
    private const double MostFoldedShift = 1000;

    /// <summary>The columns that are encoded: ranges in ascending order that do not overlap. Null, the default, encodes all inputs.</summary>
    public IReadOnlyList<SlotRange>? Columns { get; init => field = value is null ? null : Array.AsReadOnly([.. value]); }

    /// <summary>Whether it has learned what it needs.</summary>
    [JsonIgnore]
    public abstract bool IsFitted { get; }

    /// <summary>Whether <see cref="Fit"/> reads quantiles of the columns, beside means and variances.</summary>
    [JsonIgnore]
    public abstract bool NeedsQuantiles { get; }

    /// <summary>
    /// Whether <see cref="Fit"/> reads means and variances of the columns. By default it does unless it reads quantiles. They are not known behind
    /// an encoder that bends columns, such as <see cref="RobustScale"/> with a smooth clip.
    /// </summary>
    [JsonIgnore]
    public virtual bool NeedsMeans => !NeedsQuantiles;

    /// <summary>Whether <see cref="Fit"/> reads <see cref="ColumnStatistics.TargetThresholds"/> of the columns. Default false.</summary>
    [JsonIgnore]
    public virtual bool NeedsTargets => false;

    /// <summary>Outputs for each column that is encoded, at least 1.</summary>
    [JsonIgnore]
    public abstract int NumbersPerColumn { get; }

    /// <summary>
    /// Makes the encoder with the same options that has learned from rows. It may encode fewer of its <see cref="Columns"/>.
    /// </summary>
    /// <param name="columns">What was learned of each column that it encodes, in their order.</param>
    public abstract InputEncoder Fit(IReadOnlyList<ColumnStatistics> columns);

    /// <inheritdoc/>
    public sealed override TensorShape OutputShape(TensorShape input)
    {
        if (Columns is [.., var last] && last.First + (long)last.Count > input.Width)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"{GetType().Name} encodes column {last.First + (long)last.Count - 1} but there are {input.Width} inputs; ")
                + "count columns from 0.", nameof(Columns));
        }

        long columns = Columns?.Sum(range => (long)range.Count) ?? input.Width;
        if (FittedColumns is { } fitted && fitted != columns)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"{GetType().Name} has learned of {fitted} columns but encodes {columns}; fit it again to these rows."), nameof(Columns));
        }

        long outputs = input.Width + columns * (NumbersPerColumn - 1);
        return outputs * input.Lines <= Array.MaxLength
            ? input.WithWidth((int)outputs)
            : throw new ArgumentException(FormattableString.Invariant(
                $"{GetType().Name} makes {NumbersPerColumn} numbers of each of {columns} columns, {outputs} in all, more than one array holds; ")
                + "use fewer numbers for each column.", nameof(Columns));
    }

    /// <inheritdoc/>
    public sealed override void Validate()
    {
        long end = 0;
        if (Columns is { Count: 0 } && FittedColumns != 0)
        {
            throw new ArgumentException(
                $"Columns of {GetType().Name} is empty; leave it null to encode all, or leave the layer out.", nameof(Columns));
        }

        foreach (SlotRange range in Columns ?? [])
        {
            if (range.First < end || range.Count < 1)
            {
                throw new ArgumentException(FormattableString.Invariant(
                    $"Columns of {GetType().Name} has {range.Count} columns from {range.First} on, after column {end - 1}; ")
                    + "give ranges of at least 1 column in ascending order, from column 0 on, each column once.", nameof(Columns));
            }

            end = range.First + (long)range.Count;
        }

        ValidateOptions();
    }

    /// <summary>Whether the other one is of the same kind with the same columns.</summary>
    /// <param name="other">Another encoder.</param>
    public virtual bool Equals(InputEncoder? other) => base.Equals(other) && AreEqual(Columns, other.Columns);

    /// <inheritdoc/>
    public override int GetHashCode() => Columns is null ? base.GetHashCode() : Columns.Aggregate(base.GetHashCode(), HashCode.Combine);

    /// <summary>Whether it maps each column by an increasing function of one number; see <see cref="FunctionOf"/>.</summary>
    internal virtual bool IsIncreasing => false;

    /// <summary>Whether such a function is not linear.</summary>
    internal virtual bool IsBent => false;

    /// <summary>Whether, once it is fitted, it may encode fewer columns.</summary>
    internal virtual bool MayPassMore => false;

    /// <summary>The function of a column. Only where it <see cref="IsIncreasing"/> and is fitted.</summary>
    internal virtual ColumnFunction FunctionOf(int column) =>
        throw new NotSupportedException($"{GetType().Name} does not map a column by an increasing function.");

    internal sealed override IEnumerable<ColumnRun> PassedInputs(int inputs) => new ColumnLayout(this, inputs).Passed;

    /// <summary>Of how many columns it has learned; null before, or where it learns nothing from statistics.</summary>
    protected abstract int? FittedColumns { get; }

    /// <summary>Checks its options other than <see cref="Columns"/>, and what it has learned.</summary>
    /// <exception cref="ArgumentException">One is out of its range; the message states the value and the remedy.</exception>
    protected abstract void ValidateOptions();

    /// <summary>Columns, options and whether it is fitted, as text.</summary>
    private protected string Describe(params IEnumerable<string> options)
    {
        string[] parts =
        [
            .. Columns is null ? [] : Columns.Take(3).Select(TextOf),
            .. Columns is { Count: > 3 } ? ["…"] : Array.Empty<string>(),
            .. options,
            .. IsFitted ? [] : new[] { "not fitted" },
        ];
        return string.Join(", ", parts);
    }

    /// <summary>Refuses numbers that are not finite in single precision, which could not be computed with.</summary>
    private protected void RequireFinite(IEnumerable<double> numbers, string name)
    {
        foreach (double number in numbers)
        {
            if (!float.IsFinite((float)number))
            {
                throw new ArgumentException(FormattableString.Invariant(
                    $"{name} of {GetType().Name} has {number}; fit it to rows whose features are finite."), name);
            }
        }
    }

    private protected static bool AreEqual<T>(IReadOnlyList<T>? one, IReadOnlyList<T>? other) =>
        one is null ? other is null : other is not null && one.SequenceEqual(other);

    private protected static bool AreEqual(IReadOnlyList<IReadOnlyList<double>>? one, IReadOnlyList<IReadOnlyList<double>>? other) =>
        one is null ? other is null
        : other is not null && one.Count == other.Count && one.Zip(other).All(pair => pair.First.SequenceEqual(pair.Second));

    private protected static IReadOnlyList<T>? Kept<T>(IReadOnlyList<T>? values) => values is null ? null : Array.AsReadOnly([.. values]);

    /// <summary>1/x for a spread x, or 0 where it is 0 or so small that single precision does not hold its inverse.</summary>
    private protected static double Inverse(double spread) => spread > 0 && float.IsFinite((float)(1 / spread)) ? 1 / spread : 0;

    /// <summary>
    /// What (x - centre)·factor of each column is to the layers around it. It becomes part of the layer after it unless that would make
    /// small differences of large numbers.
    /// </summary>
    private protected static LayerTraits TraitsOf(IEnumerable<double>? centres, IEnumerable<double>? factors) =>
        (centres ?? []).Zip(factors ?? []).All(column => Math.Abs(column.First * column.Second) <= MostFoldedShift)
            ? LayerTraits.Affine | LayerTraits.FoldsIntoNext
            : LayerTraits.Affine;

    private static string TextOf(SlotRange range) => range.Count == 1
        ? FormattableString.Invariant($"{range.First}")
        : FormattableString.Invariant($"{range.First}-{(long)range.First + range.Count - 1}");
}
