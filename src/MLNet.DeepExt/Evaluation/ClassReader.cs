using Microsoft.ML;
using MLNet.DeepExt.Interop.Schemas;

namespace MLNet.DeepExt.Evaluation;

/// <summary>How it is read from a column which class a row is of, or is said to be.</summary>
/// <param name="open">Begins to read it: the class, counted from 0, or <see cref="None"/>.</param>
internal sealed class ClassReader(Func<DataViewRow, DataViewSchema.Column, Func<int>> open)
{
    /// <summary>No class, or none of those that are known.</summary>
    public const int None = -1;

    /// <summary>Begins to read it of rows in which the column is active.</summary>
    public Func<int> Open(DataViewRow row, DataViewSchema.Column column) => open(row, column);

    /// <param name="classes">(keys): the class of each key.</param>
    public static ClassReader OfKey(int[] classes) => new((row, column) =>
    {
        ValueGetter<ulong> getter = NumberGetters.OfKey(row, column);
        ulong key = 0;
        return () =>
        {
            getter(ref key);
            return key == 0 || key > (ulong)classes.Length ? None : classes[key - 1];
        };
    });

    public static ClassReader OfText(Dictionary<string, int> classes) => new((row, column) =>
    {
        ValueGetter<ReadOnlyMemory<char>> getter = row.GetGetter<ReadOnlyMemory<char>>(column);
        ReadOnlyMemory<char> text = default;
        Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup = classes.GetAlternateLookup<ReadOnlySpan<char>>();
        return () =>
        {
            getter(ref text);
            return lookup.TryGetValue(text.Span, out int label) ? label : None;
        };
    });

    public static ClassReader OfBoolean(int no, int yes) => new((row, column) =>
    {
        ValueGetter<bool> getter = row.GetGetter<bool>(column);
        bool isYes = false;
        return () =>
        {
            getter(ref isYes);
            return isYes ? yes : no;
        };
    });

    /// <param name="classes">By number, in single precision.</param>
    public static ClassReader OfNumber(Dictionary<double, int> classes) => new((row, column) =>
    {
        ValueGetter<float> getter = NumberGetters.OfSingle(row, column);
        float number = 0;
        return () =>
        {
            getter(ref number);
            return classes.TryGetValue(number, out int label) ? label : None;
        };
    });
}
