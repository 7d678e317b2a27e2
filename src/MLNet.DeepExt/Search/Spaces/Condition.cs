namespace MLNet.DeepExt.Search;

/// <summary>
/// That another parameter has one of some values. Made by <see cref="SearchRange.When"/>. Immutable, and equal by value.
/// </summary>
public sealed record Condition
{
    internal Condition(string name, IReadOnlyList<object> values)
    {
        if (string.IsNullOrEmpty(name))
            throw new ArgumentException("The name in When is empty; name the parameter that this one depends on.", nameof(name));
        if (values is null || values.Count == 0)
        {
            throw new ArgumentException(
                $"When({ValueText.Literal(name)}) has no values; give those of {name} with which the parameter is of effect.",
                nameof(values));
        }

        if (values.Contains(null!))
            throw new ArgumentException($"A value in When({ValueText.Literal(name)}) is null; give values that {name} may have.", nameof(values));
        if (values.GroupBy(value => value, ValueEquality.Instance).FirstOrDefault(group => group.Count() > 1)?.Key is { } twice)
        {
            throw new ArgumentException(
                $"When({ValueText.Literal(name)}) has {ValueText.Literal(twice)} twice; give each value once.",
                nameof(values));
        }

        Name = name;
        Values = [.. values];
    }

    /// <summary>The other parameter.</summary>
    public string Name { get; }

    /// <summary>Its values with which the condition holds.</summary>
    public IReadOnlyList<object> Values { get; }

    /// <summary>Whether it is of the same parameter and equal values in the same order.</summary>
    /// <param name="other">Another one.</param>
    public bool Equals(Condition? other) =>
        other is not null && Name == other.Name && Values.SequenceEqual(other.Values, ValueEquality.Instance);

    /// <inheritdoc/>
    public override int GetHashCode() =>
        Values.Aggregate(Name.GetHashCode(), (hash, value) => HashCode.Combine(hash, ValueEquality.Instance.GetHashCode(value)));

    /// <summary>The condition as it is written in a program, the same in every culture.</summary>
    public override string ToString() => $".When({ValueText.Literal(Name)}, {string.Join(", ", Values.Select(ValueText.Literal))})";

    /// <summary>The condition in words: <c>Optimizer is "momentum" or "nesterov"</c>.</summary>
    internal string ToWords() => $"{Name} is {string.Join(" or ", Values.Select(ValueText.Literal))}";

    /// <summary>Whether it holds, given the values of the parameters that are of effect.</summary>
    /// <param name="values">By name.</param>
    internal bool Holds(IReadOnlyDictionary<string, object> values) => values.TryGetValue(Name, out object? value) && Allows(value);

    /// <summary>Whether it holds where the other parameter has a value.</summary>
    /// <param name="value">Its value.</param>
    internal bool Allows(object value) => Values.Contains(value, ValueEquality.Instance);
}
