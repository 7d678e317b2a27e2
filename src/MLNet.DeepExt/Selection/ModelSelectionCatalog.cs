using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace MLNet.DeepExt.Selection;

/// <summary>Choosing among models by one criterion to optimize, and others that have to be good enough.</summary>
public sealed class ModelSelectionCatalog
{
    internal ModelSelectionCatalog(MLContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        Context = context;
    }

    internal MLContext Context { get; }

    internal IHostEnvironment Environment => Context;

    /// <summary>Begins to choose among candidates: say next what is optimized, and what has to be good enough.</summary>
    /// <param name="candidates">The candidates, one at least, with different names.</param>
    /// <exception cref="ArgumentException">There is none, or two have one name.</exception>
    /// <example>
    /// <code>
    /// ModelDecision decision = ml.ModelSelection
    ///     .Choose(
    ///         new Candidate("A").With(Metric.Accuracy, 0.90).With(Metric.LatencyMs, 80),
    ///         new Candidate("B").With(Metric.Accuracy, 0.92).With(Metric.LatencyMs, 95),
    ///         new Candidate("C").With(Metric.Accuracy, 0.95).With(Metric.LatencyMs, 1500))
    ///     .Maximize(Metric.Accuracy)
    ///     .SubjectTo(Metric.LatencyMs, atMost: 100)
    ///     .Decide();    // B
    /// </code>
    /// </example>
    public ModelChoice Choose(params IEnumerable<Candidate> candidates)
    {
        ArgumentNullException.ThrowIfNull(candidates);
        Candidate[] all = [.. candidates];
        if (all.Length == 0)
            throw new ArgumentException("There is no candidate; give one at least.", nameof(candidates));
        if (Array.IndexOf(all, null) >= 0)
            throw new ArgumentException("A candidate is null; leave it out.", nameof(candidates));
        if (all.GroupBy(candidate => candidate.Name).FirstOrDefault(group => group.Count() > 1) is { } namesakes)
            throw new ArgumentException($"Two candidates are called {namesakes.Key}; give each another name.", nameof(candidates));
        return new ModelChoice(Environment, all);
    }

    /// <summary>The same for models of which no figure is known.</summary>
    /// <param name="models">The models with their names, one at least; the names differ.</param>
    /// <exception cref="ArgumentException">There is none, two have one name, or a name is empty.</exception>
    public ModelChoice Choose(params IEnumerable<(string Name, ITransformer Model)> models)
    {
        ArgumentNullException.ThrowIfNull(models);
        return Choose(models.Select(model => new Candidate(model.Name, model.Model ?? throw new ArgumentNullException(nameof(models)))));
    }
}
