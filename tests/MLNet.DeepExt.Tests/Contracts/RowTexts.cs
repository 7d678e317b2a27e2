using System.Globalization;
using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.DeepExt.Tests.Contracts;

/// <summary>Values of rows as text, whatever their type.</summary>
internal static class RowTexts
{
    /// <summary>A reader of a column of the row that <paramref name="row"/> is on.</summary>
    public static Func<string> ReaderOf(DataViewRow row, DataViewSchema.Column column)
    {
        (string method, Type type) = column.Type is VectorDataViewType vector
            ? (nameof(Vector), vector.ItemType.RawType)
            : (nameof(Scalar), column.Type.RawType);
        return (Func<string>)Invoke(method, type, row, column);
    }

    /// <summary>Asks for a getter as the reader does, and returns none.</summary>
    public static void GetterOf(DataViewRow row, DataViewSchema.Column column) => ReaderOf(row, column);

    /// <summary>The rows of a cursor by their ids: the texts of columns, by their indices.</summary>
    public static Dictionary<string, Dictionary<int, string>> Read(DataViewRowCursor cursor, IEnumerable<DataViewSchema.Column> columns)
    {
        using (cursor)
        {
            (int Index, Func<string> Read)[] readers = [.. columns.Select(column => (column.Index, ReaderOf(cursor, column)))];
            ValueGetter<DataViewRowId> idGetter = cursor.GetIdGetter();
            var rows = new Dictionary<string, Dictionary<int, string>>();
            DataViewRowId id = default;
            while (cursor.MoveNext())
            {
                idGetter(ref id);
                rows.Add(id.ToString(), readers.ToDictionary(reader => reader.Index, reader => reader.Read()));
            }

            return rows;
        }
    }

    private static object Invoke(string method, Type type, DataViewRow row, DataViewSchema.Column column)
    {
        MethodInfo generic = typeof(RowTexts).GetMethod(method, BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(type);
        return generic.Invoke(null, BindingFlags.DoNotWrapExceptions, binder: null, [row, column], CultureInfo.InvariantCulture)!;
    }

    private static Func<string> Scalar<T>(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<T> getter = row.GetGetter<T>(column);
        T value = default!;
        return () =>
        {
            getter(ref value);
            return Text(value);
        };
    }

    private static Func<string> Vector<T>(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<VBuffer<T>> getter = row.GetGetter<VBuffer<T>>(column);
        VBuffer<T> value = default;
        return () =>
        {
            getter(ref value);
            return string.Join(' ', value.DenseValues().Select(Text));
        };
    }

    private static string Text<T>(T value) => value is IFormattable number
        ? number.ToString(value is DateTime or DateTimeOffset ? "O" : null, CultureInfo.InvariantCulture)
        : value?.ToString() ?? "";
}
