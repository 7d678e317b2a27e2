using System.Collections;
using MLNet.DeepExt.Selection;

namespace MLNet.DeepExt.Search;

/// <summary>
/// The trials with figures in the order in which they win. A trial is added and removed by binary searches; all are sorted again only where the
/// most rows on which one was measured at a rung are others.
/// </summary>
internal sealed class TrialRanking
{
    private readonly Objective _objective;
    private readonly IReadOnlyList<TrialRecord> _trials;
    private readonly List<SortedList<long, int>> _rows = []; // by rung, how many trials were measured on so many rows
    private readonly TrialOrder _whole, _others; // those that ignore epochs, by their figures; the others, by rung first
    private readonly TrialOrder _feasibleWhole, _feasibleOthers;
    private readonly TrialOrder _nearest; // by their figures alone

    /// <summary>Makes it, of no trials yet.</summary>
    /// <param name="objective">What they are compared by.</param>
    /// <param name="trials">All trials, by number. One may change only while it is not in the ranking.</param>
    public TrialRanking(Objective objective, IReadOnlyList<TrialRecord> trials)
    {
        _objective = objective;
        _trials = trials;
        (_whole, _others) = (new TrialOrder(CompareFigures), new TrialOrder(CompareRungs));
        (_feasibleWhole, _feasibleOthers) = (new TrialOrder(CompareFigures), new TrialOrder(CompareRungs));
        _nearest = new TrialOrder((left, right) => CompareNearness(left, right) is not 0 and int order ? order : left.CompareTo(right));
    }

    /// <summary>Adds a trial, if it has figures.</summary>
    public void Add(TrialRecord trial)
    {
        if (!trial.HasFigures)
            return;
        if (Count(trial, 1))
            Sort();
        OrderOf(trial).Add(trial.Number);
        _nearest.Add(trial.Number);
        if (IsFeasible(trial))
            FeasibleOf(trial).Add(trial.Number);
    }

    /// <summary>Takes a trial out, if it is in it.</summary>
    /// <param name="trial">What the trial was when it was added.</param>
    public void Remove(TrialRecord trial)
    {
        if (!trial.HasFigures)
            return;
        OrderOf(trial).Remove(trial.Number);
        _nearest.Remove(trial.Number);
        FeasibleOf(trial).Remove(trial.Number);
        if (Count(trial, -1))
            Sort();
    }

    /// <summary>
    /// Trials with figures, best first: those of higher rungs before others, and of one rung those measured on all rows before others, then by
    /// the objective. Trials that ignore epochs, in an order of their own, are merged into the others by their figures alone: being trained in
    /// full does not put them before trials that are better after fewer epochs.
    /// </summary>
    public IReadOnlyList<TrialRecord> BestFirst() => BestFirst(_ => true);

    /// <summary>
    /// The trials of <see cref="BestFirst()"/> for samplers, without going over them where all ignore epochs, or none does. Good until the ranking
    /// changes.
    /// </summary>
    public IReadOnlyList<FinishedTrial> FinishedBestFirst() =>
        _whole.Count == 0 ? new Finished(_trials, _others.Numbers)
        : _others.Count == 0 ? new Finished(_trials, _whole.Numbers)
        : new Finished(_trials, [.. BestFirst().Select(trial => trial.Number)]);

    /// <summary>
    /// The best, in the order of <see cref="BestFirst()"/>, of those that meet all constraints, were measured on all rows and are considered; null
    /// if there is none.
    /// </summary>
    /// <param name="isConsidered">Which are; it is asked of the best until it says so.</param>
    public TrialRecord? BestFeasible(Predicate<TrialRecord> isConsidered)
    {
        TrialRecord? whole = First(_feasibleWhole), other = First(_feasibleOthers);
        return whole is null ? other
            : other is null ? whole
            : CompareFigures(whole.Number, other.Number) < 0 ? whole
            : other;

        TrialRecord? First(TrialOrder order)
        {
            foreach (int number in order.Numbers)
            {
                if (isConsidered(_trials[number]))
                    return _trials[number];
            }

            return null;
        }
    }

    /// <summary>The best by the objective alone of those that are considered, whatever their rungs; null if there is none.</summary>
    /// <param name="isConsidered">Which are; it is asked of the best until it says so.</param>
    public TrialRecord? Nearest(Predicate<TrialRecord> isConsidered)
    {
        List<int> ties = [];
        foreach (int number in _nearest.Numbers)
        {
            if (ties.Count > 0 && CompareNearness(ties[0], number) != 0)
                break;
            if (isConsidered(_trials[number]))
                ties.Add(number);
        }

        // Of those that are equally good, the first of all that are considered.
        return ties.Count switch
        {
            0 => null,
            1 => _trials[ties[0]],
            _ => BestFirst(isConsidered).First(trial => ties.Contains(trial.Number)),
        };
    }

    /// <summary>
    /// What is wrong where a trial with figures was measured on fewer rows than others at its rung, beside which its figures say nothing; null if
    /// nothing is.
    /// </summary>
    public string? FaultOfRows(TrialRecord trial) => HasFewerRows(trial)
        ? FormattableString.Invariant($"was measured on {trial.Rungs[^1].Rows} rows but others on {MostRowsAt(trial.Rungs.Count - 1)}")
        : null;

    private bool HasFewerRows(TrialRecord trial) => trial.Rungs[^1].Rows is { } rows && rows < MostRowsAt(trial.Rungs.Count - 1);

    private long? MostRowsAt(int rung) => rung < _rows.Count && _rows[rung].Count > 0 ? _rows[rung].Keys[_rows[rung].Count - 1] : null;

    private bool IsFeasible(TrialRecord trial) => _objective.IsFeasible(trial.Figures) && !HasFewerRows(trial);

    private TrialOrder OrderOf(TrialRecord trial) => trial.IgnoresEpochs ? _whole : _others;

    private TrialOrder FeasibleOf(TrialRecord trial) => trial.IgnoresEpochs ? _feasibleWhole : _feasibleOthers;

    private List<TrialRecord> BestFirst(Predicate<TrialRecord> isConsidered)
    {
        List<TrialRecord> ranked = [];
        var whole = new Queue<int>(_whole.Numbers.Where(IsConsidered));
        foreach (int other in _others.Numbers.Where(IsConsidered))
        {
            while (whole.TryPeek(out int next) && CompareFigures(next, other) < 0)
                ranked.Add(_trials[whole.Dequeue()]);
            ranked.Add(_trials[other]);
        }

        ranked.AddRange(whole.Select(number => _trials[number]));
        return ranked;

        bool IsConsidered(int number) => isConsidered(_trials[number]);
    }

    // Whether the most rows of a rung are others now.
    private bool Count(TrialRecord trial, int change)
    {
        bool hasChanged = false;
        for (int rung = 0; rung < trial.Rungs.Count; rung++)
        {
            if (rung == _rows.Count)
                _rows.Add([]);
            if (trial.Rungs[rung].Rows is not { } rows)
                continue;
            long? most = MostRowsAt(rung);
            int count = _rows[rung].GetValueOrDefault(rows) + change;
            if (count == 0)
                _rows[rung].Remove(rows);
            else
                _rows[rung][rows] = count;
            hasChanged |= MostRowsAt(rung) != most;
        }

        return hasChanged;
    }

    private void Sort()
    {
        int[] whole = [.. _whole.Numbers], others = [.. _others.Numbers];
        _whole.Reset(whole);
        _others.Reset(others);
        _feasibleWhole.Reset(whole.Where(number => IsFeasible(_trials[number])));
        _feasibleOthers.Reset(others.Where(number => IsFeasible(_trials[number])));
    }

    private int CompareNearness(int left, int right) => _objective.Compare(_trials[left].Figures, _trials[right].Figures);

    private int CompareRungs(int left, int right) =>
        _trials[right].Rungs.Count.CompareTo(_trials[left].Rungs.Count) is not 0 and int order ? order : CompareFigures(left, right);

    private int CompareFigures(int left, int right)
    {
        TrialRecord one = _trials[left], other = _trials[right];
        return HasFewerRows(one).CompareTo(HasFewerRows(other)) is not 0 and int rows ? rows
            : _objective.Compare(one.Figures, other.Figures) is not 0 and int order ? order
            : left.CompareTo(right);
    }

    private sealed class Finished(IReadOnlyList<TrialRecord> trials, IReadOnlyList<int> numbers) : IReadOnlyList<FinishedTrial>
    {
        public int Count => numbers.Count;

        public FinishedTrial this[int index] => new(numbers[index], trials[numbers[index]].Parameters);

        public IEnumerator<FinishedTrial> GetEnumerator() => Enumerable.Range(0, Count).Select(index => this[index]).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
