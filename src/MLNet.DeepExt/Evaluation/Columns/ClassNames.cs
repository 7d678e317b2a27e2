using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Interop.Schemas;

namespace MLNet.DeepExt.Evaluation;

/// <summary>The classes of scored rows in the order of the scores, and which of them a column means.</summary>
/// <param name="names">(classes): what they are called; their numbers from 1 if they have no names.</param>
/// <param name="areKnown">Whether somebody says it.</param>
/// <param name="places">(classes): the class at each place of the labels; null where their order is that of the classes.</param>
internal sealed class ClassNames(string[] names, bool areKnown, int[]? places = null)
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

    /// <summary>The same two classes with one of them, a yes, last.</summary>
    public ClassNames WithYes(int label) => label == 1 ? this : new ClassNames([names[1], names[0]], areKnown, [1, 0]);

    /// <summary>
    /// Which of two classes is named as a yes is: true, in whatever case, or 1 beside 0; null where none is.
    /// </summary>
    public int? FindNamedYes()
    {
        int isTrue = IndexOf(bool.TrueString), isOne = IndexOf("1");
        return !areKnown ? null : isTrue >= 0 ? isTrue : isOne >= 0 && IndexOf("0") >= 0 ? isOne : null;
    }

    /// <summary>
    /// Which class each value of a column means, by its name where both have names and else by its place; null where that cannot be told. A
    /// yes or no is the second class or the first of two, or the one that is called True or False, in whatever case.
    /// </summary>
    public ClassReader? FindReader(DataViewSchema.Column column) => column.Type switch
    {
        TextDataViewType => ClassReader.OfText(ByName()),
        KeyDataViewType when areKnown && KeyValues.AreKnown(column) => OfNamedKeys(KeyValues.Texts(column)),
        KeyDataViewType key when key.Count == (ulong)Count => ClassReader.OfKey(places ?? [.. Enumerable.Range(0, Count)]),
        BooleanDataViewType when Count == 2 && IndexOf(bool.TrueString) < 0 => ClassReader.OfBoolean(0, 1),
        BooleanDataViewType => OfNamedBoolean(IndexOf(bool.FalseString), IndexOf(bool.TrueString)),
        NumberDataViewType when this == OfBoolean => ClassReader.OfNumber(OfYesNo.ByNumber()),
        NumberDataViewType when ByNumber() is { Count: > 0 } byNumber => ClassReader.OfNumber(byNumber),
        _ => null,
    };

    private ClassReader? OfNamedKeys(string[] texts)
    {
        Dictionary<string, int> byName = ByName();
        int[] classes = Array.ConvertAll(texts, name => byName.GetValueOrDefault(name, ClassReader.Other));
        return classes.Any(label => label >= 0) ? ClassReader.OfKey(classes) : null;
    }

    private static ClassReader? OfNamedBoolean(int no, int yes) => no < 0 && yes < 0
        ? null
        : ClassReader.OfBoolean(no < 0 ? ClassReader.Other : no, yes < 0 ? ClassReader.Other : yes);

    private int IndexOf(string name) => Array.FindIndex(names, one => one.Equals(name, StringComparison.OrdinalIgnoreCase));

    // A yes or no is written in any case in files.

    private Dictionary<string, int> ByName()
    {
        var byName = new Dictionary<string, int>(
            Count == 2 && IndexOf(bool.FalseString) >= 0 && IndexOf(bool.TrueString) >= 0
                ? StringComparer.OrdinalIgnoreCase
                : StringComparer.Ordinal);
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
