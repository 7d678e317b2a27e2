using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Interop.Schemas;

namespace MLNet.DeepExt.Evaluation;

/// <summary>The classes of scored rows in the order of the scores, and which of them a column means.</summary>
/// <param name="names">(classes): what they are called; their numbers from 1 where nobody says it.</param>
/// <param name="areKnown">Whether somebody says it.</param>
internal sealed class ClassNames(string[] names, bool areKnown)
{
    /// <summary>No and yes.</summary>
    public static ClassNames OfBoolean { get; } = new([bool.FalseString, bool.TrueString], areKnown: true);

    /// <summary>No and yes as numbers.</summary>
    public static ClassNames OfYesNo { get; } = new(["0", "1"], areKnown: true);

    /// <summary>(classes): what they are called.</summary>
    public string[] Names => names;

    /// <summary>Whether somebody says what they are called.</summary>
    public bool AreKnown => areKnown;

    /// <summary>Classes.</summary>
    public int Count => names.Length;

    /// <summary>
    /// Those of a column of scores, as it names its slots; null where it does not, or leaves a name out, or has one twice.
    /// </summary>
    public static ClassNames? OfScores(DataViewSchema.Column scores)
    {
        string[]? names = SlotNames.Of(scores) ?? KeyValues.TextsOfTrainingLabels(scores);
        return names is not null && names.Length == ((VectorDataViewType)scores.Type).Size && !names.Contains("")
            && names.Distinct(StringComparer.Ordinal).Count() == names.Length
            ? new ClassNames(names, areKnown: true)
            : null;
    }

    /// <summary>Those of a column of keys.</summary>
    public static ClassNames OfKeys(DataViewSchema.Column keys) => new(KeyValues.Texts(keys), KeyValues.AreKnown(keys));

    /// <summary>
    /// Which class each value of a column means, by its name where both have names and else by its place; null where that cannot be told. A
    /// yes or no is the second class or the first of two.
    /// </summary>
    public ClassReader? FindReader(DataViewSchema.Column column) => column.Type switch
    {
        TextDataViewType when areKnown => ClassReader.OfText(ByName()),
        KeyDataViewType when areKnown && KeyValues.AreKnown(column) => OfNamedKeys(KeyValues.Texts(column)),
        KeyDataViewType key when key.Count == (ulong)Count => ClassReader.OfKey([.. Enumerable.Range(0, Count)]),
        BooleanDataViewType when Count == 2 && !names.Contains(bool.TrueString) => ClassReader.OfBoolean(0, 1),
        BooleanDataViewType when areKnown =>
            ClassReader.OfBoolean(Array.IndexOf(names, bool.FalseString), Array.IndexOf(names, bool.TrueString)),
        NumberDataViewType when this == OfBoolean => ClassReader.OfNumber(OfYesNo.ByNumber()),
        NumberDataViewType when areKnown && ByNumber() is { Count: > 0 } byNumber => ClassReader.OfNumber(byNumber),
        _ => null,
    };

    private ClassReader OfNamedKeys(string[] texts)
    {
        Dictionary<string, int> byName = ByName();
        return ClassReader.OfKey(Array.ConvertAll(texts, name => byName.GetValueOrDefault(name, ClassReader.None)));
    }

    private Dictionary<string, int> ByName()
    {
        var byName = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < names.Length; i++)
            byName.TryAdd(names[i], i);
        return byName;
    }

    private Dictionary<double, int> ByNumber()
    {
        var byNumber = new Dictionary<double, int>();
        for (int i = 0; i < names.Length; i++)
        {
            if (double.TryParse(names[i], NumberStyles.Float, CultureInfo.InvariantCulture, out double number))
                byNumber.TryAdd((float)number, i);
        }

        return byNumber;
    }
}
