namespace MLNet.DeepExt.Search;

/// <summary>
/// Values as another type: as they are, or as numbers of a type that holds them, or as the nearest <see cref="float"/>, which loses the
/// digits that it does not have but never leaves the range.
/// </summary>
internal static class ValueConversion
{
    /// <summary>The value as it is, or as a number of another type; null: it cannot be had as that.</summary>
    /// <param name="value">A value of the range.</param>
    /// <param name="type">The type wanted.</param>
    /// <param name="range">What the value is of.</param>
    public static object? To(object value, Type type, SearchRange range)
    {
        Type plain = Nullable.GetUnderlyingType(type) ?? type;
        return value switch
        {
            _ when plain.IsInstanceOfType(value) => value,
            int number when plain == typeof(long) => (long)number,
            int number when plain == typeof(double) => (double)number,
            int number when plain == typeof(float) => Single(number, range),
            long number when plain == typeof(double) => (double)number,
            long number when plain == typeof(float) => (float)number,
            double number when plain == typeof(float) => Single(number, range),
            float number when plain == typeof(double) => (double)number,
            _ => null,
        };
    }

    private static object? Single(double number, SearchRange range)
    {
        (double low, double high) = range switch
        {
            ContinuousRange numbers => (numbers.Low, numbers.High),
            IntegerRange integers => (integers.Low, integers.High),
            _ => (double.NegativeInfinity, double.PositiveInfinity),
        };
        float nearest = (float)number;
        nearest = nearest < low ? MathF.BitIncrement(nearest) : nearest > high ? MathF.BitDecrement(nearest) : nearest;
        return nearest >= low && nearest <= high ? nearest : null;
    }
}
