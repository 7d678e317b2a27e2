namespace MLNet.DeepExt.Search;

/// <summary>
/// The parameters of one trial, by name: those of the search space that are of effect in it. Immutable, and equal by value.
/// </summary>
/// <example>
/// <code>
/// double rate = parameters.Get&lt;double&gt;("LearningRate");
/// double momentum = parameters.GetOr("Momentum", 0.9);    // where the optimizer is another one, it has none
/// </code>
/// </example>
public sealed class TrialParameters : IEquatable<TrialParameters>
{
    private readonly SearchSpace _space;
    private readonly Dictionary<string, object> _values;

    /// <summary>Parameters with these values.</summary>
    /// <param name="space">The space they are of; must not change any more.</param>
    /// <param name="values">A value for each that is of effect, which the caller gives away.</param>
    internal TrialParameters(SearchSpace space, Dictionary<string, object> values)
    {
        _space = space;
        _values = values;
        Names = [.. space.Names.Where(values.ContainsKey)];
    }

    /// <summary>The names of the parameters that are of effect, in the order of the search space.</summary>
    public IReadOnlyCollection<string> Names { get; }

    /// <summary>The value of a parameter that is of effect, as it was drawn.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    internal object this[string name] => _values.TryGetValue(name ?? "", out object? value)
        ? value
        : throw new ArgumentException(_space.Has(name ?? "")
            ? $"Parameter '{name}' is of no effect in this trial, as it is only where {_space[name!].Condition?.ToWords()}; "
                + "ask Has or GetOr first."
            : _space.FaultOfUnknown(name), nameof(name));

    /// <summary>What values a parameter may have.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    internal SearchRange RangeOf(string name) => _space[name];

    /// <summary>Whether a parameter is of effect in this trial.</summary>
    /// <param name="name">The name of a parameter.</param>
    /// <exception cref="ArgumentException">The search space has no such parameter.</exception>
    public bool Has(string name) =>
        _space.Has(name ?? "") ? _values.ContainsKey(name!) : throw new ArgumentException(_space.FaultOfUnknown(name), nameof(name));

    /// <summary>The value of a parameter.</summary>
    /// <typeparam name="T">
    /// <see cref="double"/> for numbers, or <see cref="float"/>, the nearest one that is within the range; <see cref="int"/>,
    /// <see cref="long"/> or those for integers; of a choice, the type of the value, or one that holds it.
    /// </typeparam>
    /// <param name="name">The name of a parameter.</param>
    /// <exception cref="ArgumentException">
    /// There is no such parameter, it is of no effect in this trial, or its value is of another type, or no <see cref="float"/> is within
    /// the range.
    /// </exception>
    public T Get<T>(string name)
    {
        object value = this[name];
        return (T)(ValueConversion.To(value, typeof(T), RangeOf(name)) ?? throw new ArgumentException(
            $"Parameter '{name}' is {ValueText.Literal(value)}, of type {value.GetType().Name}, and cannot be had as {typeof(T).Name}; "
            + $"use Get<{value.GetType().Name}>.",
            nameof(name)));
    }

    /// <summary>The value of a parameter, or another one where it is of no effect in this trial.</summary>
    /// <typeparam name="T">As for <see cref="Get"/>.</typeparam>
    /// <param name="name">The name of a parameter.</param>
    /// <param name="fallback">The value where it is of no effect.</param>
    /// <exception cref="ArgumentException">There is no such parameter, or its value is of another type.</exception>
    public T GetOr<T>(string name, T fallback) => Has(name) ? Get<T>(name) : fallback;

    /// <summary>
    /// Sets the properties or fields of options that have the names of the parameters, of our trainers and of others, and gives them back.
    /// </summary>
    /// <remarks>
    /// A value is set as it is, or as a number of a wider type, or as the nearest <see cref="float"/> that is within the range. Options
    /// whose parameters are of no effect in this trial stay as they are.
    /// </remarks>
    /// <typeparam name="TOptions">Their type.</typeparam>
    /// <param name="options">The options, which are changed.</param>
    /// <exception cref="ArgumentException">
    /// There is no option of a parameter's name, or it is of a type that the value does not fit; none is changed then.
    /// </exception>
    /// <example>
    /// <code>
    /// var options = parameters.ApplyTo(new SdcaMaximumEntropyMulticlassTrainer.Options { MaximumNumberOfIterations = 20 });
    /// </code>
    /// </example>
    public TOptions ApplyTo<TOptions>(TOptions options)
        where TOptions : class
    {
        ArgumentNullException.ThrowIfNull(options);
        OptionsSpace.Apply(options, this);
        return options;
    }

    /// <summary>Whether the same parameters have the same values.</summary>
    /// <param name="other">Other parameters.</param>
    public bool Equals(TrialParameters? other) =>
        other is not null && _values.Count == other._values.Count
        && _values.All(pair => other._values.TryGetValue(pair.Key, out object? value)
            && ValueEquality.Instance.Equals(value, pair.Value));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as TrialParameters);

    /// <inheritdoc/>
    public override int GetHashCode() => _values.Aggregate(
        0, (sum, pair) => sum ^ HashCode.Combine(pair.Key, ValueEquality.Instance.GetHashCode(pair.Value)));

    /// <summary>Names and values, the same in every culture: <c>LearningRate=0.003, Units=128</c>.</summary>
    public override string ToString() => string.Join(", ", Names.Select(name => $"{name}={ValueText.Of(_values[name])}"));
}
