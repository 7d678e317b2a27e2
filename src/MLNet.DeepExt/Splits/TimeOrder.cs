using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Data;
using MLNet.DeepExt.Interop.Schemas;

namespace MLNet.DeepExt.Splits;

/// <summary>What says how old rows are, as whole numbers in the order of time; null if unknown.</summary>
/// <param name="Open">Begins to read it of a row.</param>
internal sealed record TimeOrder(Func<DataViewRow, DataViewSchema.Column, Func<long?>> Open)
{
    /// <summary>That of columns of a type; null if there is none.</summary>
    public static TimeOrder? Find(DataViewType type) => type switch
    {
        DateTimeDataViewType => new TimeOrder((row, column) =>
            Of(row.GetGetter<DateTime>(column), time => time == default ? null : time.Ticks)),
        DateTimeOffsetDataViewType => new TimeOrder((row, column) =>
            Of(row.GetGetter<DateTimeOffset>(column), time => time == default ? null : time.UtcTicks)),
        NumberDataViewType when type.RawType == typeof(long) => new TimeOrder((row, column) =>
            Of(row.GetGetter<long>(column), time => time)),
        // Down by 2⁶³, which keeps the order.
        NumberDataViewType when type.RawType == typeof(ulong) => new TimeOrder((row, column) =>
            Of(row.GetGetter<ulong>(column), time => (long)(time ^ (1UL << 63)))),
        NumberDataViewType => new TimeOrder((row, column) =>
            Of(NumberGetters.OfDouble(row, column), time => double.IsNaN(time) ? null : InOrder(time))),
        _ => null,
    };

    // The bits of numbers above 0 are in their order, those of numbers below it in the opposite one.
    private static long InOrder(double time)
    {
        long bits = (long)ValueCodes.OfNumber(time);
        return bits < 0 ? bits ^ long.MaxValue : bits;
    }

    private static Func<long?> Of<T>(ValueGetter<T> getter, Func<T, long?> order)
    {
        T time = default!;
        return () =>
        {
            getter(ref time);
            return order(time);
        };
    }
}
