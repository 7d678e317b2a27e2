using System.Text.Json.Serialization;
using MLNet.DeepExt.Neural.Augmentations;
using MLNet.DeepExt.Neural.Statistics;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>
/// Scales columns to mean 0 and variance 1: y = (x - μ) / σ with mean μ and standard deviation σ of the training rows. A column whose
/// values did not vary gives 0.
/// </summary>
/// <remarks>
/// σ² = 1/m · Σ (x - μ)² over m rows of equal weight. At prediction it is folded into a <see cref="Dense"/> after it, unless |μ| is more than 1,000
/// σ in a column. scikit-learn: <c>StandardScaler</c>, which gives x - μ for a column that did not vary.
/// </remarks>
/// <example>
/// <code>
/// NetworkSpec spec = NetworkSpec.Input(30).Then(new Standardize()).Dense(64).Relu().Dense(2);
/// TrainingResult result = new Trainer(spec, new SoftmaxCrossEntropy(), new TrainingOptions()).Train(rows);
/// var fitted = (Standardize)result.Network.Spec.Layers[0]; // has means and deviations
/// </code>
/// </example>
public sealed record Standardize : InputEncoder
{
    // A relative deviation of 1e-14 is a rounding error: values have single precision, sums double precision.
    private const double RoundingVariance = 1e-28;

    /// <summary>Creates the layer, not fitted yet, for all inputs.</summary>
    public Standardize()
    {
    }

    [JsonConstructor]
    internal Standardize(
        IReadOnlyList<SlotRange>? columns = null, IReadOnlyList<double>? means = null, IReadOnlyList<double>? deviations = null) =>
        (Columns, Means, Deviations) = (columns, means, deviations);

    /// <summary>μ of each encoded column, in order. Null (default) before fitting.</summary>
    public IReadOnlyList<double>? Means { get; init => field = Kept(value); }

    /// <summary>σ of each encoded column, in order, at least 0; 0 if the values did not vary. Null (default) before fitting.</summary>
    public IReadOnlyList<double>? Deviations { get; init => field = Kept(value); }

    /// <inheritdoc/>
    [JsonIgnore]
    public override bool IsFitted => Means is not null;

    /// <inheritdoc/>
    [JsonIgnore]
    public override bool NeedsQuantiles => false;

    /// <inheritdoc/>
    [JsonIgnore]
    public override int NumbersPerColumn => 1;

    /// <inheritdoc/>
    protected override int? FittedColumns => Means?.Count;

    /// <inheritdoc/>
    protected internal override LayerTraits Traits => TraitsOf(Means, Deviations?.Select(Inverse));

    /// <inheritdoc/>
    protected internal override string Detail => Describe();

    internal override bool IsIncreasing => true;

    internal override ColumnFunction FunctionOf(int column) => new(Means![column], Inverse(Deviations![column]), HasSmoothClip: false);

    /// <inheritdoc/>
    public override Standardize Fit(IReadOnlyList<ColumnStatistics> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        return this with { Means = [.. columns.Select(column => column.Mean)], Deviations = [.. columns.Select(DeviationOf)] };
    }

    /// <inheritdoc/>
    public override Layer<T> Compile<T>(LayerPlace place)
    {
        ArgumentNullException.ThrowIfNull(place);
        return new ScalingLayer<T>(
            new ColumnLayout(this, place.Input.Width), Means ?? [], [.. (Deviations ?? []).Select(Inverse)], hasSmoothClip: false);
    }

    /// <summary>True if the other layer has the same columns and fitted values.</summary>
    /// <param name="other">Another layer.</param>
    public bool Equals(Standardize? other) =>
        base.Equals(other) && AreEqual(Means, other.Means) && AreEqual(Deviations, other.Deviations);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(base.GetHashCode(), Means?.Count, Means is [var mean, ..] ? mean : 0);

    /// <inheritdoc/>
    protected override void ValidateOptions()
    {
        if (Means?.Count != Deviations?.Count)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"Standardize has {Means?.Count ?? 0} means but {Deviations?.Count ?? 0} deviations; give both for each column, or leave both null."),
                nameof(Deviations));
        }

        RequireFinite(Means ?? [], nameof(Means));
        RequireFinite(Deviations ?? [], nameof(Deviations));
        if (Deviations?.Any(deviation => deviation < 0) == true)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"Deviations of Standardize has {Deviations.Min()} but must be at least 0; use 0 for a column that does not vary."),
                nameof(Deviations));
        }
    }

    private static double DeviationOf(ColumnStatistics column) =>
        column.Variance <= RoundingVariance * column.Mean * column.Mean ? 0 : Math.Sqrt(column.Variance);
}
