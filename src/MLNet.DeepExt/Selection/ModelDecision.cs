namespace MLNet.DeepExt.Selection;

/// <summary>Which candidate was chosen, or that none may be, and why. <see cref="ToString"/> shows all of it.</summary>
public sealed class ModelDecision
{
    internal ModelDecision(Objective objective, IReadOnlyList<Candidate> candidates, IReadOnlyList<IReadOnlyList<double>> figures)
    {
        Objective = objective;
        bool[] front = Dominance.FrontOf(objective.Criteria, figures);
        Candidates = [.. candidates.Select((candidate, i) => new JudgedCandidate(candidate, objective, figures[i], front[i]))];
        // Of equal ones the sort keeps the order in which they were given.
        Best = Candidates.Order(Comparer<JudgedCandidate>.Create((left, right) => objective.Compare(left.Values, right.Values))).First();
    }

    /// <summary>What was chosen by.</summary>
    public Objective Objective { get; }

    /// <summary>All candidates, in the order in which they were given.</summary>
    public IReadOnlyList<JudgedCandidate> Candidates { get; }

    /// <summary>Whether any candidate meets all constraints.</summary>
    public bool IsFeasible => Best.IsFeasible;

    /// <summary>
    /// Of the candidates that meet all constraints the one with the best value of the optimized criterion, of equal ones the first that was
    /// given; null where none meets them.
    /// </summary>
    public Candidate? Winner => Best.IsFeasible ? Best.Candidate : null;

    /// <summary>
    /// Where no candidate meets all constraints the one with the least sum of relative violations; see <see cref="Selection.Objective"/>.
    /// Null where one meets them.
    /// </summary>
    public JudgedCandidate? Nearest => Best.IsFeasible ? null : Best;

    /// <summary>
    /// The candidates than which no other is at least as good by all criteria and better by one, whether or not they meet the constraints:
    /// what there is to choose from where the constraints are open to debate.
    /// </summary>
    public IReadOnlyList<JudgedCandidate> ParetoFront => [.. Candidates.Where(candidate => candidate.IsOnParetoFront)];

    /// <summary>The result in a sentence.</summary>
    public string Verdict
    {
        get
        {
            string name = Best.Candidate.Name;
            bool areBound = Objective.Constraints.Count > 0;
            string meets = areBound ? "meets all constraints" : "has all figures";
            if (!Best.IsFeasible)
                return $"No candidate {meets}; the nearest is {name}: {string.Join("; ", Best.Violations)}.";
            int feasible = Candidates.Count(candidate => candidate.IsFeasible);
            if (Candidates.Count == 1)
                return $"{name} is chosen: it is the only candidate, and {meets}.";
            if (feasible == 1)
                return $"{name} is chosen: it alone {meets}.";
            string rivals = feasible == Candidates.Count
                ? FormattableString.Invariant($"all {feasible} candidates")
                : FormattableString.Invariant($"the {feasible} candidates that {(areBound ? "meet all constraints" : "have all figures")}");
            string[] equal =
            [
                .. Candidates.Where(other => other != Best && other.IsFeasible && other.Values[0] == Best.Values[0])
                    .Select(other => other.Candidate.Name),
            ];
            return $"{name} is chosen: its {Objective.Optimized.Name}, {FigureText.Rounded(Best.Values[0])}, is the "
                + $"{(Objective.IsMaximized ? "highest" : "lowest")} of {rivals}"
                + (equal.Length == 0 ? "." : $"; that of {string.Join(", ", equal)} is equal, but {name} was given first.");
        }
    }

    /// <summary>The chosen one, or the nearest.</summary>
    private JudgedCandidate Best { get; }

    /// <summary>The objective; a table of the candidates, their figures, and what they violate; and the verdict.</summary>
    public override string ToString()
    {
        List<string[]> columns =
        [
            ["candidate", .. Candidates.Select(candidate => candidate.Candidate.Name)],
            .. Objective.Criteria.Select((criterion, i) =>
                (string[])[criterion.Name, .. FigureText.Column([.. Candidates.Select(candidate => candidate.Values[i])])]),
            ["Pareto front", .. Candidates.Select(candidate => candidate.IsOnParetoFront ? "yes" : "no")],
            ["result", .. Candidates.Select(ResultOf)],
        ];
        int[] widths = [.. columns.Select(column => column.Max(text => text.Length))];
        IEnumerable<string> lines = Enumerable.Range(0, Candidates.Count + 1).Select(row => string.Join("  ", columns.Select((column, i) =>
            i > 0 && i <= Objective.Criteria.Count ? column[row].PadLeft(widths[i]) : column[row].PadRight(widths[i]))).TrimEnd());
        return $"{Objective}\n\n{string.Join('\n', lines)}\n\n{Verdict}";
    }

    private string ResultOf(JudgedCandidate candidate)
    {
        if (candidate.IsFeasible)
            return candidate == Best ? "chosen" : "good enough";
        string violations = string.Join("; ", candidate.Violations);
        return candidate == Best ? $"nearest: {violations}" : violations;
    }
}
