using System.Text.Json;
using Microsoft.ML;
using MLNet.DeepExt.Search;
using MLNet.DeepExt.Tests.SearchProbe;

namespace MLNet.DeepExt.Tests.Search;

/// <summary>What tests of searches have in common.</summary>
internal static class SearchProbes
{
    /// <summary>Runs a search on the rows of the probe, with seed 3.</summary>
    public static SearchResult Run(Func<MLContext, ModelSearch> search, SearchOptions options)
    {
        var context = new MLContext(seed: 1);
        (IDataView train, IDataView dev) = ProbeSearch.Rows(context);
        options.Seed ??= 3;
        return search(context).Run(train, dev, options);
    }

    /// <summary>Trials, to the bit, without how long they took.</summary>
    public static string[] Exactly(SearchResult result) =>
        [.. result.Trials.Select(trial => FormattableString.Invariant($"{trial.Number} {trial.State} {trial.Epochs} {trial.Parameters}: ")
        + $"{string.Join(", ", trial.Figures.Select(figure => FormattableString.Invariant($"{figure.Key} {figure.Value:R}")))} {trial.Error}")];

    /// <summary>
    /// The events of a folder in order, without what differs from run to run: who, how long, who gave up; and with each claim once.
    /// </summary>
    public static string[] Events(string folder) => [.. File.ReadAllLines(Path.Combine(folder, "journal.jsonl")).Skip(1)
        .Where(line => !line.StartsWith("{\"event\":\"released\"", StringComparison.Ordinal))
        .Select(line =>
        {
            JsonElement entry = JsonElement.Parse(line);
            return string.Join(' ', entry.EnumerateObject().Where(member => member.Name is not ("worker" or "seconds" or "checkpoint" or "check"))
                .Select(member => member.Value.GetRawText()));
        })
        .Distinct()];

    /// <summary>The trials that have the event, in the order of the journal, and who is at it.</summary>
    public static (int Trial, int Rung, int? Worker)[] Of(string folder, string kind) =>
        [.. File.ReadAllLines(Path.Combine(folder, "journal.jsonl")).Skip(1)
        .Select(line => JsonElement.Parse(line))
        .Where(entry => entry.GetProperty("event").GetString() == kind)
        .Select(entry => (
            entry.GetProperty("trial").GetInt32(),
            entry.GetProperty("rung").GetInt32(),
            entry.TryGetProperty("worker", out JsonElement worker) ? worker.GetInt32() : (int?)null))];
}
