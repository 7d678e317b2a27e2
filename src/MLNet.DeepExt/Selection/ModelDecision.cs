using System.Globalization;
using MLNet.DeepExt.Evaluation;

namespace MLNet.DeepExt.Selection;

/// <summary>Which candidate was chosen, or that none may be, and why. <see cref="ToString()"/> shows all of it.</summary>
public sealed class ModelDecision
{
    internal ModelDecision(Objective objective, IReadOnlyList<Candidate> candidates, IReadOnlyList<Judgement> judgements)
    {
        Objective = objective;
        long? mostRows = judgements.Max(judgement => judgement.Rows);
        // Figures of other rows are no figures to compare with.
        double[] none = [.. objective.Criteria.Select(_ => double.NaN)];
        bool[] front = Dominance.FrontOf(
            objective.Criteria, [.. judgements.Select(judgement => judgement.Rows < mostRows ? none : judgement.Figures)]);
        Candidates =
        [
            .. candidates.Select((candidate, i) => new JudgedCandidate(candidate, objective, judgements[i], front[i], mostRows)),
        ];
        // Of equal ones the sort keeps the order in which they were given.
        Best = Candidates.OrderBy(candidate => candidate.Values.Count(double.IsNaN)).ThenBy(candidate => candidate.HasFewerRows)
            .ThenBy(candidate => candidate.Values, Comparer<IReadOnlyList<double>>.Create(objective.Compare)).First();
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
            string what = (areBound ? "all constraints" : "all figures")
                + (Candidates.Any(candidate => candidate.HasFewerRows) ? " on all rows" : "");
            string meets = $"{(areBound ? "meets" : "has")} {what}";
            if (!Best.IsFeasible)
                return $"No candidate {meets}; the nearest is {name}: {string.Join("; ", Best.Violations)}.";
            int feasible = Candidates.Count(candidate => candidate.IsFeasible);
            if (Candidates.Count == 1)
                return $"{name} is chosen: it is the only candidate, and {meets}.";
            if (feasible == 1)
                return $"{name} is chosen: it alone {meets}.";
            string rivals = feasible == Candidates.Count
                ? FormattableString.Invariant($"all {feasible} candidates")
                : FormattableString.Invariant($"the {feasible} candidates that {(areBound ? "meet" : "have")} {what}");
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

    /// <summary>
    /// The objective; a table of the candidates, their figures, and what they violate; and the verdict. Lines are as wide as the terminal at
    /// most, or 80 columns where the output is redirected.
    /// </summary>
    public override string ToString() => ToString(TextWidth.OfOutput());

    /// <summary>The same in lines of at most some columns.</summary>
    internal string ToString(int width)
    {
        bool rowsDiffer = Candidates.Any(candidate => candidate.HasFewerRows);
        List<string[]> numbers =
        [
            .. Objective.Criteria.Select(ColumnOf),
            .. rowsDiffer
                ? [["rows", .. Candidates.Select(candidate => candidate.Rows?.ToString(CultureInfo.InvariantCulture) ?? "")]]
                : Array.Empty<string[]>(),
        ];
        List<TableColumn> columns =
        [
            new("candidate", [.. Candidates.Select(candidate => candidate.Candidate.Name)], IsText: true),
            .. numbers.Select(column => new TableColumn(column[0], column[1..])),
            new("Pareto front", [.. Candidates.Select(candidate => candidate.IsOnParetoFront ? "yes" : "no")], IsText: true),
        ];
        var results = new TableColumn("result", [.. Candidates.Select(ResultOf)], IsText: true);
        return string.Join(
            Environment.NewLine,
            [
                .. TextWidth.Wrap(Objective.ToString(), width), "",
                .. FittedTable.Write(columns, results, width), "",
                .. TextWidth.Wrap(Verdict, width),
            ]);
    }

    // Bounds have as many decimals as figures.
    private string[] ColumnOf(Criterion criterion, int place)
    {
        MetricInterval?[] intervals =
        [
            .. Candidates.Select(candidate => candidate.Intervals.TryGetValue(criterion, out MetricInterval found) ? found : (MetricInterval?)null),
        ];
        IEnumerable<double> bounds = intervals.OfType<MetricInterval>().SelectMany(interval => (double[])[interval.Lower, interval.Upper]);
        string[] texts = FigureText.Column([.. Candidates.Select(candidate => candidate.Values[place]), .. bounds]);
        var rest = new Queue<string>(texts[Candidates.Count..]);
        string confidence = intervals.OfType<MetricInterval>().Select(interval => FormattableString.Invariant(
            $" ({100 * interval.Confidence:0.###} % interval)")).FirstOrDefault("");
        return
        [
            criterion.Name + confidence,
            .. intervals.Select((interval, i) => interval is null ? texts[i] : $"{texts[i]} ({rest.Dequeue()} to {rest.Dequeue()})"),
        ];
    }

    private string ResultOf(JudgedCandidate candidate)
    {
        if (candidate.IsFeasible)
            return candidate == Best ? "chosen" : "good enough";
        string violations = string.Join("; ", candidate.Violations);
        return candidate == Best ? $"nearest: {violations}" : violations;
    }
}
