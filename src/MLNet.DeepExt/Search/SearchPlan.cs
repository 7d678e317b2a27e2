using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Evaluation;
using MLNet.DeepExt.Search.Journals;
using MLNet.DeepExt.Selection;

namespace MLNet.DeepExt.Search;

/// <summary>All that is given to a search.</summary>
internal sealed record SearchPlan
{
    /// <summary>Of what trials get contexts like.</summary>
    public required MLContext Context { get; init; }

    /// <summary>Whose log and whose cancellation it is.</summary>
    public required IHost Host { get; init; }

    public required SearchSpace Space { get; init; }

    public required Func<Trial, IEstimator<ITransformer>> Factory { get; init; }

    public required Objective Objective { get; init; }

    public required IDataView Train { get; init; }

    public required IDataView Dev { get; init; }

    public required SearchOptions Options { get; init; }

    public Scheduler Scheduler => Options.Scheduler;

    public TimeProvider Clock => Options.TimeProvider;

    /// <summary>Which search it is.</summary>
    /// <param name="seed">Its seed, where it begins.</param>
    public JournalHeader Describe(int seed) => new()
    {
        Version = JournalHeader.CurrentVersion,
        Seed = seed,
        Search = new Dictionary<string, string>
        {
            ["space"] = Space.Describe(),
            ["objective"] = Objective.ToString(),
            ["sampler"] = Describe(Options.Sampler),
            ["scheduler"] = Describe(Scheduler),
            ["evaluation"] = Describe(Options.Evaluation),
        },
    };

    private static string Describe(EvaluationOptions options) => FormattableString.Invariant(
        $"{options.LabelColumnName}, {options.ScoreColumnName}, {options.ProbabilityColumnName}, {options.PredictedLabelColumnName}")
        + $", weights {options.ExampleWeightColumnName ?? "none"}, class weights {options.ClassWeights.Describe()}";

    // The ToString of a record writes numbers as the culture has them.
    private static string Describe(object kind) => $"{kind.GetType().Name} {JsonSerializer.Serialize(kind, kind.GetType())}";
}
