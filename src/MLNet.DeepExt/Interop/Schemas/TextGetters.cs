using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.DeepExt.Interop.Schemas;

/// <summary>Reads columns that name something, whatever their type, as text; null where the name is missing.</summary>
internal static class TextGetters
{
    /// <summary>Whether a column of a type can be read so: text, a key, a yes or no, a number.</summary>
    public static bool Exist(DataViewType type) => type is TextDataViewType or KeyDataViewType or BooleanDataViewType or NumberDataViewType;

    /// <summary>Begins to read. Empty text, the missing key and NaN are missing; keys are what they stand for.</summary>
    public static Func<string?> Open(DataViewRow row, DataViewSchema.Column column) => column.Type switch
    {
        TextDataViewType => OfText(row, column),
        KeyDataViewType => OfKey(row, column),
        BooleanDataViewType => OfBoolean(row, column),
        _ when column.Type.RawType == typeof(float) => OfSingle(row, column),
        _ => OfNumber(row, column),
    };

    // A text that comes again is the same string, for there are few texts and many rows.
    private static Func<string?> OfText(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<ReadOnlyMemory<char>> getter = row.GetGetter<ReadOnlyMemory<char>>(column);
        ReadOnlyMemory<char> text = default;
        var known = new HashSet<string>(StringComparer.Ordinal);
        HashSet<string>.AlternateLookup<ReadOnlySpan<char>> lookup = known.GetAlternateLookup<ReadOnlySpan<char>>();
        return () =>
        {
            getter(ref text);
            if (text.IsEmpty)
                return null;
            if (!lookup.TryGetValue(text.Span, out string? name))
                known.Add(name = text.ToString());
            return name;
        };
    }

    private static Func<string?> OfKey(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<ulong> getter = NumberGetters.OfKey(row, column);
        string[]? names = KeyValues.AreKnown(column) ? KeyValues.Texts(column) : null;
        ulong key = 0;
        return () =>
        {
            getter(ref key);
            return key == 0 || (names is not null && key > (ulong)names.Length) ? null
                : names is null ? key.ToString(CultureInfo.InvariantCulture)
                : names[key - 1];
        };
    }

    private static Func<string?> OfBoolean(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<bool> getter = row.GetGetter<bool>(column);
        bool yes = false;
        return () =>
        {
            getter(ref yes);
            return yes ? bool.TrueString : bool.FalseString;
        };
    }

    // As a double, 0.1 would be 0.10000000149011612.
    private static Func<string?> OfSingle(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<float> getter = row.GetGetter<float>(column);
        float number = 0;
        return () =>
        {
            getter(ref number);
            return float.IsNaN(number) ? null : number.ToString(CultureInfo.InvariantCulture);
        };
    }

    private static Func<string?> OfNumber(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<double> getter = NumberGetters.OfDouble(row, column);
        double number = 0;
        return () =>
        {
            getter(ref number);
            return double.IsNaN(number) ? null : number.ToString(CultureInfo.InvariantCulture);
        };
    }
}
