using System.Collections.ObjectModel;
using System.Text.Json;

namespace MLNet.DeepExt.Search;

/// <summary>
/// One of some values, each drawn equally often: texts, numbers, yes or no, enumerations, or objects of any kind that print themselves
/// each in its own way. Made by <c>Range.Choice</c>.
/// </summary>
public sealed record ChoiceRange : SearchRange
{
    private readonly ReadOnlyCollection<object> _values;

    internal ChoiceRange(IEnumerable<object?> values)
    {
        object[] all = [.. values.Select(value => value
            ?? throw new ArgumentException("A value of Range.Choice is null; use a text such as \"none\" for it."))];
        if (all.Length == 0)
            throw new ArgumentException("Range.Choice has no values; give at least one.");
        _values = Array.AsReadOnly(all);
        if (all.GroupBy(ValueText.Of).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new ArgumentException(
                $"Two values of Range.Choice print as '{twice.Key}'; give each once, and a ToString of its own to each kind of object.");
        }
    }

    /// <summary>The values, in the order in which they were given.</summary>
    public IReadOnlyList<object> Values => _values;

    internal override bool IsCountable => true;

    private protected override string Text => $"Range.Choice({string.Join(", ", Values.Select(ValueText.Literal))})";

    /// <summary>Whether it has equal values in the same order, and an equal condition.</summary>
    /// <param name="other">Another one.</param>
    public bool Equals(ChoiceRange? other) => base.Equals(other) && Values.SequenceEqual(other.Values);

    /// <inheritdoc/>
    public override int GetHashCode() => Values.Aggregate(base.GetHashCode(), HashCode.Combine);

    /// <summary>The number of a value among all; -1: it is none of them.</summary>
    /// <param name="value">Any value.</param>
    internal int IndexOf(object value) => _values.IndexOf(value);

    internal override object FromUnit(double unit) => Values[IndexAt(unit)];

    internal override double ToUnit(object value) => (IndexOf(value) + 0.5) / Values.Count;

    internal override (double First, double Last)? CellOf(double unit) =>
        (IndexAt(unit) / (double)Values.Count, (IndexAt(unit) + 1.0) / Values.Count);

    internal override IReadOnlyList<object> Grid(int points) => Values;

    internal override bool Contains(object value) => IndexOf(value) >= 0;

    internal override void WriteValue(Utf8JsonWriter writer, object value) => TrialParametersJson.WriteChoice(writer, IndexOf(value), value);

    internal override object? ReadValue(JsonElement json) => TrialParametersJson.ReadChoice(json, Values);

    private int IndexAt(double unit) => Math.Clamp((int)(unit * Values.Count), 0, Values.Count - 1);
}
