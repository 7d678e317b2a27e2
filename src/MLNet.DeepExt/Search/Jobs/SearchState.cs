using MLNet.DeepExt.Search.Journals;
using MLNet.DeepExt.Selection;

namespace MLNet.DeepExt.Search;

/// <summary>What a journal says of a search: every event changes it a little.</summary>
internal sealed class SearchState
{
    private readonly SearchSpace _space;
    private readonly Objective _objective;
    private readonly TrialStandings _standings;
    private readonly TrialRanking _ranking;
    private readonly List<JournalEvent> _looks = [];
    private readonly HashSet<(int Trial, int Rung, int Worker)> _begun = [];

    public SearchState(SearchSpace space, Objective objective)
    {
        _space = space;
        _objective = objective;
        _standings = new TrialStandings(objective.Compare);
        _ranking = new TrialRanking(objective, _standings.Trials);
    }

    /// <summary>All trials, in the order of their numbers.</summary>
    public IReadOnlyList<TrialRecord> Trials => _standings.Trials;

    /// <summary>The trials as schedulers see them.</summary>
    public TrialStandings Standings => _standings;

    /// <summary>Receives each change: the trial before it, null if it is new, and after it.</summary>
    public Action<TrialRecord?, TrialRecord>? Changed { get; set; }

    /// <summary>Whether a trial ignores epochs.</summary>
    public bool HasIgnoring { get; private set; }

    /// <summary>Whether a costly criterion has decided anything yet: a trial violates a constraint of one.</summary>
    public bool HasCostlyViolation { get; private set; }

    /// <summary>When the winner was measured on test rows.</summary>
    public IReadOnlyList<JournalEvent> Looks => _looks;

    /// <summary>Looks whether an event can follow what there was, and changes nothing.</summary>
    /// <returns>Adds it.</returns>
    /// <exception cref="InvalidDataException">It cannot.</exception>
    public Action Prepare(JournalEvent entry)
    {
        RequirePossible(entry);
        if (entry.Event == JournalEventKind.Test)
        {
            return entry.Trial < Trials.Count
                ? () => AddLook(entry)
                : throw new InvalidDataException(FormattableString.Invariant($"trial {entry.Trial} has not started"));
        }

        if (entry.Event == JournalEventKind.Measured)
            return PrepareMeasured(entry);
        bool isNew = entry.Event == JournalEventKind.Started && entry.Trial == Trials.Count;
        if (entry.Trial >= Trials.Count && !isNew)
            throw new InvalidDataException(FormattableString.Invariant($"trial {entry.Trial} has not started"));
        TrialRecord trial = isNew
            ? new TrialRecord { Number = entry.Trial, Parameters = TrialParametersJson.Read(entry.Parameters!.Value, _space) }
            : Trials[entry.Trial];
        bool isBegin = entry.Event == JournalEventKind.Started;
        var begun = (entry.Trial, entry.Rung, Worker: entry.Worker!.Value);
        if (isBegin ? trial.Error is not null || trial.IgnoresEpochs || trial.Rungs.Count != entry.Rung : !_begun.Contains(begun))
        {
            throw new InvalidDataException(FormattableString.Invariant(
                $"trial {entry.Trial} is not where it could be {Name(entry.Event)} at rung {entry.Rung}"));
        }

        // A worker that was taken for dead, and is not, comes too late.
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
            Change(next);
        };
    }

    /// <summary>Whether a worker is at a rung of a trial, and neither gave it up nor had it taken over by another.</summary>
    public static bool IsAt(int worker, TrialRecord trial, int rung) =>
        trial.Claim is { IsReleased: false } claim && claim.Rung == rung && claim.Worker == worker;

    /// <summary>
    /// How many workers began the next rung of a trial that no worker is at now, exited without reporting, and had not come further.
    /// </summary>
    /// <param name="trial">The trial.</param>
    /// <param name="checkpoint">Which checkpoint it has now; null for none.</param>
    public static int LossesOf(TrialRecord trial, string? checkpoint) => trial.Claim switch
    {
        null or { IsReleased: true } => trial.Losses,
        { } claim when claim.Checkpoint != checkpoint => 0,
        _ => trial.Losses + 1,
    };

    /// <inheritdoc cref="TrialRanking.BestFirst()"/>
    public IReadOnlyList<TrialRecord> BestFirst() => _ranking.BestFirst();

    /// <summary>The same trials, for samplers to learn from.</summary>
    public IReadOnlyList<FinishedTrial> FinishedBestFirst() => _ranking.FinishedBestFirst();

    /// <summary>The best of the trials that meet all constraints, and of which nothing is left to measure; null if there is none.</summary>
    public TrialRecord? Best() => _ranking.BestFeasible(trial => trial.IsMeasured);

    /// <summary>
    /// The trial that would win if what was not measured were as good as it could be, or else, if that is measured, one that decides whether it
    /// wins. The search is not over before it is measured. Null if no trial has figures.
    /// </summary>
    public TrialRecord? Foremost()
    {
        TrialRecord? first = _ranking.BestFeasible(_ => true);
        // It wins against the first of the others; against the one behind that it may not.
        if (first is { IgnoresEpochs: true, IsMeasured: true } && _ranking.BestFeasible(trial => !trial.IgnoresEpochs) is { IsMeasured: false } other)
            return other;
        return first ?? _ranking.Nearest(_ => true);
    }

    /// <summary>Whether a trial may win with what it has just come to, if what was not measured of it is as good as it could be.</summary>
    /// <param name="number">The trial.</param>
    /// <param name="result">What it came to at its next rung.</param>
    /// <param name="ignoresEpochs">Whether it ignores epochs.</param>
    public bool CouldWin(int number, RungResult result, bool ignoresEpochs)
    {
        TrialRecord trial = Trials[number];
        Set(trial with { IgnoresEpochs = ignoresEpochs, Rungs = [.. trial.Rungs, result] });
        TrialRecord? winner = _ranking.BestFeasible(IsKnown) ?? _ranking.Nearest(IsKnown);
        Set(trial);
        return winner!.Number == number;

        bool IsKnown(TrialRecord other) => other.Number == number || other.IsMeasured;
    }

    /// <summary>What is wrong where a trial with figures was measured on fewer rows than others at its rung; null if nothing is.</summary>
    public string? FaultOfRows(TrialRecord trial) => _ranking.FaultOfRows(trial);

    private void Change(TrialRecord trial)
    {
        TrialRecord? before = trial.Number < Trials.Count ? Trials[trial.Number] : null;
        Set(trial);
        HasIgnoring |= trial.IgnoresEpochs;
        HasCostlyViolation |= trial.HasFigures && _objective.IsCostlyViolated(trial.Figures);
        Changed?.Invoke(before, trial);
    }

    // Where a trial has other figures, it is in no order while they change.
    private void Set(TrialRecord trial)
    {
        TrialRecord? before = trial.Number < Trials.Count ? Trials[trial.Number] : null;
        bool isRanked = before is null || !ReferenceEquals(before.Rungs, trial.Rungs) || before.IgnoresEpochs != trial.IgnoresEpochs;
        if (before is not null && isRanked)
            _ranking.Remove(before);
        _standings.Set(trial);
        if (isRanked)
            _ranking.Add(trial);
    }

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

    // Two may have measured it; the first has said it. One that has gone on since needs it no more.
    private Action PrepareMeasured(JournalEvent entry)
    {
        if (entry.Trial >= Trials.Count || Trials[entry.Trial].Rungs.Count <= entry.Rung)
        {
            throw new InvalidDataException(FormattableString.Invariant(
                $"trial {entry.Trial} is not where it could be {Name(entry.Event)} at rung {entry.Rung}"));
        }

        TrialRecord trial = Trials[entry.Trial];
        if (trial.Rungs.Count != entry.Rung + 1 || trial.IsMeasured)
            return static () => { };
        RungResult result = trial.Rungs[^1];
        double[] figures = [.. _objective.Criteria.Select((criterion, place) => result.Open.Contains(place)
            ? entry.Values!.TryGetValue(criterion.Name, out double value) ? value : throw NoValue(criterion)
            : result.Figures[place])];
        TrialRecord next = trial with
        {
            Error = entry.Error ?? trial.Error,
            Rungs = [.. trial.Rungs.SkipLast(1), result with { Figures = figures, Open = [] }],
        };
        return () => Change(next);
    }

    // A figure that no model can have must not win.
    private void RequirePossible(JournalEvent entry)
    {
        if (entry.Values is null)
            return;
        foreach ((string name, double value) in entry.Values)
        {
            Criterion criterion = _objective.Criteria.FirstOrDefault(criterion => criterion.Name == name)
                ?? throw new InvalidDataException($"it has a value of {name}, which is no criterion of the search");
            if (criterion.FaultOfFigure(value) is { } fault)
                throw new InvalidDataException($"its {fault}");
        }

        string optimized = _objective.Optimized.Name;
        if (entry.Event == JournalEventKind.Finished && entry.Values.TryGetValue(optimized, out double best) && double.IsNaN(best))
            throw new InvalidDataException($"its {optimized} is NaN, with which no trial finishes");
    }

    private RungResult ResultOf(JournalEvent entry)
    {
        IReadOnlyList<Criterion> criteria = _objective.Criteria;
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

        return new RungResult(_objective.Optimistic(figures, open), entry.Seconds!.Value, entry.Rows) { Open = open };
    }

    private static InvalidDataException NoValue(Criterion criterion) => new($"it has no value of {criterion.Name}");

    private static string Name(JournalEventKind kind) => kind.ToString().ToLowerInvariant();
}
