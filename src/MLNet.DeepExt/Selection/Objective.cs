namespace MLNet.DeepExt.Selection;

/// <summary>
/// What models are chosen by: one criterion that is to be as good as possible, and others that have to be good enough. Immutable.
/// </summary>
/// <remarks>
/// Of models that meet all constraints the one with the best value of the optimized criterion is best. Others come after them: the less the
/// sum of relative violations, |value - bound| / |bound|, or |value| where the bound is 0, the better; of equal ones that with fewer
/// violations, then that with the better value. Last come those with a figure that is NaN: they meet no constraints.
/// </remarks>
/// <example>
/// <code>
/// Objective objective = Objective.Maximize(Metric.Accuracy).SubjectTo(Metric.LatencyMs, atMost: 100);
/// </code>
/// </example>
public sealed class Objective
{
    private readonly IReadOnlyList<int> _places; // of each constraint: where its criterion is among all

    private Objective(Criterion optimized, bool isMaximized, IReadOnlyList<Constraint> constraints)
    {
        Optimized = optimized;
        IsMaximized = isMaximized;
        Constraints = constraints;
        Criteria = [.. constraints.Select(constraint => constraint.Criterion).Prepend(optimized).Distinct()];
        if (Criteria.GroupBy(criterion => criterion.Name).FirstOrDefault(group => group.Count() > 1) is { } namesakes)
        {
            throw new ArgumentException(
                $"Two criteria that are not equal are called {namesakes.Key}; their figures could not be told apart. Leave one out.",
                "criterion");
        }

        _places = [.. constraints.Select(constraint => Criteria.Index().First(at => at.Item == constraint.Criterion).Index)];
    }

    /// <summary>The criterion that is to be as good as possible.</summary>
    public Criterion Optimized { get; }

    /// <summary>Whether <see cref="Optimized"/> is to be as high as possible, or as low as possible.</summary>
    public bool IsMaximized { get; }

    /// <summary>What has to be good enough, in the order in which it was demanded.</summary>
    public IReadOnlyList<Constraint> Constraints { get; }

    /// <summary>All criteria, each once, the optimized one first.</summary>
    internal IReadOnlyList<Criterion> Criteria { get; }

    /// <summary>As much as possible of a criterion.</summary>
    /// <param name="criterion">A criterion of which more is better.</param>
    /// <exception cref="ArgumentException">Less of it is better, or a value of it is out of its range.</exception>
    public static Objective Maximize(Criterion criterion) => Optimize(criterion, isMaximized: true);

    /// <summary>As little as possible of a criterion.</summary>
    /// <param name="criterion">A criterion of which less is better.</param>
    /// <exception cref="ArgumentException">More of it is better, or a value of it is out of its range.</exception>
    public static Objective Minimize(Criterion criterion) => Optimize(criterion, isMaximized: false);

    /// <summary>The same with another constraint; all have to be met.</summary>
    /// <param name="criterion">The criterion that has to be good enough.</param>
    /// <param name="atLeast">The least value that is allowed; null, the default, is none.</param>
    /// <param name="atMost">The largest value that is allowed; null, the default, is none.</param>
    /// <exception cref="ArgumentException">
    /// There is no bound, a bound is NaN, no value is within both, a value of the criterion is out of its range, or another criterion
    /// has its name.
    /// </exception>
    public Objective SubjectTo(Criterion criterion, double? atLeast = null, double? atMost = null) =>
        new(Optimized, IsMaximized, [.. Constraints, Constrain(criterion, atLeast, atMost)]);

    /// <summary>Such as <c>maximize accuracy subject to latency ms (95th percentile, 1 row) at most 100</c>.</summary>
    public override string ToString()
    {
        string aim = $"{(IsMaximized ? "maximize" : "minimize")} {Optimized.Description}";
        return Constraints.Count == 0 ? aim : $"{aim} subject to {string.Join(", ", Constraints)}";
    }

    /// <summary>Makes a constraint that can be met.</summary>
    internal static Constraint Constrain(Criterion criterion, double? atLeast, double? atMost)
    {
        Check(criterion);
        if (atLeast is null && atMost is null)
            throw new ArgumentException($"A constraint on {criterion.Name} needs a bound; give atLeast or atMost.", nameof(atLeast));
        if (atLeast is double.NaN || atMost is double.NaN)
        {
            throw new ArgumentException(
                $"A bound of {criterion.Name} is NaN; give a number.", atLeast is double.NaN ? nameof(atLeast) : nameof(atMost));
        }

        if (atLeast > atMost)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"{criterion.Name} cannot be at least {atLeast} and at most {atMost}; exchange the bounds."), nameof(atLeast));
        }

        return new Constraint(criterion, atLeast, atMost);
    }

    /// <summary>Whether all constraints are met, and no figure is NaN.</summary>
    /// <param name="values">The figures, in the order of <see cref="Criteria"/>.</param>
    internal bool IsFeasible(IReadOnlyList<double> values) =>
        !values.Any(double.IsNaN) && Violations(values).All(violation => violation == 0);

    /// <summary>Which figures are better: those on the left below 0, those on the right above 0, neither 0.</summary>
    /// <param name="left">Figures in the order of <see cref="Criteria"/>.</param>
    /// <param name="right">Figures in the order of <see cref="Criteria"/>.</param>
    internal int Compare(IReadOnlyList<double> left, IReadOnlyList<double> right)
    {
        int order = CountMissing(left).CompareTo(CountMissing(right));
        if (order != 0)
            return order;
        (double leftSum, int leftCount) = SumViolations(left);
        (double rightSum, int rightCount) = SumViolations(right);
        order = leftSum.CompareTo(rightSum);
        if (order == 0)
            order = leftCount.CompareTo(rightCount);
        if (order == 0)
            order = IsMaximized ? right[0].CompareTo(left[0]) : left[0].CompareTo(right[0]);
        return order;
    }

    /// <summary>The figures with the best that there could be in some places: without a violation, where their bounds allow it.</summary>
    /// <param name="values">The figures, in the order of <see cref="Criteria"/>.</param>
    /// <param name="open">The places of those that are not known.</param>
    internal double[] Optimistic(IReadOnlyList<double> values, IReadOnlyList<int> open) =>
        [.. values.Select((value, place) => open.Contains(place) ? BestOf(Criteria[place]) : value)];

    /// <summary>Whether a constraint on a criterion that takes long to measure is violated.</summary>
    /// <param name="values">The figures, in the order of <see cref="Criteria"/>.</param>
    internal bool IsCostlyViolated(IReadOnlyList<double> values) =>
        Constraints.Zip(Violations(values), (constraint, violation) => constraint.Criterion.IsCostly && violation > 0).Any(isIt => isIt);

    private double BestOf(Criterion criterion)
    {
        double best = criterion.HigherIsBetter ? double.PositiveInfinity : double.NegativeInfinity;
        foreach (Constraint constraint in Constraints.Where(constraint => constraint.Criterion == criterion))
            best = Math.Max(Math.Min(best, constraint.AtMost ?? best), constraint.AtLeast ?? best);
        return best;
    }

    // Figures are compared for every trial of a search: nothing is allocated for it.
    private static int CountMissing(IReadOnlyList<double> values)
    {
        int count = 0;
        for (int place = 0; place < values.Count; place++)
            count += double.IsNaN(values[place]) ? 1 : 0;
        return count;
    }

    private (double Sum, int Count) SumViolations(IReadOnlyList<double> values)
    {
        double sum = 0;
        int count = 0;
        for (int index = 0; index < Constraints.Count; index++)
        {
            double violation = Constraints[index].ViolationOf(values[_places[index]]);
            sum += violation;
            count += violation > 0 ? 1 : 0;
        }

        return (sum, count);
    }

    /// <summary>Of each constraint, how far it is violated.</summary>
    /// <param name="values">The figures, in the order of <see cref="Criteria"/>.</param>
    private IEnumerable<double> Violations(IReadOnlyList<double> values) =>
        Constraints.Zip(_places, (constraint, place) => constraint.ViolationOf(values[place]));

    private static Objective Optimize(Criterion criterion, bool isMaximized)
    {
        Check(criterion);
        if (criterion.HigherIsBetter != isMaximized)
        {
            throw new ArgumentException(criterion.HigherIsBetter
                ? $"More of {criterion.Name} is better, but it was to be minimized; use Maximize."
                : $"Less of {criterion.Name} is better, but it was to be maximized; use Minimize.", nameof(criterion));
        }

        return new Objective(criterion, isMaximized, []);
    }

    private static void Check(Criterion criterion)
    {
        ArgumentNullException.ThrowIfNull(criterion);
        if (criterion.FindFault() is { } fault)
            throw fault.ToException();
    }
}
