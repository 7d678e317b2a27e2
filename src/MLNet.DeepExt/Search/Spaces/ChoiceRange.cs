using System.Collections;
using System.Collections.ObjectModel;
using System.Text;
using System.Text.Json;

namespace MLNet.DeepExt.Search;

/// <summary>
/// One of some values, each drawn equally often: texts, numbers, yes or no, enumerations, arrays and lists of these, or objects of any kind
/// that print themselves each in its own way. Made by <c>Range.Choice</c>.
/// </summary>
/// <remarks>
/// Arrays and lists print by their elements, <c>[64, 32]</c>, and are equal where their elements are; they must not be changed. Other
/// objects print by their <c>ToString</c>, which is asked in the invariant culture: trials are written down by it.
/// </remarks>
public sealed record ChoiceRange : SearchRange
{
    private readonly ReadOnlyCollection<object> _values;

    internal ChoiceRange(IEnumerable<object?> values)
    {
        object[] all = [.. values.Select(value => value
            ?? throw new ArgumentException("A value of Range.Choice is null; use a text such as \"none\" for it.", nameof(values)))];
        if (all.Length == 0)
            throw new ArgumentException("Range.Choice has no values; give at least one.", nameof(values));
        if (all is [IEnumerable and not string])
        {
            throw new ArgumentException(
                $"Range.Choice has a single value, {ValueText.Of(all[0])}, which holds others; "
                + "spread it to choose among these, as in Range.Choice([.. values]).",
                nameof(values));
        }

        _values = Array.AsReadOnly(all);
        RequireTexts();
        if (all.GroupBy(value => value, ValueEquality.Instance).FirstOrDefault(group => group.Count() > 1) is { } same)
        {
            throw new ArgumentException(
                $"Two values of Range.Choice are equal, {ValueText.Literal(same.First())} and {ValueText.Literal(same.Last())}; "
                + "give each once.",
                nameof(values));
        }
    }

    /// <summary>The values, in the order in which they were given.</summary>
    public IReadOnlyList<object> Values => _values;

    internal override bool IsCountable => true;

    private protected override string Text => $"Range.Choice({string.Join(", ", Values.Select(ValueText.Literal))})";

    /// <summary>Whether it has equal values in the same order, and an equal condition.</summary>
    /// <param name="other">Another one.</param>
    public bool Equals(ChoiceRange? other) => base.Equals(other) && Values.SequenceEqual(other.Values, ValueEquality.Instance);

    /// <inheritdoc/>
    public override int GetHashCode() =>
        Values.Aggregate(base.GetHashCode(), (hash, value) => HashCode.Combine(hash, ValueEquality.Instance.GetHashCode(value)));

    /// <summary>The number of a value among all; -1: it is none of them.</summary>
    /// <param name="value">Any value.</param>
    internal int IndexOf(object value)
    {
        for (int index = 0; index < _values.Count; index++)
        {
            if (ValueEquality.Instance.Equals(_values[index], value))
                return index;
        }

        return -1;
    }

    /// <summary>The number of the value at a place on the scale.</summary>
    /// <param name="unit">In [0, 1].</param>
    /// <param name="count">How many values there are.</param>
    internal static int IndexAt(double unit, int count) => Math.Clamp((int)(unit * count), 0, count - 1);

    internal override object FromUnit(double unit) => Values[IndexAt(unit)];

    internal override double ToUnit(object value) => (IndexOf(value) + 0.5) / Values.Count;

    internal override (double First, double Last)? CellOf(double unit) =>
        (IndexAt(unit) / (double)Values.Count, (IndexAt(unit) + 1.0) / Values.Count);

    internal override IReadOnlyList<object> Grid(int points) => Values;

    internal override bool Contains(object value) => IndexOf(value) >= 0;

    internal override void WriteValue(Utf8JsonWriter writer, object value) =>
        TrialParametersJson.WriteChoice(writer, IndexOf(value), value);

    internal override object? ReadValue(JsonElement json) => TrialParametersJson.ReadChoice(json, Values);

    private int IndexAt(double unit) => IndexAt(unit, Values.Count);

    // Trials are written down by the texts of values.
    private void RequireTexts()
    {
        string[] texts = [.. _values.Select(ValueText.Of)];
        int broken = Array.FindIndex(texts, text => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)) != text);
        if (broken >= 0)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"Value {broken + 1} of {texts.Length} of Range.Choice has half of a surrogate pair in its text; leave it out."), "values");
        }

        if (texts.GroupBy(text => text).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new ArgumentException(
                $"Two values of Range.Choice print as '{twice.Key}'; give each once, and a ToString of its own to each kind of object.",
                "values");
        }
    }
}
