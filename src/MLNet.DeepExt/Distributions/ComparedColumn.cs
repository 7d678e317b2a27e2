using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Data;
using MLNet.DeepExt.Interop.Schemas;

namespace MLNet.DeepExt.Distributions;

/// <summary>A column whose values are compared, as numbers or as categories.</summary>
/// <param name="Name">The column's name.</param>
/// <param name="IsCategory">Whether numbers only say which values are equal.</param>
/// <param name="FeatureNames">What the numbers of a row are called.</param>
/// <param name="Open">Begins to read the numbers of rows, NaN where one is missing.</param>
internal sealed record ComparedColumn(
    string Name,
    bool IsCategory,
    IReadOnlyList<string> FeatureNames,
    Func<DataViewRow, DataViewSchema.Column, ComparedColumn.Reader> Open)
{
    /// <summary>Writes the numbers of the current row.</summary>
    public delegate void Reader(Span<float> numbers);

    /// <summary>How a column is compared; null if it cannot be.</summary>
    public static ComparedColumn? Find(DataViewSchema.Column column) => column.Type switch
    {
        NumberDataViewType => Numbers(column, NumberGetters.OfSingle, number => number),
        DateTimeDataViewType => Numbers(column, Getter<DateTime>, time => DaysOf(time.Ticks)),
        DateTimeOffsetDataViewType => Numbers(column, Getter<DateTimeOffset>, time => DaysOf(time.UtcTicks)),
        TimeSpanDataViewType => Numbers(column, Getter<TimeSpan>, time => (float)time.TotalDays),
        TextDataViewType or KeyDataViewType or BooleanDataViewType => Categories(column),
        VectorDataViewType { IsKnownSize: true } vector when vector.ItemType.Equals(NumberDataViewType.Single) =>
            Vector(column, vector.Size),
        _ => null,
    };

    private static ValueGetter<T> Getter<T>(DataViewRow row, DataViewSchema.Column column) => row.GetGetter<T>(column);

    // From the middle of the times that occur, so that floats tell minutes apart; the first moment of all stands for a missing one.
    private static float DaysOf(long ticks) =>
        ticks == 0 ? float.NaN : (float)TimeSpan.FromTicks(ticks - new DateTime(2000, 1, 1).Ticks).TotalDays;

    private static ComparedColumn Numbers<T>(
        DataViewSchema.Column column, Func<DataViewRow, DataViewSchema.Column, ValueGetter<T>> open, Func<T, float> number) =>
        new(column.Name, IsCategory: false, [column.Name], (row, own) =>
        {
            ValueGetter<T> getter = open(row, own);
            T value = default!;
            return numbers =>
            {
                getter(ref value);
                numbers[0] = number(value);
            };
        });

    // Categories are numbered as they come, in both sets of rows alike.
    private static ComparedColumn Categories(DataViewSchema.Column column)
    {
        var places = new Dictionary<ulong, int>();
        return new ComparedColumn(column.Name, IsCategory: true, [column.Name], (row, own) =>
        {
            Func<ulong> code = ValueCodes.Open(row, own);
            return numbers =>
            {
                ulong value = code();
                if (!places.TryGetValue(value, out int place))
                    places.Add(value, place = places.Count);
                numbers[0] = place;
            };
        });
    }

    private static ComparedColumn Vector(DataViewSchema.Column column, int size)
    {
        string[]? slots = SlotNames.Of(column);
        string[] names = [.. Enumerable.Range(0, size).Select(slot => slots is not null && slots[slot].Length > 0
            ? $"{column.Name}.{slots[slot]}"
            : string.Create(CultureInfo.InvariantCulture, $"{column.Name}[{slot}]"))];
        return new ComparedColumn(column.Name, IsCategory: false, names, (row, own) =>
        {
            ValueGetter<VBuffer<float>> getter = row.GetGetter<VBuffer<float>>(own);
            VBuffer<float> values = default;
            return numbers =>
            {
                getter(ref values);
                if (VectorLength.FindFault(own.Name, size, values.Length) is { } fault)
                    throw fault;
                values.CopyTo(numbers);
            };
        });
    }
}
