using System.Globalization;

namespace MLNet.DeepExt.Neural.Data;

/// <summary>How many of some rows lack each target: NaN stands where it should be.</summary>
/// <param name="Rows">How many rows there are.</param>
/// <param name="Counts">(targets): how many of them lack it.</param>
internal sealed record MissingTargets(int Rows, IReadOnlyList<int> Counts)
{
    private const int MostNames = 10; // in a message

    /// <summary>Those of rows in memory; null where targets are classes.</summary>
    /// <param name="targets">The targets.</param>
    /// <param name="rows">Which rows count.</param>
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
    /// <param name="row">(targets): NaN where one is missing.</param>
    /// <param name="counts">(targets).</param>
    public static void Count(ReadOnlySpan<float> row, Span<int> counts)
    {
        for (int target = 0; target < row.Length; target++)
        {
            if (float.IsNaN(row[target]))
                counts[target]++;
        }
    }

    /// <summary>Those of the rows that are not among the others.</summary>
    public MissingTargets Without(MissingTargets? others) => others is null
        ? this
        : new MissingTargets(Rows - others.Rows, [.. Counts.Zip(others.Counts, (count, other) => count - other)]);

    /// <summary>Throws if there is a target that no row has.</summary>
    /// <param name="names">(targets): what messages call them; null for their numbers.</param>
    /// <exception cref="InvalidOperationException">There is; the message names it.</exception>
    public void RequireEach(IReadOnlyList<string>? names)
    {
        int[] absent = [.. Enumerable.Range(0, Counts.Count).Where(target => Counts[target] == Rows)];
        if (absent.Length == 0)
            return;
        throw new InvalidOperationException(FormattableString.Invariant(
            $"None of the {Rows} rows to learn from has a value of {Listed([.. absent.Select(target => NameOf(target, names))], " or of ")}; ")
            + "leave it out, or give rows that have it.");
    }

    /// <summary>A warning with the count of each target that some rows lack; null if none does.</summary>
    /// <param name="what">What the rows are called, such as "rows to learn from".</param>
    /// <param name="consequence">What a missing value means to them.</param>
    /// <param name="names">(targets): what messages call them; null for their numbers.</param>
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
