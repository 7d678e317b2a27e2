using System.Text.Json;

namespace MLNet.DeepExt.Search;

/// <summary>
/// What values a parameter of a search may have, and on which scale they are drawn. Made by <c>Range.Linear</c>, <c>Range.Log</c>,
/// <c>Range.OneMinusLog</c>, <c>Range.Integer</c> and <c>Range.Choice</c>. Immutable, and equal by value.
/// </summary>
public abstract record SearchRange
{
    private protected SearchRange()
    {
    }

    /// <summary>When the parameter is of any effect; null, the default: always.</summary>
    public Condition? Condition { get; private init; }

    /// <summary>Whether the values can be counted, so that others may depend on one of them.</summary>
    internal abstract bool IsCountable { get; }

    /// <summary>The same range for a parameter that is of effect only where another one has one of these values.</summary>
    /// <remarks>
    /// Where the other one has another value, or is itself of no effect, the parameter is left out of the trial. A range has one
    /// condition at most; one that depends on two parameters can depend on one that depends on the other.
    /// </remarks>
    /// <param name="name">The other parameter: a choice or an integer.</param>
    /// <param name="values">One or more of its values.</param>
    /// <exception cref="ArgumentException">
    /// The name is empty, there is no value, one is null or there twice, or the range has a condition already.
    /// </exception>
    /// <example>
    /// <code>
    /// var space = new SearchSpace
    /// {
    ///     ["Optimizer"] = Range.Choice("adam", "momentum"),
    ///     ["Momentum"] = Range.OneMinusLog(0.8, 0.999).When("Optimizer", "momentum"),
    /// };
    /// </code>
    /// </example>
    public SearchRange When(string name, params object[] values)
    {
        if (Condition is not null)
            throw new ArgumentException($"{this} has a condition already; give all values in one When.", nameof(name));
        return this with { Condition = new Condition(name, values) };
    }

    /// <summary>The range as it is written in a program, the same in every culture.</summary>
    public sealed override string ToString() => Condition is null ? Text : $"{Text}{Condition}";

    /// <summary>The range without its condition, as it is written in a program.</summary>
    private protected abstract string Text { get; }

    /// <summary>
    /// The value at a place on the scale; uniform places give the values as they are meant to be drawn. Never outside the range.
    /// </summary>
    /// <param name="unit">In [0, 1].</param>
    internal abstract object FromUnit(double unit);

    /// <summary>The place of a value on the scale, in [0, 1]: of values that can be counted, the middle of its cell.</summary>
    /// <param name="value">One of the range.</param>
    internal abstract double ToUnit(object value);

    /// <summary>All places that have the value of this one, from a first to a last one; null: it has no other.</summary>
    /// <param name="unit">In [0, 1].</param>
    internal abstract (double First, double Last)? CellOf(double unit);

    /// <summary>Values at equal distances on the scale, both ends among them, each once, ascending.</summary>
    /// <param name="points">How many there are at most, at least 2; choices have all their values.</param>
    internal abstract IReadOnlyList<object> Grid(int points);

    /// <summary>Whether a value is of the type and within the bounds.</summary>
    /// <param name="value">Any value.</param>
    internal abstract bool Contains(object value);

    /// <summary>Writes a value, exactly.</summary>
    /// <param name="writer">Where a value can be written.</param>
    /// <param name="value">One of the range.</param>
    internal abstract void WriteValue(Utf8JsonWriter writer, object value);

    /// <summary>The value that was written; null: the range has no such value.</summary>
    /// <param name="json">What was written.</param>
    internal abstract object? ReadValue(JsonElement json);
}
