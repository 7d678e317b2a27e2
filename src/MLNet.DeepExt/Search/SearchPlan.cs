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
            // Their names say neither how many calls they are of nor how long those take.
            ["latency"] = Objective.Criteria.OfType<Latency>().ToArray() is { Length: > 0 } latencies
                ? string.Join(", ", latencies.Select(latency => Describe((object)latency)))
                : "not measured",
            ["train schema"] = Describe(Train.Schema),
            ["dev schema"] = Describe(Dev.Schema),
        },
        Rows = CountRows(("train", Train), ("dev", Dev)),
    };

    private static string Describe(DataViewSchema schema) =>
        string.Join(", ", schema.Where(column => !column.IsHidden).Select(column => $"{column.Name} {column.Type}"));

    private static Dictionary<string, long> CountRows(params (string Name, IDataView Data)[] all) => all
        .Select(data => (data.Name, Rows: data.Data.GetRowCount()))
        .Where(data => data.Rows is not null)
        .ToDictionary(data => data.Name, data => data.Rows!.Value);

    private static string Describe(EvaluationOptions options) => FormattableString.Invariant(
        $"{options.LabelColumnName}, {options.ScoreColumnName}, {options.ProbabilityColumnName}, {options.PredictedLabelColumnName}")
        + $", weights {options.ExampleWeightColumnName ?? "none"}, class weights {options.ClassWeights.Describe()}";

    // The ToString of a record writes numbers as the culture has them.
    private static string Describe(object kind) => $"{kind.GetType().Name} {JsonSerializer.Serialize(kind, kind.GetType())}";
}
