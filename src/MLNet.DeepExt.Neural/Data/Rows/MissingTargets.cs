using System.Globalization;

namespace MLNet.DeepExt.Neural.Data;

/// <summary>The number of rows in which each target is missing (NaN).</summary>
/// <param name="Rows">The number of rows.</param>
/// <param name="Counts">(targets): the number of rows in which it is missing.</param>
internal sealed record MissingTargets(int Rows, IReadOnlyList<int> Counts)
{
    private const int MostNames = 10; // in a message

    /// <summary>Counts missing targets of rows in memory; null for class targets.</summary>
    /// <param name="targets">The targets.</param>
    /// <param name="rows">The indices of the rows to count.</param>
    public static MissingTargets? Of(TargetRows targets, ReadOnlySpan<int> rows)
    {
        if (targets is not ValueRows values)
            return null;
        var counts = new int[values.Width];
        foreach (int row in rows)
            Count(values.Row(row), counts);
        return new MissingTargets(rows.Length, counts);
    }

    /// <summary>Adds the row to the counts.</summary>
    /// <param name="row">(targets): NaN if missing.</param>
    /// <param name="counts">(targets).</param>
    public static void Count(ReadOnlySpan<float> row, Span<int> counts)
    {
        for (int target = 0; target < row.Length; target++)
        {
            if (float.IsNaN(row[target]))
                counts[target]++;
        }
    }

    /// <summary>Returns the counts without those of other rows.</summary>
    public MissingTargets Without(MissingTargets? others) => others is null
        ? this
        : new MissingTargets(Rows - others.Rows, [.. Counts.Zip(others.Counts, (count, other) => count - other)]);

    /// <summary>Throws if a target is missing in all rows.</summary>
    /// <param name="names">(targets): the names in messages; null for their numbers.</param>
    /// <param name="remedy">A further remedy, which begins with a semicolon. Default: none.</param>
    /// <exception cref="InvalidOperationException">A target is missing in all rows. The message names it.</exception>
    public void RequireEach(IReadOnlyList<string>? names, string remedy = "")
    {
        int[] absent = [.. Enumerable.Range(0, Counts.Count).Where(target => Counts[target] == Rows)];
        if (absent.Length == 0)
            return;
        throw new InvalidOperationException(FormattableString.Invariant(
            $"None of the {Rows} training rows has a value of {Listed([.. absent.Select(target => NameOf(target, names))], " or of ")}; ")
            + $"remove the target, or give rows that have it{remedy}.");
    }

    /// <summary>Returns a warning with the number of missing values of each target; null if none is missing.</summary>
    /// <param name="what">The name of the rows in the message, such as "training rows".</param>
    /// <param name="consequence">The effect of a missing value.</param>
    /// <param name="names">(targets): the names in messages; null for their numbers.</param>
    public string? Warning(string what, string consequence, IReadOnlyList<string>? names)
    {
        string[] counts = [.. Enumerable.Range(0, Counts.Count).Where(target => Counts[target] > 0)
            .OrderByDescending(target => Counts[target])
            .Select(target => string.Create(CultureInfo.InvariantCulture, $"{NameOf(target, names)} in {Counts[target]}"))];
        return counts.Length == 0
            ? null
            : FormattableString.Invariant($"Missing in the {Rows} {what}: {Listed(counts, ", ")}; {consequence}.");
    }

    private static string NameOf(int target, IReadOnlyList<string>? names) => names?[target] ?? FormattableString.Invariant($"target {target}");

    private static string Listed(string[] items, string separator) => items.Length <= MostNames
        ? string.Join(separator, items)
        : FormattableString.Invariant($"{string.Join(separator, items[..MostNames])}{separator}{items.Length - MostNames} more");
}
