using System.Collections.ObjectModel;
using MLNet.DeepExt.Evaluation;

namespace MLNet.DeepExt.Selection;

/// <summary>A candidate, its figures, and what is wrong with them.</summary>
public sealed class JudgedCandidate
{
    internal JudgedCandidate(Candidate candidate, Objective objective, Judgement judgement, bool isOnParetoFront, long? mostRows)
    {
        IReadOnlyList<Criterion> criteria = objective.Criteria;
        Candidate = candidate;
        Values = judgement.Figures;
        Rows = judgement.Rows;
        HasFewerRows = Rows < mostRows;
        IsFeasible = objective.IsFeasible(Values) && !HasFewerRows;
        IsOnParetoFront = isOnParetoFront;
        Dictionary<Criterion, double> figures = criteria.Zip(Values).ToDictionary();
        Figures = new ReadOnlyDictionary<Criterion, double>(figures);
        Intervals = new ReadOnlyDictionary<Criterion, MetricInterval>(
            criteria.Zip(judgement.Measured).Where(pair => pair.Second.Interval is not null)
                .ToDictionary(pair => pair.First, pair => pair.Second.Interval!.Value));
        Violations =
        [
            .. Enumerable.Range(0, criteria.Count).Where(i => double.IsNaN(Values[i])).Select(i => judgement.Measured[i].DescribeMissing(criteria[i])),
            .. objective.Constraints.Select(constraint => constraint.FaultOf(figures[constraint.Criterion])).OfType<string>(),
            .. HasFewerRows
                ? [FormattableString.Invariant(
                    $"was measured on {Rows} rows but others on {mostRows}: it has no scores for the rest, or does not know their labels")]
                : Array.Empty<string>(),
        ];
    }

    /// <summary>The candidate.</summary>
    public Candidate Candidate { get; }

    /// <summary>The figures by criterion, given or measured; NaN where one could not be measured.</summary>
    public IReadOnlyDictionary<Criterion, double> Figures { get; }

    /// <summary>
    /// Between which bounds the figures are: of the metrics of all rows that were measured, where <see cref="EvaluationOptions.Bootstrap"/>
    /// asks for it; else empty.
    /// </summary>
    public IReadOnlyDictionary<Criterion, MetricInterval> Intervals { get; }

    /// <summary>
    /// How many of the dev rows its metrics were measured on: those that it has scores for and whose labels it knows. Null where no metric
    /// was measured.
    /// </summary>
    public long? Rows { get; }

    /// <summary>
    /// What it violates, such as <c>latency ms is 1500 but at most 100 is allowed</c>, or why it cannot be compared with others; empty where
    /// it meets all constraints.
    /// </summary>
    public IReadOnlyList<string> Violations { get; }

    /// <summary>
    /// Whether it meets all constraints, all its figures are known, and it was measured on no fewer rows than any other: who gives no
    /// answer to the hard ones must not win by it.
    /// </summary>
    public bool IsFeasible { get; }

    /// <summary>
    /// Whether no other candidate is at least as good by all criteria and better by one. None is on the front that a figure is missing of,
    /// or that was measured on fewer rows than others, nor does such a one keep others off it.
    /// </summary>
    public bool IsOnParetoFront { get; }

    /// <summary>The figures in the order of the objective's criteria.</summary>
    internal IReadOnlyList<double> Values { get; }

    /// <summary>Whether others were measured on more rows.</summary>
    internal bool HasFewerRows { get; }
}
