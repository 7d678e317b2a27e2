using MLNet.DeepExt.Search.Journals;
using MLNet.DeepExt.Selection;

namespace MLNet.DeepExt.Search;

/// <summary>What a journal says of a search: every event changes it a little.</summary>
internal sealed class SearchState(SearchSpace space, Objective objective)
{
    private readonly List<TrialRecord> _trials = [];
    private readonly List<JournalEvent> _looks = [];
    private readonly HashSet<(int Trial, int Rung, int Worker)> _begun = [];

    /// <summary>All trials, in the order of their numbers.</summary>
    public IReadOnlyList<TrialRecord> Trials => _trials;

    /// <summary>When the winner was measured on test rows.</summary>
    public IReadOnlyList<JournalEvent> Looks => _looks;

    /// <summary>How many trials somebody is at.</summary>
    public int Running => _trials.Count(trial => trial.Claim is not null);

    /// <summary>Looks whether an event can follow what there was, and changes nothing.</summary>
    /// <returns>Adds it.</returns>
    /// <exception cref="InvalidDataException">It cannot.</exception>
    public Action Prepare(JournalEvent entry)
    {
        RequirePossible(entry);
        if (entry.Event == JournalEventKind.Test)
        {
            return entry.Trial < _trials.Count
                ? () => AddLook(entry)
                : throw new InvalidDataException(FormattableString.Invariant($"trial {entry.Trial} has not started"));
        }

        if (entry.Event == JournalEventKind.Measured)
            return PrepareMeasured(entry);
        bool isNew = entry.Event == JournalEventKind.Started && entry.Trial == _trials.Count;
        if (entry.Trial >= _trials.Count && !isNew)
            throw new InvalidDataException(FormattableString.Invariant($"trial {entry.Trial} has not started"));
        TrialRecord trial = isNew
            ? new TrialRecord { Number = entry.Trial, Parameters = TrialParametersJson.Read(entry.Parameters!.Value, space) }
            : _trials[entry.Trial];
        bool isBegin = entry.Event == JournalEventKind.Started;
        var begun = (entry.Trial, entry.Rung, Worker: entry.Worker!.Value);
        if (isBegin ? trial.Error is not null || trial.IgnoresEpochs || trial.Rungs.Count != entry.Rung : !_begun.Contains(begun))
        {
            throw new InvalidDataException(FormattableString.Invariant(
                $"trial {entry.Trial} is not where it could be {Name(entry.Event)} at rung {entry.Rung}"));
        }

        // Whoever was taken for dead, and is not, comes too late.
        if (!isBegin && !IsAt(entry.Worker.Value, trial, entry.Rung))
            return static () => { };
        TrialRecord next = entry.Event switch
        {
            JournalEventKind.Started => trial with
            {
                Claim = new TrialClaim(entry.Rung, entry.Worker.Value, entry.Checkpoint),
                Losses = LossesOf(trial, entry.Checkpoint),
            },
            JournalEventKind.Finished => trial with
            {
                Claim = null,
                Losses = 0,
                IgnoresEpochs = entry.Whole == true,
                Rungs = [.. trial.Rungs, ResultOf(entry)],
            },
            JournalEventKind.Released => trial with { Claim = trial.Claim!.Value with { IsReleased = true } },
            _ => trial with { Claim = null, Error = entry.Error },
        };
        return () =>
        {
            _begun.Add(begun);
            if (isNew)
                _trials.Add(next);
            else
                _trials[entry.Trial] = next;
        };
    }

    /// <summary>Whether a worker is at a rung of a trial, and neither gave it up nor had it taken over by another.</summary>
    public static bool IsAt(int worker, TrialRecord trial, int rung) =>
        trial.Claim is { IsReleased: false } claim && claim.Rung == rung && claim.Worker == worker;

    /// <summary>
    /// How many who began with the next rung of a trial, at which nobody is now, were gone without a word, and had not come further.
    /// </summary>
    /// <param name="trial">The trial.</param>
    /// <param name="checkpoint">Which checkpoint it has now; null for none.</param>
    public static int LossesOf(TrialRecord trial, string? checkpoint) => trial.Claim switch
    {
        null or { IsReleased: true } => trial.Losses,
        { } claim when claim.Checkpoint != checkpoint => 0,
        _ => trial.Losses + 1,
    };

    /// <summary>
    /// Trials with figures, best first: those of higher rungs before others, and of one rung those measured on all rows before others, then by
    /// the objective. Trials that ignore epochs, in an order of their own, are merged into the others by their figures alone: being trained in
    /// full does not put them before trials that are better after fewer epochs.
    /// </summary>
    public IReadOnlyList<TrialRecord> BestFirst() => BestFirst(_trials, MostRows());

    /// <summary>
    /// The best of the trials that meet all constraints, in the order of <see cref="BestFirst()"/>, and of which nothing is left to measure; null
    /// if there is none.
    /// </summary>
    public TrialRecord? Best() => BestFirst(Feasible().Where(trial => trial.IsMeasured), MostRows()).FirstOrDefault();

    /// <summary>
    /// The trial that would win if what was not measured were as good as it could be, or else, if that is measured, one that decides whether it
    /// wins. The search is not over before it is measured. Null if no trial has figures.
    /// </summary>
    public TrialRecord? Foremost()
    {
        List<TrialRecord> feasible = BestFirst(Feasible(), MostRows());
        TrialRecord? first = feasible.FirstOrDefault();
        // It wins against the first of the others; against the one behind that it may not.
        if (first is { IgnoresEpochs: true, IsMeasured: true } && feasible.Find(trial => !trial.IgnoresEpochs) is { IsMeasured: false } other)
            return other;
        return first ?? BestFirst().Order(NearestFirst).FirstOrDefault();
    }

    /// <summary>Whether a trial may win with what it has just come to, if what was not measured of it is as good as it could be.</summary>
    /// <param name="number">The trial.</param>
    /// <param name="result">What it came to at its next rung.</param>
    /// <param name="ignoresEpochs">Whether it ignores epochs.</param>
    public bool CouldWin(int number, RungResult result, bool ignoresEpochs)
    {
        var then = new SearchState(space, objective);
        then._trials.AddRange(_trials);
        then._trials[number] = _trials[number] with { IgnoresEpochs = ignoresEpochs, Rungs = [.. _trials[number].Rungs, result] };
        long?[] most = then.MostRows();
        TrialRecord winner = then.BestFirst(then.Feasible().Where(IsKnown), most).FirstOrDefault()
            ?? then.BestFirst(then._trials.Where(IsKnown), most).Order(NearestFirst).First();
        return winner.Number == number;

        bool IsKnown(TrialRecord trial) => trial.Number == number || trial is { HasFigures: true, IsMeasured: true };
    }

    /// <summary>Whether a costly criterion has decided anything yet: a trial violates a constraint of one.</summary>
    public bool HasCostlyViolation() => _trials.Any(trial => trial.Rungs.Any(rung => objective.IsCostlyViolated(rung.Figures)));

    /// <summary>What is wrong where a trial with figures was measured on fewer rows than others at its rung; null if nothing is.</summary>
    public string? FaultOfRows(TrialRecord trial) => FaultOfRows(trial, MostRows());

    // It begins without figures.
    private void AddLook(JournalEvent entry)
    {
        int begun = entry.Values!.Count == 0
            ? -1
            : _looks.FindLastIndex(look => look.Values!.Count == 0 && look.Trial == entry.Trial && look.Time == entry.Time);
        if (begun >= 0)
            _looks[begun] = entry;
        else
            _looks.Add(entry);
    }

    // A metric of the rows that a model has an answer for says nothing beside one of all.
    private static string? FaultOfRows(TrialRecord trial, long?[] most) =>
        trial.Rungs[^1].Rows is { } rows && most[trial.Rungs.Count - 1] is { } others && rows < others
            ? FormattableString.Invariant($"was measured on {rows} rows but others on {others}")
            : null;

    // By rung.
    private long?[] MostRows() =>
    [
        .. Enumerable.Range(0, _trials.Select(trial => trial.Rungs.Count).DefaultIfEmpty().Max())
            .Select(rung => _trials.Where(trial => trial.Rungs.Count > rung).Max(trial => trial.Rungs[rung].Rows)),
    ];

    private List<TrialRecord> BestFirst(IEnumerable<TrialRecord> trials, long?[] most)
    {
        ILookup<bool, TrialRecord> kinds = trials.Where(trial => trial.HasFigures).ToLookup(trial => trial.IgnoresEpochs);
        var byFigures = Comparer<TrialRecord>.Create((left, right) => CompareFigures(left, right, most));
        var whole = new Queue<TrialRecord>(kinds[true].Order(byFigures));
        List<TrialRecord> ranked = [];
        foreach (TrialRecord other in kinds[false].OrderByDescending(trial => trial.Rungs.Count).ThenBy(trial => trial, byFigures))
        {
            while (whole.TryPeek(out TrialRecord? next) && byFigures.Compare(next, other) < 0)
                ranked.Add(whole.Dequeue());
            ranked.Add(other);
        }

        ranked.AddRange(whole);
        return ranked;
    }

    private int CompareFigures(TrialRecord left, TrialRecord right, long?[] most) =>
        (FaultOfRows(left, most) is not null).CompareTo(FaultOfRows(right, most) is not null) is not 0 and int rows ? rows
        : objective.Compare(left.Figures, right.Figures) is not 0 and int order ? order
        : left.Number.CompareTo(right.Number);

    private IEnumerable<TrialRecord> Feasible()
    {
        long?[] most = MostRows();
        return _trials.Where(trial => trial.HasFigures && objective.IsFeasible(trial.Figures) && FaultOfRows(trial, most) is null);
    }

    private Comparer<TrialRecord> NearestFirst =>
        Comparer<TrialRecord>.Create((left, right) => objective.Compare(left.Figures, right.Figures));

    // Two may have measured it; the first has said it. One that has gone on since needs it no more.
    private Action PrepareMeasured(JournalEvent entry)
    {
        if (entry.Trial >= _trials.Count || _trials[entry.Trial].Rungs.Count <= entry.Rung)
        {
            throw new InvalidDataException(FormattableString.Invariant(
                $"trial {entry.Trial} is not where it could be {Name(entry.Event)} at rung {entry.Rung}"));
        }

        TrialRecord trial = _trials[entry.Trial];
        if (trial.Rungs.Count != entry.Rung + 1 || trial.IsMeasured)
            return static () => { };
        RungResult result = trial.Rungs[^1];
        double[] figures = [.. objective.Criteria.Select((criterion, place) => result.Open.Contains(place)
            ? entry.Values!.TryGetValue(criterion.Name, out double value) ? value : throw NoValue(criterion)
            : result.Figures[place])];
        TrialRecord next = trial with
        {
            Error = entry.Error ?? trial.Error,
            Rungs = [.. trial.Rungs.SkipLast(1), result with { Figures = figures, Open = [] }],
        };
        return () => _trials[entry.Trial] = next;
    }

    // Of what no model can come to nothing must win.
    private void RequirePossible(JournalEvent entry)
    {
        if (entry.Values is null)
            return;
        foreach ((string name, double value) in entry.Values)
        {
            Criterion criterion = objective.Criteria.FirstOrDefault(criterion => criterion.Name == name)
                ?? throw new InvalidDataException($"it has a value of {name}, which is no criterion of the search");
            if (criterion.FaultOfFigure(value) is { } fault)
                throw new InvalidDataException($"its {fault}");
        }

        string optimized = objective.Optimized.Name;
        if (entry.Event == JournalEventKind.Finished && entry.Values.TryGetValue(optimized, out double best) && double.IsNaN(best))
            throw new InvalidDataException($"its {optimized} is NaN, with which no trial finishes");
    }

    private RungResult ResultOf(JournalEvent entry)
    {
        IReadOnlyList<Criterion> criteria = objective.Criteria;
        double[] figures = new double[criteria.Count];
        List<int> open = [];
        for (int place = 0; place < figures.Length; place++)
        {
            if (entry.Values!.TryGetValue(criteria[place].Name, out double value))
                figures[place] = value;
            else if (criteria[place].IsCostly)
                open.Add(place);
            else
                throw NoValue(criteria[place]);
        }

        return new RungResult(objective.Optimistic(figures, open), entry.Seconds!.Value, entry.Rows) { Open = open };
    }

    private static InvalidDataException NoValue(Criterion criterion) => new($"it has no value of {criterion.Name}");

    private static string Name(JournalEventKind kind) => kind.ToString().ToLowerInvariant();
}
