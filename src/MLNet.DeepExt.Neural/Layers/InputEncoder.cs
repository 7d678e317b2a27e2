using System.Text.Json.Serialization;
using MLNet.DeepExt.Neural.Augmentations;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Statistics;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>
/// A layer at the start of a network that encodes columns of the inputs by statistics of the training rows, such as their means. All
/// other inputs pass unchanged, and the order of the columns is kept.
/// </summary>
/// <remarks>
/// <para>
/// The record holds the statistics it was fitted to; they are null before fitting. A <c>Trainer</c> fits the encoders of its network before the first
/// epoch, in the pass that reads the rows, from training rows only. The network that it returns has the fitted records, and model files
/// contain them. Without a trainer, call <c>NetworkSpec.FittedTo</c>. A network with an encoder that is not fitted cannot compute.
/// </para>
/// <para>
/// Encoders are the first layers of a network. An encoder that must be fitted may follow other encoders or a <see cref="CategoryEmbedding"/> if these
/// pass the columns that it encodes, or scale each of them, as <see cref="RobustScale"/> and <see cref="Standardize"/> do: all are fitted in one
/// pass over the rows. Sparse rows are expanded; their zeros count like any other number.
/// </para>
/// </remarks>
public abstract record InputEncoder : LayerSpec
{
    // It leaves four digits of single precision.
    private const double MostFoldedShift = 1000;

    /// <summary>The columns that are encoded: ranges in ascending order that do not overlap. Null (default) encodes all inputs.</summary>
    public IReadOnlyList<SlotRange>? Columns { get; init => field = value is null ? null : Array.AsReadOnly([.. value]); }

    /// <summary>True if the encoder is fitted.</summary>
    [JsonIgnore]
    public abstract bool IsFitted { get; }

    /// <summary>True if <see cref="Fit"/> reads quantiles of the columns, in addition to means and variances.</summary>
    [JsonIgnore]
    public abstract bool NeedsQuantiles { get; }

    /// <summary>
    /// True if <see cref="Fit"/> reads means and variances of the columns. By default the opposite of <see cref="NeedsQuantiles"/>. Means and
    /// variances are not available behind an encoder that is not linear, such as <see cref="RobustScale"/> with a smooth clip.
    /// </summary>
    [JsonIgnore]
    public virtual bool NeedsMeans => !NeedsQuantiles;

    /// <summary>True if <see cref="Fit"/> reads <see cref="ColumnStatistics.TargetThresholds"/> of the columns. Default false.</summary>
    [JsonIgnore]
    public virtual bool NeedsTargets => false;

    /// <summary>The number of outputs of each encoded column, at least 1.</summary>
    [JsonIgnore]
    public abstract int NumbersPerColumn { get; }

    /// <summary>
    /// Creates a fitted encoder with the same options. It may encode fewer <see cref="Columns"/> than this one.
    /// </summary>
    /// <param name="columns">The statistics of each encoded column, in the order of the columns.</param>
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
                $"{GetType().Name} was fitted to {fitted} columns but encodes {columns}; fit it again to these rows."), nameof(Columns));
        }

        long outputs = input.Width + columns * (NumbersPerColumn - 1);
        return outputs * input.Lines <= Array.MaxLength
            ? input.WithWidth((int)outputs)
            : throw new ArgumentException(FormattableString.Invariant(
                $"{GetType().Name} makes {NumbersPerColumn} numbers of each of {columns} columns, {outputs} in total, more than one array can hold; ")
                + "use fewer outputs for each column.", nameof(Columns));
    }

    /// <inheritdoc/>
    public sealed override void Validate()
    {
        long end = 0;
        if (Columns is { Count: 0 } && FittedColumns != 0)
        {
            throw new ArgumentException(
                $"Columns of {GetType().Name} is empty; leave it null to encode all columns, or remove the layer.", nameof(Columns));
        }

        foreach (SlotRange range in Columns ?? [])
        {
            if (range.First < end || range.Count < 1)
            {
                throw new ArgumentException(FormattableString.Invariant(
                    $"Columns of {GetType().Name} has {range.Count} columns from column {range.First}, after column {end - 1}; ")
                    + "give ranges of at least 1 column in ascending order, from column 0, each column once.", nameof(Columns));
            }

            end = range.First + (long)range.Count;
        }

        ValidateOptions();
    }

    /// <summary>True if the other encoder has the same kind and the same columns.</summary>
    /// <param name="other">Another encoder.</param>
    public virtual bool Equals(InputEncoder? other) => base.Equals(other) && AreEqual(Columns, other.Columns);

    /// <inheritdoc/>
    public override int GetHashCode() => Columns is null ? base.GetHashCode() : Columns.Aggregate(base.GetHashCode(), HashCode.Combine);

    /// <summary>True if the encoder maps each column by an increasing function of one number; see <see cref="FunctionOf"/>.</summary>
    internal virtual bool IsIncreasing => false;

    /// <summary>True if this function is not linear.</summary>
    internal virtual bool IsBent => false;

    /// <summary>True if the fitted encoder may encode fewer columns.</summary>
    internal virtual bool MayPassMore => false;

    /// <summary>True if the inputs must be the values of the rows, bit for bit, so that no encoder before it may change them.</summary>
    internal virtual bool NeedsExactValues => false;

    /// <summary>Returns the function of a column. Call it only if <see cref="IsIncreasing"/> and <see cref="IsFitted"/> are true.</summary>
    internal virtual ColumnFunction FunctionOf(int column) =>
        throw new NotSupportedException($"{GetType().Name} does not map columns by an increasing function.");

    internal sealed override IEnumerable<ColumnRun> PassedInputs(int inputs) => new ColumnLayout(this, inputs).Passed;

    /// <summary>The number of columns that it was fitted to; null if it is not fitted or needs no statistics.</summary>
    protected abstract int? FittedColumns { get; }

    /// <summary>Validates the options other than <see cref="Columns"/>, and the fitted values.</summary>
    /// <exception cref="ArgumentException">An option is out of its range. The message states the value and the remedy.</exception>
    protected abstract void ValidateOptions();

    /// <summary>Returns columns, options and whether the encoder is fitted, as text.</summary>
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

    /// <summary>Throws if a number is not finite in single precision.</summary>
    private protected void RequireFinite(IEnumerable<double> numbers, string name)
    {
        foreach (double number in numbers)
        {
            if (!float.IsFinite((float)number))
            {
                throw new ArgumentException(FormattableString.Invariant(
                    $"{name} of {GetType().Name} contains {number}; fit it to rows with finite features."), name);
            }
        }
    }

    private protected static bool AreEqual<T>(IReadOnlyList<T>? one, IReadOnlyList<T>? other) =>
        one is null ? other is null : other is not null && one.SequenceEqual(other);

    private protected static bool AreEqual(IReadOnlyList<IReadOnlyList<double>>? one, IReadOnlyList<IReadOnlyList<double>>? other) =>
        one is null ? other is null
        : other is not null && one.Count == other.Count && one.Zip(other).All(pair => pair.First.SequenceEqual(pair.Second));

    private protected static IReadOnlyList<T>? Kept<T>(IReadOnlyList<T>? values) => values is null ? null : Array.AsReadOnly([.. values]);

    /// <summary>Returns 1/x for a spread x; 0 if x is 0 or so small that its inverse overflows single precision.</summary>
    private protected static double Inverse(double spread) => spread > 0 && float.IsFinite((float)(1 / spread)) ? 1 / spread : 0;

    /// <summary>
    /// The traits of a layer that computes (x - centre)·factor of each column. The layer is folded into the next layer unless that would compute
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
