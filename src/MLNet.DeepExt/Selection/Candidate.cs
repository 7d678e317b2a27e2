using System.Collections.ObjectModel;
using Microsoft.ML;

namespace MLNet.DeepExt.Selection;

/// <summary>
/// One of the models to choose among: a name, and a model to measure, or figures that are known already, or both. Immutable.
/// </summary>
/// <example>
/// <code>
/// Candidate[] candidates =
/// [
///     new("small", small),
///     new Candidate("of last year").With(Metric.Accuracy, 0.90).With(Metric.LatencyMs, 80),
/// ];
/// </code>
/// </example>
public sealed class Candidate
{
    private readonly Dictionary<Criterion, double> _figures;

    /// <summary>Makes a candidate without figures.</summary>
    /// <param name="name">What it is called in the decision.</param>
    /// <param name="model">The fitted model; null, the default, where all figures are given.</param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public Candidate(string name, ITransformer? model = null)
        : this(name, model, [])
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
    }

    private Candidate(string name, ITransformer? model, Dictionary<Criterion, double> figures)
    {
        Name = name;
        Model = model;
        _figures = figures;
    }

    /// <summary>What it is called.</summary>
    public string Name { get; }

    /// <summary>The model; null if there is none.</summary>
    public ITransformer? Model { get; }

    /// <summary>The figures that are given; they are not measured.</summary>
    public IReadOnlyDictionary<Criterion, double> Figures => new ReadOnlyDictionary<Criterion, double>(_figures);

    /// <summary>The same with a figure that is known, and is not measured.</summary>
    /// <param name="criterion">What it is a figure of.</param>
    /// <param name="figure">The figure, in place of one that was given before; NaN if unknown.</param>
    public Candidate With(Criterion criterion, double figure)
    {
        ArgumentNullException.ThrowIfNull(criterion);
        return new Candidate(Name, Model, new Dictionary<Criterion, double>(_figures) { [criterion] = figure });
    }

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
