using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.ML;

namespace MLNet.DeepExt.Interop.Scoring;

/// <summary>Reads values whose type is known at run time only, and drops them.</summary>
internal static class ValueReader
{
    private delegate Action Opener(DataViewRow row, DataViewSchema.Column column);

    // Finding a method takes longer than reading a value.
    private static readonly ConcurrentDictionary<Type, Opener> Openers = new();

    /// <summary>What reads the column's value in the current row, whenever it is called.</summary>
    public static Action Open(DataViewRow row, DataViewSchema.Column column) => Openers.GetOrAdd(column.Type.RawType, static type =>
        typeof(ValueReader).GetMethod(nameof(OpenOf), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(type).CreateDelegate<Opener>())(row, column);

    private static Action OpenOf<T>(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<T> getter = row.GetGetter<T>(column);
        T value = default!;
        return () => getter(ref value);
    }
}
