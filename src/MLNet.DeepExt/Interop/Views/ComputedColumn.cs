using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop.Schemas;

namespace MLNet.DeepExt.Interop;

/// <summary>A data view with one more column, a number that is a function of one of its columns, computed as it is read.</summary>
internal static class ComputedColumn
{
    /// <summary>Adds it.</summary>
    /// <typeparam name="TValue">What the column holds; <see cref="string"/> for text; what keys stand for, or their type.</typeparam>
    /// <param name="host">Who adds it.</param>
    /// <param name="data">The data view.</param>
    /// <param name="inputColumnName">The column that it is a function of.</param>
    /// <param name="outputColumnName">What it is called; a column of the name is hidden.</param>
    /// <param name="function">The function. A key that is missing has NaN without it.</param>
    /// <exception cref="ArgumentException">The function is of keys that stand for something else.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or does not hold such values.</exception>
    public static IDataView Of<TValue>(
        IHost host, IDataView data, string inputColumnName, string outputColumnName, Func<TValue, float> function)
    {
        DataViewSchema.Column column = data.Schema.GetColumnOrNull(inputColumnName)
            ?? throw host.MissingColumn(nameof(data), "input", inputColumnName, data.Schema);
        return column.Type switch
        {
            TextDataViewType when function is Func<string, float> ofText =>
                Add(column.Type, (in ReadOnlyMemory<char> text, ref float number) => number = ofText(text.ToString())),
            KeyDataViewType key when ValuesOf<TValue>(column) is { } values => OfKeys(key, values),
            KeyDataViewType when KeyValues.TypeOrNull(column) is { } meaning => throw host.Process(new ArgumentException(
                $"Column '{inputColumnName}' has keys that stand for values of type {meaning} but the weight is a function of " +
                $"{TypeName(typeof(TValue))}; make it a function of what the keys stand for.",
                nameof(function))),
            KeyDataViewType key when key.RawType == typeof(TValue) => Add(key, (in TValue value, ref float number) =>
                number = EqualityComparer<TValue>.Default.Equals(value, default) ? float.NaN : function(value)),
            { } type when type.RawType == typeof(TValue) =>
                Add(type, (in TValue value, ref float number) => number = function(value)),
            _ => throw host.WrongColumnType(
                nameof(data), "input", column, TypeName(typeof(TValue)), "make it a function of values of the type of the column"),
        };

        IDataView OfKeys(KeyDataViewType key, TValue[] values)
        {
            // By key, so that the function is called once for each, and not for each row.
            var numbers = new Lazy<float[]>(() => Array.ConvertAll(values, value => function(value)));
            return key.RawType == typeof(byte) ? Add<byte>(key, (in byte one, ref float number) => number = Number(numbers, one))
                : key.RawType == typeof(ushort) ? Add<ushort>(key, (in ushort one, ref float number) => number = Number(numbers, one))
                : key.RawType == typeof(uint) ? Add<uint>(key, (in uint one, ref float number) => number = Number(numbers, one))
                : Add<ulong>(key, (in ulong one, ref float number) => number = Number(numbers, one));
        }

        IDataView Add<T>(DataViewType type, ValueMapper<T, float> mapper) => LambdaColumnMapper.Create(
            host, nameof(ComputedColumn), data, inputColumnName, outputColumnName, type, NumberDataViewType.Single, mapper);
    }

    private static float Number(Lazy<float[]> numbers, ulong key) =>
        key == 0 || key > (ulong)numbers.Value.Length ? float.NaN : numbers.Value[key - 1];

    private static TValue[]? ValuesOf<TValue>(DataViewSchema.Column column) =>
        typeof(TValue) == typeof(string) ? (TValue[])(object)KeyValues.Texts(column) : KeyValues.ValuesOrNull<TValue>(column);

    private static string TypeName(Type type) => string.Create(CultureInfo.InvariantCulture, $"{type.Name}");
}
