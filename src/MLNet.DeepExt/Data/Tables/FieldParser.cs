using System.Globalization;

namespace MLNet.DeepExt.Data.Tables;

/// <summary>What the fields of a table mean, the same in every culture.</summary>
/// <param name="decimalMarker">What stands before the decimals of a number.</param>
internal sealed class FieldParser(char decimalMarker)
{
    private const int LongestMissing = 4; // characters

    private static readonly string[] MissingNumbers = ["?", "NA", "N/A", "NaN", "null"];

    private static readonly string[] DateFormats =
    [
        "yyyy-MM-dd", "yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm:ss.FFFFFFF",
        "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF",
    ];

    private static readonly string[] OffsetFormats = [.. DateFormats.Skip(1).Select(format => format + "zzz")];

    private readonly NumberFormatInfo _numbers =
        new() { NumberDecimalSeparator = decimalMarker.ToString(), NumberGroupSeparator = decimalMarker == '.' ? "," : "." };

    /// <summary>Whether a field of a column of numbers or dates says that there is none: blank, ?, NA, N/A, NaN or null, in any case.</summary>
    public static bool IsMissing(ReadOnlySpan<char> field)
    {
        if (field.IsEmpty)
            return true;
        if (field.Length > LongestMissing || char.IsAsciiDigit(field[0]))
            return false; // as nearly all fields are
        foreach (string missing in MissingNumbers)
        {
            if (field.Equals(missing, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }

    /// <summary>Whether a field is a whole number that begins with 0, as postcodes and article numbers do.</summary>
    public static bool HasLeadingZero(ReadOnlySpan<char> field) =>
        field.Length > 1 && field[0] == '0' && field.IndexOfAnyExceptInRange('0', '9') < 0;

    /// <summary>true and false, yes and no, in any case.</summary>
    public static bool TryBoolean(ReadOnlySpan<char> field, out bool value)
    {
        value = Is(field, "true") || Is(field, "yes");
        return value || Is(field, "false") || Is(field, "no");
    }

    /// <summary>As <see cref="TryBoolean(ReadOnlySpan{char}, out bool)"/>, and also 1 and 0, for a column that is known to hold booleans.</summary>
    public static bool TryFlag(ReadOnlySpan<char> field, out bool value)
    {
        value = field is "1";
        return value || field is "0" || TryBoolean(field, out value);
    }

    /// <summary>A date, with or without a time, as ISO 8601 writes it, such as 2024-05-31 or 2024-05-31T12:30:00.</summary>
    public static bool TryDate(ReadOnlySpan<char> field, out DateTime value) =>
        DateTime.TryParseExact(field, DateFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out value);

    /// <summary>A date and time with its distance from UTC, such as 2024-05-31T12:30:00+02:00 or 2024-05-31T10:30:00Z.</summary>
    public static bool TryOffset(ReadOnlySpan<char> field, out DateTimeOffset value)
    {
        if (field is not [.., 'Z' or 'z'])
            return DateTimeOffset.TryParseExact(field, OffsetFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out value);
        bool isDate = TryDate(field[..^1], out DateTime date) && field.Length > 11;
        value = isDate ? new DateTimeOffset(date, TimeSpan.Zero) : default;
        return isDate;
    }

    /// <summary>A number, such as -1.5 or 1e-3. Beyond the range of a double it is infinite.</summary>
    public bool TryNumber(ReadOnlySpan<char> field, out double value) => double.TryParse(field, NumberStyles.Float, _numbers, out value);

    /// <summary>A number of single precision, rounded once.</summary>
    public bool TryNumber(ReadOnlySpan<char> field, out float value) => float.TryParse(field, NumberStyles.Float, _numbers, out value);

    private static bool Is(ReadOnlySpan<char> field, string text) => field.Equals(text, StringComparison.OrdinalIgnoreCase);
}
