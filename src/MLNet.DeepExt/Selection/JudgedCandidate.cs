using System.Collections.ObjectModel;

namespace MLNet.DeepExt.Selection;

/// <summary>A candidate, its figures, and what is wrong with them.</summary>
public sealed class JudgedCandidate
{
    internal JudgedCandidate(Candidate candidate, Objective objective, IReadOnlyList<double> values, bool isOnParetoFront)
    {
        Candidate = candidate;
        Values = values;
        IsFeasible = objective.IsFeasible(values);
        IsOnParetoFront = isOnParetoFront;
        Dictionary<Criterion, double> figures = objective.Criteria.Zip(values).ToDictionary();
        Figures = new ReadOnlyDictionary<Criterion, double>(figures);
        Violations =
        [
            .. figures.Where(figure => double.IsNaN(figure.Value)).Select(figure => $"{figure.Key.Name} is {FigureText.NotMeasured}"),
            .. objective.Constraints.Select(constraint => constraint.FaultOf(figures[constraint.Criterion])).OfType<string>(),
        ];
    }

    /// <summary>The candidate.</summary>
    public Candidate Candidate { get; }

    /// <summary>The figures by criterion, given or measured; NaN where one could not be measured.</summary>
    public IReadOnlyDictionary<Criterion, double> Figures { get; }

    /// <summary>
    /// What it violates, such as <c>latency ms is 1500 but at most 100 is allowed</c>; empty where it meets all constraints.
    /// </summary>
    public IReadOnlyList<string> Violations { get; }

    /// <summary>Whether it meets all constraints, and all its figures are known.</summary>
    public bool IsFeasible { get; }

    /// <summary>
    /// Whether no other candidate is at least as good by all criteria and better by one. None is on the front that a figure is missing of.
    /// </summary>
    public bool IsOnParetoFront { get; }

    /// <summary>The figures in the order of the objective's criteria.</summary>
    internal IReadOnlyList<double> Values { get; }
}
