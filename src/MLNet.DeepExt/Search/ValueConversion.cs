namespace MLNet.DeepExt.Search;

/// <summary>Values as another type, where that loses nothing but the digits that a <see cref="float"/> does not have.</summary>
internal static class ValueConversion
{
    /// <summary>The value as it is, or as a number of another type; null: it cannot be had as that.</summary>
    /// <param name="value">Any value.</param>
    /// <param name="type">The type wanted.</param>
    public static object? To(object value, Type type)
    {
        Type plain = Nullable.GetUnderlyingType(type) ?? type;
        return value switch
        {
            _ when plain.IsInstanceOfType(value) => value,
            int number when plain == typeof(long) => (long)number,
            int number when plain == typeof(double) => (double)number,
            int number when plain == typeof(float) => (float)number,
            long number when plain == typeof(double) => (double)number,
            long number when plain == typeof(float) => (float)number,
            double number when plain == typeof(float) => (float)number,
            float number when plain == typeof(double) => (double)number,
            _ => null,
        };
    }
}
