using MLNet.DeepExt.Benchmarks.Contenders;
using MLNet.DeepExt.Benchmarks.Measuring;

namespace MLNet.DeepExt.Benchmarks.Compare;

/// <summary>All figures of all rounds.</summary>
internal sealed class Measurements
{
    private readonly Dictionary<(Contest Contest, string Contender), Record> _records = [];

    /// <summary>What a contender calls itself, with versions; its key until it has said so.</summary>
    public string NameOf(Contest contest, string contender) => RecordOf(contest, contender).Name ?? contender;

    /// <summary>Why a contender has no figures; null if it has.</summary>
    public string? FailureOf(Contest contest, string contender) => RecordOf(contest, contender).Failure;

    /// <summary>Where the rows of a workload came from, as those say who trained on it.</summary>
    public string SourceOf(string workload) => string.Join(
        " and ", from record in _records
                 where record.Key.Contest.Workload == workload && record.Value.Source is not null
                 group record by record.Value.Source into sources
                 select sources.Key);

    public void Fail(Contest contest, string contender, string reason) => RecordOf(contest, contender).Failure = reason;

    public void Add(Contest contest, string contender, Report report)
    {
        Record record = RecordOf(contest, contender);
        if (report.Failure is not null)
            record.Failure = report.Failure;
        if (report.Source is not null)
            record.Source = report.Source;
        if (report.Figure is null || report.Value is not { } value)
            return;
        record.Name = report.Contender;
        if (!record.Values.TryGetValue(report.Figure, out List<double>? values))
            record.Values[report.Figure] = values = [];
        values.Add(value);
    }

    /// <summary>A figure of every round; empty if there is none.</summary>
    public IReadOnlyList<double> ValuesOf(Contest contest, string contender, string figure) =>
        RecordOf(contest, contender).Values.GetValueOrDefault(figure) ?? [];

    /// <summary>The median of a figure; null if there is none.</summary>
    public double? MedianOf(Contest contest, string contender, string figure)
    {
        IReadOnlyList<double> values = ValuesOf(contest, contender, figure);
        return values.Count == 0 ? null : Medians.Of(values);
    }

    private Record RecordOf(Contest contest, string contender)
    {
        if (!_records.TryGetValue((contest, contender), out Record? record))
            _records[(contest, contender)] = record = new Record();
        return record;
    }

    private sealed class Record
    {
        public string? Name { get; set; }

        public string? Failure { get; set; }

        public string? Source { get; set; }

        public Dictionary<string, List<double>> Values { get; } = [];
    }
}
