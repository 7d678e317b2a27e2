namespace MLNet.DeepExt.Transforms.Tabular;

/// <summary>Finds the dates of a column that stand for a missing one, as 1900-01-01 and 9999-12-31 do.</summary>
/// <remarks>
/// A day of the year 1 or 9999 is a placeholder in any column. Another day is one where three things hold: it is of the kind that systems
/// and people use (the first or the last day of a year, or the zero or the limit of a well-known format); it is the earliest or the latest
/// of the column, and farther from the next one than all others are from one another, and than ten years; and the others are at least
/// twenty different days that are not of that kind, so that a column of a few dates, or of years, has none. So the 1st of January 1900 is a
/// date among dates of birth, and a placeholder among orders of the last ten years, which it would squeeze into a small part of the scale.
/// </remarks>
internal static class PlaceholderDates
{
    private const int ShortestGap = 3653; // days, ten years
    private const int FewestOthers = 20;  // of less, one far from the others says nothing

    // The zeros and limits that are not the first or the last day of a year: of spreadsheets and OLE, of SQL Server's smalldatetime, and of
    // 64-bit nanoseconds since 1970.
    private static readonly DateOnly[] Known = [new(1899, 12, 30), new(2079, 6, 6), new(1677, 9, 21), new(2262, 4, 11)];

    /// <summary>Where the dates of a column lie that are no placeholders.</summary>
    /// <param name="days">The days of the column, as day numbers, in any order, each once.</param>
    public static TickRange RangeOf(IEnumerable<int> days)
    {
        TickRange all = TickRange.Dates;
        int[] sorted = [.. days.Where(day => all.Contains(Ticks(day))).Order()];
        int low = 0, high = sorted.Length - 1;
        if (sorted.Count(day => !LooksLikeOne(day)) < FewestOthers)
            return all;
        while (Narrow(sorted, ref low, ref high))
        {
            // Without the one found, another one may stand apart.
        }

        return new TickRange(
            low > 0 ? Ticks(sorted[low - 1] + 1) : all.First, high < sorted.Length - 1 ? Ticks(sorted[high + 1]) - 1 : all.Last);
    }

    private static bool Narrow(int[] days, ref int low, ref int high)
    {
        if (LooksLikeOne(days[high]) && days[high] - days[high - 1] > Math.Max(ShortestGap, days[high - 1] - days[low]))
            high--;
        else if (LooksLikeOne(days[low]) && days[low + 1] - days[low] > Math.Max(ShortestGap, days[high] - days[low + 1]))
            low++;
        else
            return false;
        return true;
    }

    private static bool LooksLikeOne(int day)
    {
        DateOnly date = DateOnly.FromDayNumber(day);
        return date is { Month: 1, Day: 1 } or { Month: 12, Day: 31 } || Known.Contains(date);
    }

    private static long Ticks(int day) => day * TimeSpan.TicksPerDay;
}
