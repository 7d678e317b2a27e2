namespace MLNet.DeepExt.Search;

/// <summary>
/// The trials of a search, and what schedulers ask about them: who runs, and who is how good at a rung. A change of a trial costs as much
/// whatever the number of trials, but for moving numbers within an array.
/// </summary>
/// <param name="compare">Compares figures: negative where the left ones are better.</param>
internal sealed class TrialStandings(Comparison<IReadOnlyList<double>> compare)
{
    private readonly List<TrialRecord> _trials = [];
    private readonly SortedSet<int> _claimed = [];
    private readonly List<(TrialOrder All, TrialOrder Waiting)> _rungs = [];

    /// <summary>Compares figures: negative where the left ones are better.</summary>
    public Comparison<IReadOnlyList<double>> Compare => compare;

    /// <summary>All trials, in the order of their numbers.</summary>
    public IReadOnlyList<TrialRecord> Trials => _trials;

    /// <summary>How many trials somebody is at.</summary>
    public int Running => _claimed.Count;

    /// <summary>The trials that somebody is at, in the order of their numbers.</summary>
    public IEnumerable<TrialRecord> Claimed => _claimed.Select(number => _trials[number]);

    /// <summary>
    /// How many of the first trials a scheduler found to be where they end, so that it need not look at them again; a change of one of them takes
    /// that back.
    /// </summary>
    public int Settled { get; set; }

    /// <summary>Adds a trial, the number of which is the next, or changes one.</summary>
    public void Set(TrialRecord trial)
    {
        int number = trial.Number;
        TrialRecord? before = number < _trials.Count ? _trials[number] : null;
        if (WaitsAt(before) is { } waited)
            _rungs[waited].Waiting.Remove(number);
        foreach (int rung in RungsOf(before).Where(rung => !IsSame(before, trial, rung)))
            _rungs[rung].All.Remove(number);
        int[] added = [.. RungsOf(trial).Where(rung => !IsSame(before, trial, rung))];
        if (before is null)
            _trials.Add(trial);
        else
            _trials[number] = trial;
        foreach (int rung in added)
        {
            if (rung == _rungs.Count)
                _rungs.Add((OrderAt(rung), OrderAt(rung)));
            _rungs[rung].All.Add(number);
        }

        if (WaitsAt(trial) is { } waits)
            _rungs[waits].Waiting.Add(number);
        if (trial.Claim is null)
            _claimed.Remove(number);
        else
            _claimed.Add(number);
        if (number < Settled)
            Settled = 0;
    }

    /// <summary>How many trials came to figures at a rung, without those that ignore epochs.</summary>
    public int CountAt(int rung) => rung < _rungs.Count ? _rungs[rung].All.Count : 0;

    /// <summary>How many of them are better than some figures.</summary>
    public int CountBetter(int rung, IReadOnlyList<double> figures) =>
        rung < _rungs.Count ? _rungs[rung].All.CountWhile(number => compare(_trials[number].Rungs[rung].Figures, figures) < 0) : 0;

    /// <summary>The best that is at a rung, neither running nor failed, if it is among so many best of all that came there; else null.</summary>
    public TrialRecord? BestWaiting(int rung, int among) =>
        rung < _rungs.Count && _rungs[rung] is { Waiting.Count: > 0 } at && at.All.PlaceOf(at.Waiting[0]) < among
            ? _trials[at.Waiting[0]]
            : null;

    private static int? WaitsAt(TrialRecord? trial) =>
        trial is { HasFigures: true, IgnoresEpochs: false, Claim: null, Error: null } ? trial.Rungs.Count - 1 : null;

    private static IEnumerable<int> RungsOf(TrialRecord? trial) => Enumerable.Range(0, trial is { IgnoresEpochs: false } ? trial.Rungs.Count : 0);

    private static bool IsSame(TrialRecord? before, TrialRecord trial, int rung) =>
        before is { IgnoresEpochs: false } && !trial.IgnoresEpochs && rung < before.Rungs.Count && rung < trial.Rungs.Count
        && ReferenceEquals(before.Rungs[rung], trial.Rungs[rung]);

    private TrialOrder OrderAt(int rung) => new((left, right) =>
        compare(_trials[left].Rungs[rung].Figures, _trials[right].Rungs[rung].Figures) is not 0 and int order ? order : left.CompareTo(right));
}
