using System.Globalization;
using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Interop.Schemas;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Data;

/// <summary>
/// 64 bits for every value of a column: equal for equal values, on every machine and in every file, and by all odds different for different
/// ones. Keys count as what they stand for; vectors alike whether their zeros are left out or not.
/// </summary>
internal static class ValueCodes
{
    private static readonly Dictionary<Type, Delegate> Codes = new()
    {
        [typeof(bool)] = (Func<bool, ulong>)(value => value ? 1UL : 0),
        [typeof(sbyte)] = (Func<sbyte, ulong>)(value => (ulong)value),
        [typeof(byte)] = (Func<byte, ulong>)(value => value),
        [typeof(short)] = (Func<short, ulong>)(value => (ulong)value),
        [typeof(ushort)] = (Func<ushort, ulong>)(value => value),
        [typeof(int)] = (Func<int, ulong>)(value => (ulong)value),
        [typeof(uint)] = (Func<uint, ulong>)(value => value),
        [typeof(long)] = (Func<long, ulong>)(value => (ulong)value),
        [typeof(ulong)] = (Func<ulong, ulong>)(value => value),
        [typeof(float)] = (Func<float, ulong>)(value => OfNumber(value)),
        [typeof(double)] = (Func<double, ulong>)OfNumber,
        [typeof(ReadOnlyMemory<char>)] = (Func<ReadOnlyMemory<char>, ulong>)(text => OfText(text.Span)),
        [typeof(DateTime)] = (Func<DateTime, ulong>)(value => (ulong)value.Ticks),
        [typeof(DateTimeOffset)] = (Func<DateTimeOffset, ulong>)(value => Combine((ulong)value.Ticks, (ulong)value.Offset.Ticks)),
        [typeof(TimeSpan)] = (Func<TimeSpan, ulong>)(value => (ulong)value.Ticks),
        [typeof(DataViewRowId)] = (Func<DataViewRowId, ulong>)(value => Combine(value.Low, value.High)),
    };

    /// <summary>Whether there are any for values of a type.</summary>
    public static bool Exist(DataViewType type) => Codes.ContainsKey(ItemOf(type).RawType);

    /// <summary>Begins to read the code of a row's value.</summary>
    public static Func<ulong> Open(DataViewRow row, DataViewSchema.Column column) =>
        // The type of the values is known at run time only.
        (Func<ulong>)typeof(ValueCodes)
            .GetMethod(
                column.Type is VectorDataViewType ? nameof(OpenVector) : nameof(OpenScalar), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(ItemOf(column.Type).RawType)
            .Invoke(null, BindingFlags.DoNotWrapExceptions, null, [row, column], CultureInfo.InvariantCulture)!;

    /// <summary>One code of two, whose order counts.</summary>
    public static ulong Combine(ulong first, ulong second) => new CounterRandom(first).Derive(second).Key;

    /// <summary>The bits of a number; all NaN have one code, and so have 0 and -0.</summary>
    public static ulong OfNumber(double value) => BitConverter.DoubleToUInt64Bits(double.IsNaN(value) ? double.NaN : value + 0.0);

    /// <summary>The code of a text.</summary>
    public static ulong OfText(ReadOnlySpan<char> text)
    {
        ulong code = (ulong)text.Length;
        for (; text.Length >= 4; text = text[4..])
            code = Combine(code, text[0] | (ulong)text[1] << 16 | (ulong)text[2] << 32 | (ulong)text[3] << 48);
        foreach (char letter in text)
            code = Combine(code, letter);
        return code;
    }

    private static DataViewType ItemOf(DataViewType type) => type is VectorDataViewType vector ? vector.ItemType : type;

    private static Func<T, ulong> CodeOf<T>(DataViewSchema.Column column)
    {
        var code = (Func<T, ulong>)Codes[typeof(T)];
        if (ItemOf(column.Type) is not KeyDataViewType || !KeyValues.AreKnown(column))
            return code;
        // What number a key has depends on the data that it was learned from.
        ulong[] meanings = [0, .. KeyValues.Texts(column).Select(text => OfText(text))];
        return key => code(key) < (ulong)meanings.Length ? meanings[code(key)] : code(key);
    }

    private static Func<ulong> OpenScalar<T>(DataViewRow row, DataViewSchema.Column column)
    {
        Func<T, ulong> code = CodeOf<T>(column);
        ValueGetter<T> getter = row.GetGetter<T>(column);
        T value = default!;
        return () =>
        {
            getter(ref value);
            return code(value);
        };
    }

    private static Func<ulong> OpenVector<T>(DataViewRow row, DataViewSchema.Column column)
    {
        Func<T, ulong> code = CodeOf<T>(column);
        ValueGetter<VBuffer<T>> getter = row.GetGetter<VBuffer<T>>(column);
        VBuffer<T> vector = default;
        ulong zero = code(default!);
        return () =>
        {
            getter(ref vector);
            ulong codes = (ulong)vector.Length;
            foreach ((int slot, T value) in vector.Items())
            {
                if (code(value) is var one && one != zero)
                    codes = Combine(Combine(codes, (ulong)slot), one);
            }

            return codes;
        };
    }
}
