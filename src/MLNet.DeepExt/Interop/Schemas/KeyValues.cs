using System.Globalization;
using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.DeepExt.Interop.Schemas;

/// <summary>What the keys of a column stand for, as its annotation says.</summary>
internal static class KeyValues
{
    private const ulong MostUnnamed = 1 << 24;

    /// <summary>Whether the column says what its keys stand for.</summary>
    public static bool AreKnown(DataViewSchema.Column column) => ItemType(column) is not null;

    /// <summary>
    /// The first key that stands for one value in <paramref name="first"/> and for another in <paramref name="second"/>; null
    /// if none does, or if one of the columns does not say what its keys stand for.
    /// </summary>
    public static (int Key, string First, string Second)? FindDifference(DataViewSchema.Column first, DataViewSchema.Column second)
    {
        if (ItemType(first) is not { } firstType || ItemType(second) is not { } secondType)
            return null;
        if (!firstType.Equals(secondType))
            return (1, $"of type {firstType}", $"of type {secondType}");
        // The type of the values is known at run time only.
        return ((int, string, string)?)typeof(KeyValues)
            .GetMethod(nameof(FindDifferenceOf), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(firstType.RawType)
            .Invoke(null, BindingFlags.DoNotWrapExceptions, null, [first, second], CultureInfo.InvariantCulture);
    }

    /// <summary>What the keys stand for, as text; their numbers, counted from 1, where the column does not say it.</summary>
    /// <exception cref="InvalidOperationException">It does not say it of more keys than can be listed.</exception>
    public static string[] Texts(DataViewSchema.Column column)
    {
        if (ItemType(column) is not { } type)
        {
            ulong count = ((KeyDataViewType)column.Type).Count;
            if (count > MostUnnamed)
            {
                throw new InvalidOperationException(
                    $"Column '{column.Name}' has keys of {count} values and does not say what they stand for; " +
                    "make keys with MapValueToKey.");
            }

            return [.. Enumerable.Range(1, (int)count).Select(key => key.ToString(CultureInfo.InvariantCulture))];
        }

        return TextsOf(column, type, AnnotationKinds.KeyValues);
    }

    /// <summary>What the classes are called that a column of scores is about, as the scoring transformer says; null if unknown.</summary>
    public static string[]? TextsOfTrainingLabels(DataViewSchema.Column scores) =>
        ItemType(scores, AnnotationKinds.TrainingLabelValues) is { } type
            ? TextsOf(scores, type, AnnotationKinds.TrainingLabelValues)
            : null;

    /// <summary>The type of what the keys stand for; null if the column does not say it.</summary>
    public static DataViewType? TypeOrNull(DataViewSchema.Column column) => ItemType(column);

    /// <summary>What the keys stand for; null if the column does not say it, or they are values of another type.</summary>
    public static T[]? ValuesOrNull<T>(DataViewSchema.Column column) =>
        ItemType(column)?.RawType == typeof(T) ? ValuesOf<T>(column, AnnotationKinds.KeyValues) : null;

    private static string[] TextsOf(DataViewSchema.Column column, DataViewType type, string kind) =>
        (string[])typeof(KeyValues)
            .GetMethod(nameof(TextsOfType), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(type.RawType)
            .Invoke(null, BindingFlags.DoNotWrapExceptions, null, [column, kind], CultureInfo.InvariantCulture)!;

    private static string[] TextsOfType<T>(DataViewSchema.Column column, string kind) => [.. ValuesOf<T>(column, kind).Select(Text)];

    private static DataViewType? ItemType(DataViewSchema.Column column, string kind = AnnotationKinds.KeyValues) =>
        (column.Annotations.Schema.GetColumnOrNull(kind)?.Type as VectorDataViewType)?.ItemType;

    private static (int Key, string First, string Second)? FindDifferenceOf<T>(DataViewSchema.Column first, DataViewSchema.Column second)
    {
        T[] firstValues = ValuesOf<T>(first, AnnotationKinds.KeyValues), secondValues = ValuesOf<T>(second, AnnotationKinds.KeyValues);
        for (int i = 0; i < Math.Min(firstValues.Length, secondValues.Length); i++)
        {
            if (!AreEqual(firstValues[i], secondValues[i]))
                return (i + 1, Describe(firstValues[i]), Describe(secondValues[i]));
        }

        return null;
    }

    private static T[] ValuesOf<T>(DataViewSchema.Column column, string kind)
    {
        VBuffer<T> values = default;
        column.Annotations.GetValue(kind, ref values);
        return [.. values.DenseValues()];
    }

    private static bool AreEqual<T>(T first, T second) =>
        first is ReadOnlyMemory<char> text && second is ReadOnlyMemory<char> other
            ? text.Span.SequenceEqual(other.Span)
            : EqualityComparer<T>.Default.Equals(first, second);

    private static string Describe<T>(T value) => $"'{Text(value)}'";

    private static string Text<T>(T value) => Convert.ToString(value, CultureInfo.InvariantCulture)!;
}
