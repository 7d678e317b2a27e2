using Microsoft.ML;
using MLNet.DeepExt.Interop.Schemas;

namespace MLNet.DeepExt.Evaluation;

/// <summary>How the class of a row, or its predicted class, is read from a column.</summary>
/// <param name="open">Begins to read it: the class, counted from 0, or <see cref="None"/> or <see cref="Other"/>.</param>
/// <param name="mayBeOther">Whether it may be <see cref="Other"/>.</param>
internal sealed class ClassReader(Func<DataViewRow, DataViewSchema.Column, Func<int>> open, bool mayBeOther)
{
    /// <summary>There is no value: empty text, the missing key, NaN.</summary>
    public const int None = -1;

    /// <summary>The value is none of the classes.</summary>
    public const int Other = -2;

    /// <summary>Whether a value may be none of the classes.</summary>
    public bool MayBeOther => mayBeOther;

    /// <summary>Begins to read it of rows in which the column is active.</summary>
    public Func<int> Open(DataViewRow row, DataViewSchema.Column column) => open(row, column);

    /// <param name="classes">(keys): the class of each key, or <see cref="Other"/>.</param>
    public static ClassReader OfKey(int[] classes) => new((row, column) =>
    {
        ValueGetter<ulong> getter = NumberGetters.OfKey(row, column);
        ulong key = 0;
        return () =>
        {
            getter(ref key);
            return key == 0 || key > (ulong)classes.Length ? None : classes[key - 1];
        };
    }, classes.Contains(Other));

    public static ClassReader OfText(Dictionary<string, int> classes) => new((row, column) =>
    {
        ValueGetter<ReadOnlyMemory<char>> getter = row.GetGetter<ReadOnlyMemory<char>>(column);
        ReadOnlyMemory<char> text = default;
        Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup = classes.GetAlternateLookup<ReadOnlySpan<char>>();
        return () =>
        {
            getter(ref text);
            return text.IsEmpty ? None : lookup.TryGetValue(text.Span, out int label) ? label : Other;
        };
    }, mayBeOther: true);

    public static ClassReader OfBoolean(int no, int yes) => new((row, column) =>
    {
        ValueGetter<bool> getter = row.GetGetter<bool>(column);
        bool isYes = false;
        return () =>
        {
            getter(ref isYes);
            return isYes ? yes : no;
        };
    }, no == Other || yes == Other);

    /// <param name="classes">By number, in single precision.</param>
    public static ClassReader OfNumber(Dictionary<double, int> classes) => new((row, column) =>
    {
        ValueGetter<float> getter = NumberGetters.OfSingle(row, column);
        float number = 0;
        return () =>
        {
            getter(ref number);
            return float.IsNaN(number) ? None : classes.TryGetValue(number, out int label) ? label : Other;
        };
    }, mayBeOther: true);
}
