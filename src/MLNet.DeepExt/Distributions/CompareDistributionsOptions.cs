using MLNet.DeepExt.Interop.Hosting;

namespace MLNet.DeepExt.Distributions;

/// <summary>How two sets of rows are compared.</summary>
public sealed class CompareDistributionsOptions
{
    private const int MostRows = 50_000_000; // of one number each

    /// <summary>The columns to compare. Null, the default, takes all that can be compared and are not excluded.</summary>
    public string[]? ColumnNames { get; set; }

    /// <summary>
    /// Columns that are not compared where <see cref="ColumnNames"/> is null: those that must differ, such as identifiers, or the time of a
    /// split by time. Default none.
    /// </summary>
    public string[] ExcludedColumnNames { get; set; } = [];

    /// <summary>What the verdict calls the first rows. Null, the default, is "the first rows", or "dev" of a split.</summary>
    public string? FirstName { get; set; }

    /// <summary>What the verdict calls the second rows. Null, the default, is "the second rows", or "test" of a split.</summary>
    public string? SecondName { get; set; }

    /// <summary>
    /// How sure the verdict is, in (0, 1): rows of one distribution are called different in at most 1 - Confidence of all comparisons.
    /// Default 0.95.
    /// </summary>
    public double Confidence { get; set; } = 0.95;

    /// <summary>
    /// The most rows of each set that are compared, from 25 to 50 million. Of a larger set, this many rows are drawn at random. Default 20,000.
    /// Fewer rows are taken if they are wide: the rows of both sets have at most 50 million numbers. The classifier sees up to 30 numbers for a
    /// column of text or keys; it learns from at most 50 million of these numbers. A comparison takes less than about 1 GB of memory.
    /// </summary>
    public int MaximumRows { get; set; } = 20_000;

    /// <summary>
    /// The least AUC of the classifier, in [0.5, 1), at which the rows are called different by the classifier, if its interval is above 0.5.
    /// Below it they may still be called different by the test of a feature: see <see cref="MinimumEffect"/>. Default 0.55; with 0.5 the
    /// interval alone decides.
    /// </summary>
    public double MinimumAuc { get; set; } = 0.55;

    /// <summary>
    /// The least <see cref="FeatureComparison.Effect"/>, in [0, 1), at which the rows are called different by the test of a feature, if its
    /// adjusted p-value is significant; with 0 the p-value alone decides. Default 0.1. For a category this is Cohen's small effect, w = 0.1
    /// (J. Cohen, Statistical Power Analysis for the Behavioral Sciences, 1988). For a number it means that the shares of rows up to some
    /// value differ by 10 percentage points, as they do between normal distributions whose means are a quarter of their standard deviation
    /// apart: 2·Φ(0.25/2) - 1 = 0.0995.
    /// </summary>
    public double MinimumEffect { get; set; } = 0.1;

    /// <summary>
    /// The seed of samples, folds and weights. Default 0, whatever the seed of the context: the same two data views and options always give
    /// the same result. After a split by group, the row of each group that <c>CheckDistributions</c> compares is drawn by the seed of the
    /// split.
    /// </summary>
    public int Seed { get; set; }

    internal CompareDistributionsOptions Copy()
    {
        var copy = (CompareDistributionsOptions)MemberwiseClone();
        copy.ColumnNames = ColumnNames is null ? null : [.. ColumnNames];
        copy.ExcludedColumnNames = [.. ExcludedColumnNames ?? []];
        return copy;
    }

    internal OptionFault? FindFault() =>
        ColumnNames is { Length: 0 } ? new(nameof(ColumnNames), "ColumnNames is empty; name a column, or use null for all.")
        : ColumnNames?.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1)?.Key is { } twice
            ? new(nameof(ColumnNames), $"ColumnNames has '{twice}' twice; name each column once.")
        : FirstName is "" || SecondName is "" ? new(nameof(FirstName), "FirstName or SecondName is empty; name what is compared.")
        : !(Confidence > 0 && Confidence < 1)
            ? new(nameof(Confidence), FormattableString.Invariant($"Confidence must be in (0, 1) but is {Confidence}; 0.95 is the default."))
        : !(MinimumAuc is >= 0.5 and < 1)
            ? new(nameof(MinimumAuc), FormattableString.Invariant($"MinimumAuc must be in [0.5, 1) but is {MinimumAuc}; 0.55 is the default."))
        : !(MinimumEffect is >= 0 and < 1)
            ? new(nameof(MinimumEffect), FormattableString.Invariant($"MinimumEffect must be in [0, 1) but is {MinimumEffect}; 0.1 is the default."))
        : MaximumRows is < DistributionComparer.FewestRows or > MostRows
            ? new(nameof(MaximumRows), FormattableString.Invariant(
                $"MaximumRows must be from {DistributionComparer.FewestRows} to {MostRows} but is {MaximumRows}; 20000 is the default."))
        : null;
}
