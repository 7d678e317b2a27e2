using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Data;
using MLNet.DeepExt.Evaluation;
using MLNet.DeepExt.Interop.Hosting;
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

    /// <summary>The train rows as they were given, which <see cref="Train"/> may hold in memory column by column as they are asked for.</summary>
    public required IDataView GivenTrain { get; init; }

    /// <summary>The dev rows as they were given.</summary>
    public required IDataView GivenDev { get; init; }

    public required SearchOptions Options { get; init; }

    public Scheduler Scheduler => Options.Scheduler;

    public TimeProvider Clock => Options.TimeProvider;

    /// <summary>Which search it is: its rows are read once, and nothing of them is kept.</summary>
    /// <param name="seed">Its seed, where it begins.</param>
    public JournalHeader Describe(int seed)
    {
        Dictionary<string, RowsFingerprint> rows = ReadRows();
        JournalHeader header = Describe(seed, rows.Count > 0 ? rows.ToDictionary(data => data.Key, data => data.Value.Rows) : CountRows());
        return header with
        {
            Contents = rows.ToDictionary(data => data.Key, data => data.Value.Content),
            Orders = rows.ToDictionary(data => data.Key, data => data.Value.Order),
        };
    }

    // Empty where it is cancelled: nothing is fitted then, and what was found before is the result all the same.
    private Dictionary<string, RowsFingerprint> ReadRows()
    {
        CancellationToken token = Options.CancellationToken;
        try
        {
            token.ThrowIfCancellationRequested();
            return new Dictionary<string, RowsFingerprint>
            {
                ["train"] = RowsFingerprint.Of(Host, GivenTrain, token),
                ["dev"] = RowsFingerprint.Of(Host, GivenDev, token),
            };
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested || Host.IsCancelled())
        {
            return [];
        }
    }

    private JournalHeader Describe(int seed, Dictionary<string, long> rows) => new()
    {
        Version = JournalHeader.CurrentVersion,
        Seed = seed,
        Search = new Dictionary<string, string>
        {
            ["space"] = Space.Describe(),
            ["objective"] = Objective.ToString(),
            ["sampler"] = SearchKindContext.Describe(Options.Sampler),
            ["scheduler"] = SearchKindContext.Describe(Scheduler),
            ["evaluation"] = Describe(Options.Evaluation),
            // Their names say neither how many calls they are of nor how long those take.
            ["latency"] = Objective.Criteria.OfType<Latency>().ToArray() is { Length: > 0 } latencies
                ? string.Join(", ", latencies.Select(SearchKindContext.Describe))
                : "not measured",
            ["train schema"] = Describe(Train.Schema),
            ["dev schema"] = Describe(Dev.Schema),
        },
        Rows = rows,
    };

    private static string Describe(DataViewSchema schema) =>
        string.Join(", ", schema.Where(column => !column.IsHidden).Select(column => $"{column.Name} {column.Type}"));

    // As far as it is known without reading them.
    private Dictionary<string, long> CountRows() => new (string Name, IDataView Data)[] { ("train", GivenTrain), ("dev", GivenDev) }
        .Select(data => (data.Name, Rows: data.Data.GetRowCount()))
        .Where(data => data.Rows is not null)
        .ToDictionary(data => data.Name, data => data.Rows!.Value);

    private static string Describe(EvaluationOptions options) => FormattableString.Invariant(
        $"{options.LabelColumnName}, {options.ScoreColumnName}, {options.ProbabilityColumnName}, {options.PredictedLabelColumnName}")
        + $", weights {options.ExampleWeightColumnName ?? "none"}, class weights {options.ClassWeights.Describe()}";
}
