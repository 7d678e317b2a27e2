using MLNet.DeepExt.Interop.Hosting;

namespace MLNet.DeepExt.Search;

/// <summary>The parameters of a search, by name, and what values each may have.</summary>
/// <remarks>
/// The order in which parameters are added does not matter. What is drawn at random for a parameter depends on its own name and range, so
/// that adding one leaves what <see cref="RandomSampler"/> draws of the others as it is. Samplers that learn draw by what came of the
/// trials before, and <see cref="GridSampler"/> goes through all combinations: theirs change. A search takes a copy; what is changed later
/// does not change it.
/// </remarks>
/// <example>
/// <code>
/// var space = new SearchSpace
/// {
///     ["LearningRate"] = Range.Log(1e-4, 1e-1),
///     ["Units"] = Range.Integer(32, 512, log: true),
///     ["Optimizer"] = Range.Choice("adam", "momentum"),
///     ["Momentum"] = Range.OneMinusLog(0.8, 0.999).When("Optimizer", "momentum"),
/// };
/// </code>
/// </example>
public sealed class SearchSpace
{
    private readonly OrderedDictionary<string, SearchRange> _ranges = new(StringComparer.Ordinal);

    /// <summary>The names of the parameters, in the order in which they were added.</summary>
    public IReadOnlyCollection<string> Names => _ranges.Keys;

    /// <summary>What values a parameter may have. Setting that of a name that is there already takes its place.</summary>
    /// <param name="name">The name of the parameter; upper and lower case matter.</param>
    /// <exception cref="ArgumentException">The name is empty, or to be read and not there.</exception>
    /// <exception cref="ArgumentNullException">The range is null.</exception>
    public SearchRange this[string name]
    {
        get => _ranges.TryGetValue(name ?? "", out SearchRange? range) ? range : throw new ArgumentException(FaultOfUnknown(name), nameof(name));
        set
        {
            if (string.IsNullOrEmpty(name))
                throw new ArgumentException("The name of a parameter is empty; give one, such as \"LearningRate\".", nameof(name));
            ArgumentNullException.ThrowIfNull(value);
            _ranges[name] = value;
        }
    }

    /// <summary>
    /// The ranges that the options of a trainer come with, by ML.NET's attributes <c>[Range]</c>, <c>[Choice]</c> and
    /// <c>[BooleanChoice]</c> on their properties and fields; more can be added, and each be replaced.
    /// </summary>
    /// <typeparam name="TOptions">
    /// The options, of our trainers or of ML.NET's, such as <c>SdcaMaximumEntropyMulticlassTrainer.Options</c>.
    /// </typeparam>
    /// <exception cref="ArgumentException">They have no such attributes.</exception>
    /// <example>
    /// <code>
    /// var space = SearchSpace.Of&lt;NeuralNetworkMulticlassTrainer.Options&gt;();
    /// space["MaximumEpochs"] = Range.Integer(10, 60);
    /// </code>
    /// </example>
    public static SearchSpace Of<TOptions>() => OptionsSpace.Of(typeof(TOptions));

    internal SearchSpace Copy()
    {
        var copy = new SearchSpace();
        foreach ((string name, SearchRange range) in _ranges)
            copy._ranges[name] = range;
        return copy;
    }

    /// <summary>Whether there is a parameter of this name.</summary>
    /// <param name="name">Any name.</param>
    internal bool Has(string name) => _ranges.ContainsKey(name);

    /// <summary>What is wrong with a name that is not there.</summary>
    /// <param name="name">The name.</param>
    internal string FaultOfUnknown(string? name) => Names.Count == 0
        ? $"The search space has no parameter '{name}', nor any other; set its range first."
        : $"The search space has no parameter '{name}'; it has {string.Join(", ", Names)}.";

    /// <summary>The first thing that is wrong, with its remedy; null if nothing is.</summary>
    internal OptionFault? FindFault() =>
        _ranges.Count == 0 ? new("space", "The search space has no parameters; add one, such as [\"LearningRate\"] = Range.Log(1e-4, 1e-1).")
        : Names.Select(FaultOfCondition).FirstOrDefault(fault => fault is not null);

    /// <summary>The whole space as a text that is the same in every culture and for every order of the parameters.</summary>
    internal string Describe() => string.Join(
        "; ", _ranges.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{ValueText.Literal(pair.Key)}={pair.Value}"));

    /// <summary>The parameters, each after the one that it depends on, and else in ordinal order of their names.</summary>
    internal IReadOnlyList<KeyValuePair<string, SearchRange>> InOrderOfDependence() =>
        [.. _ranges.OrderBy(pair => Ancestors(pair.Key).Count()).ThenBy(pair => pair.Key, StringComparer.Ordinal)];

    /// <summary>The parameters at places on their scales, without those that are of no effect.</summary>
    /// <param name="unitOf">The place, in [0, 1], of a parameter that is of effect; asked in order of dependence.</param>
    internal TrialParameters At(Func<string, SearchRange, double> unitOf) => With((name, range) => range.FromUnit(unitOf(name, range)));

    /// <summary>The parameters with these values, without those that are of no effect.</summary>
    /// <param name="valueOf">The value of a parameter that is of effect; asked in order of dependence.</param>
    internal TrialParameters With(Func<string, SearchRange, object> valueOf)
    {
        var values = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach ((string name, SearchRange range) in InOrderOfDependence())
        {
            if (range.Condition?.Holds(values) ?? true)
                values[name] = valueOf(name, range);
        }

        return new TrialParameters(this, values);
    }

    private OptionFault? FaultOfCondition(string name)
    {
        if (_ranges[name].Condition is not { } condition)
            return null;
        if (!_ranges.TryGetValue(condition.Name, out SearchRange? other))
        {
            return new("space", $"Parameter '{name}' depends on '{condition.Name}', which the search space does not have; "
                + $"it has {string.Join(", ", Names)}.");
        }

        if (Ancestors(name).Contains(name))
            return new("space", $"Parameter '{name}' depends on itself, by {string.Join(", ", Ancestors(name))}; leave one of their conditions out.");
        if (!other.IsCountable)
            return new("space", $"Parameter '{name}' depends on '{condition.Name}', which is {other}; a condition needs a choice or an integer.");
        return condition.Values.FirstOrDefault(value => !other.Contains(value)) is { } alien
            ? new("space", $"Parameter '{name}' is of effect where {condition.Name} is {ValueText.Literal(alien)} ({alien.GetType().Name}), "
                + $"but that is {other}; name one of its values.")
            : null;
    }

    // Ends where a name comes again, so that a cycle is a list that can be read.
    private IEnumerable<string> Ancestors(string name)
    {
        var met = new HashSet<string>(StringComparer.Ordinal);
        string? next = _ranges[name].Condition?.Name;
        while (next is not null && met.Add(next))
        {
            yield return next;
            next = _ranges.TryGetValue(next, out SearchRange? range) ? range.Condition?.Name : null;
        }
    }
}
