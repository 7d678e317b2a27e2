namespace MLNet.DeepExt.Distributions;

/// <summary>How two sets of rows are compared.</summary>
public sealed class CompareDistributionsOptions
{
    /// <summary>The columns to compare. Null, the default, takes all that can be compared and are not excluded.</summary>
    public string[]? ColumnNames { get; set; }

    /// <summary>
    /// Columns that are not compared where <see cref="ColumnNames"/> is null: those that differ by intent, such as identifiers, or the
    /// time of a split by time. Default none.
    /// </summary>
    public string[] ExcludedColumnNames { get; set; } = [];

    /// <summary>What the verdict calls the first rows. Null, the default, is "the first rows", or "dev" of a split.</summary>
    public string? FirstName { get; set; }

    /// <summary>What the verdict calls the second rows. Null, the default, is "the second rows", or "test" of a split.</summary>
    public string? SecondName { get; set; }

    /// <summary>
    /// How sure the verdict is, in (0, 1): rows of one distribution are called different in about 1 - Confidence of all comparisons.
    /// Default 0.95.
    /// </summary>
    public double Confidence { get; set; } = 0.95;

    /// <summary>
    /// The most rows of either that are compared, at least 25; of more, so many are drawn at random. Default 20,000. Wide rows are fewer:
    /// those of both have at most 50 million numbers; and of what the network sees, up to 30 numbers for a column of text or keys, it
    /// learns from so many that they have at most 50 million again. So it takes less than about 1 GB, however many there are.
    /// </summary>
    public int MaximumRows { get; set; } = 20_000;

    /// <summary>What chance is drawn from. Null, the default, draws one from the context.</summary>
    public int? Seed { get; set; }

    internal CompareDistributionsOptions Copy()
    {
        var copy = (CompareDistributionsOptions)MemberwiseClone();
        copy.ColumnNames = ColumnNames is null ? null : [.. ColumnNames];
        copy.ExcludedColumnNames = [.. ExcludedColumnNames ?? []];
        return copy;
    }

    internal string? FindFault() =>
        ColumnNames is { Length: 0 } ? "ColumnNames is empty; name a column, or use null for all."
        : ColumnNames?.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1)?.Key is { } twice
            ? $"ColumnNames has '{twice}' twice; name each column once."
        : FirstName is "" || SecondName is "" ? "FirstName or SecondName is empty; name what is compared."
        : !(Confidence > 0 && Confidence < 1)
            ? FormattableString.Invariant($"Confidence must be in (0, 1) but is {Confidence}; 0.95 is the default.")
        : MaximumRows < DistributionComparer.FewestRows
            ? FormattableString.Invariant(
                $"MaximumRows must be at least {DistributionComparer.FewestRows} but is {MaximumRows}; 20000 is the default.")
        : null;
}
