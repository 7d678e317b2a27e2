using System.Text.Json.Serialization;
using MLNet.DeepExt.Neural.Augmentations;
using MLNet.DeepExt.Neural.Statistics;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>
/// Scales columns with outliers: z = s·(x - median) with s = 1 / (q₇₅ - q₂₅), then y = z / √(1 + (z/3)²), which limits outliers
/// to ±3 and keeps their order.
/// </summary>
/// <remarks>
/// If the quartiles are equal, as in a column that is mostly 0, s = 2 / (maximum - minimum). A column whose values did not vary
/// gives 0. Quantiles of many rows are estimated; see <see cref="InputStatistics"/>. D. Holzmüller, L. Grinsztajn, I. Steinwart, "Better by
/// default: strong pre-tuned MLPs and boosted trees on tabular data", 2024 (RealMLP).
/// </remarks>
public sealed record RobustScale : InputEncoder
{
    // Minimum, quartile, median, quartile, maximum.
    private const int Points = 5;

    /// <summary>Creates the layer with its default options (SmoothClip true), not fitted yet, for all inputs.</summary>
    public RobustScale()
    {
    }

    [JsonConstructor]
    internal RobustScale(
        IReadOnlyList<SlotRange>? columns = null, bool smoothClip = true, IReadOnlyList<double>? medians = null,
        IReadOnlyList<double>? scales = null) =>
        (Columns, SmoothClip, Medians, Scales) = (columns, smoothClip, medians, scales);

    /// <summary>True for y = z / √(1 + (z/3)²), which limits outliers; false for y = z. Default true.</summary>
    public bool SmoothClip { get; init; } = true;

    /// <summary>The median of each encoded column, in order. Null (default) before fitting.</summary>
    public IReadOnlyList<double>? Medians { get; init => field = Kept(value); }

    /// <summary>s of each encoded column, in order, at least 0; 0 if the values did not vary. Null (default) before fitting.</summary>
    public IReadOnlyList<double>? Scales { get; init => field = Kept(value); }

    /// <inheritdoc/>
    [JsonIgnore]
    public override bool IsFitted => Medians is not null;

    /// <inheritdoc/>
    [JsonIgnore]
    public override bool NeedsQuantiles => true;

    /// <inheritdoc/>
    [JsonIgnore]
    public override int NumbersPerColumn => 1;

    /// <inheritdoc/>
    protected override int? FittedColumns => Medians?.Count;

    /// <inheritdoc/>
    protected internal override LayerTraits Traits => SmoothClip ? LayerTraits.None : TraitsOf(Medians, Scales);

    /// <inheritdoc/>
    protected internal override string Detail => Describe(SmoothClip ? [] : ["no clip"]);

    internal override bool IsIncreasing => true;

    internal override bool IsBent => SmoothClip;

    internal override ColumnFunction FunctionOf(int column) => new(Medians![column], Scales![column], SmoothClip);

    /// <inheritdoc/>
    public override RobustScale Fit(IReadOnlyList<ColumnStatistics> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        double[][] quartiles = [.. columns.Select(column => column.Quantiles(Points))];
        return this with { Medians = [.. quartiles.Select(points => points[2])], Scales = [.. quartiles.Select(ScaleOf)] };
    }

    /// <inheritdoc/>
    public override Layer<T> Compile<T>(LayerPlace place)
    {
        ArgumentNullException.ThrowIfNull(place);
        return new ScalingLayer<T>(new ColumnLayout(this, place.Input.Width), Medians ?? [], Scales ?? [], SmoothClip);
    }

    /// <summary>True if the other layer has the same columns, options and fitted values.</summary>
    /// <param name="other">Another layer.</param>
    public bool Equals(RobustScale? other) =>
        base.Equals(other) && SmoothClip == other.SmoothClip && AreEqual(Medians, other.Medians) && AreEqual(Scales, other.Scales);

    /// <inheritdoc/>
    public override int GetHashCode() =>
        HashCode.Combine(base.GetHashCode(), SmoothClip, Medians?.Count, Medians is [var median, ..] ? median : 0);

    /// <inheritdoc/>
    protected override void ValidateOptions()
    {
        if (Medians?.Count != Scales?.Count)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"RobustScale has {Medians?.Count ?? 0} medians but {Scales?.Count ?? 0} scales; give both for each column, or leave both null."),
                nameof(Scales));
        }

        RequireFinite(Medians ?? [], nameof(Medians));
        RequireFinite(Scales ?? [], nameof(Scales));
        if (Scales?.Any(scale => scale < 0) == true)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"Scales of RobustScale has {Scales.Min()} but must be at least 0; use 0 for a column that does not vary."), nameof(Scales));
        }
    }

    private static double ScaleOf(double[] quartiles) =>
        Inverse(quartiles[3] - quartiles[1]) is > 0 and var scale ? scale : Inverse((quartiles[4] - quartiles[0]) / 2);
}
