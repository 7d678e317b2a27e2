namespace MLNet.DeepExt.Transforms.Tabular;

/// <summary>A moment as numbers: how far it is from the year 2000, and where it stands in the year, the week and the day.</summary>
internal static class DateParts
{
    private const double DaysOfYear = 365.2425; // on average
    private const int DaysOfWeek = 7;

    /// <summary>What the numbers of a moment are called.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["days", "year.sin", "year.cos", "week.sin", "week.cos", "day.sin", "day.cos"];

    private static DateTime Origin { get; } = new(2000, 1, 1);

    /// <summary>Writes the numbers of a moment.</summary>
    /// <param name="clock">What clock and calendar showed.</param>
    /// <param name="universal">The same moment in universal time.</param>
    /// <param name="numbers">(names).</param>
    public static void Write(DateTime clock, DateTime universal, Span<float> numbers)
    {
        numbers[0] = (float)(universal - Origin).TotalDays;
        double ofDay = clock.TimeOfDay.TotalDays;
        WriteCycle((clock.DayOfYear - 1 + ofDay) / DaysOfYear, numbers[1..]);
        WriteCycle(((int)clock.DayOfWeek + ofDay) / DaysOfWeek, numbers[3..]);
        WriteCycle(ofDay, numbers[5..]);
    }

    // The end of a cycle lies beside its beginning, which one number could not say.
    private static void WriteCycle(double turns, Span<float> numbers)
    {
        numbers[0] = (float)Math.Sin(2 * Math.PI * turns);
        numbers[1] = (float)Math.Cos(2 * Math.PI * turns);
    }
}
