using MLNet.DeepExt.Search.Journals;
using MLNet.DeepExt.Selection;

namespace MLNet.DeepExt.Search;

/// <summary>What a journal says of a search: every event changes it a little.</summary>
internal sealed class SearchState(SearchSpace space, Objective objective)
{
    private readonly List<TrialRecord> _trials = [];
    private readonly List<JournalEvent> _looks = [];

    /// <summary>All trials, in the order of their numbers.</summary>
    public IReadOnlyList<TrialRecord> Trials => _trials;

    /// <summary>When the winner was measured on test rows.</summary>
    public IReadOnlyList<JournalEvent> Looks => _looks;

    /// <summary>How many trials somebody is at.</summary>
    public int Running => _trials.Count(trial => trial.Claim is not null);

    /// <summary>Adds an event.</summary>
    /// <exception cref="InvalidDataException">It cannot follow what there was.</exception>
    public void Learn(JournalEvent entry)
    {
        if (entry.Event == JournalEventKind.Test)
        {
            // A look begins without figures.
            int begun = entry.Values!.Count == 0
                ? -1
                : _looks.FindLastIndex(look => look.Values!.Count == 0 && look.Trial == entry.Trial && look.Time == entry.Time);
            if (begun >= 0)
                _looks[begun] = entry;
            else
                _looks.Add(entry);
            return;
        }

        if (entry.Event == JournalEventKind.Started && entry.Trial == _trials.Count)
            _trials.Add(new TrialRecord { Number = entry.Trial, Parameters = TrialParametersJson.Read(entry.Parameters!.Value, space) });
        if (entry.Trial >= _trials.Count)
            throw new InvalidDataException(FormattableString.Invariant($"trial {entry.Trial} has not started"));
        TrialRecord trial = _trials[entry.Trial];
        if (trial.Error is not null || trial.Rungs.Count != entry.Rung || (entry.Event != JournalEventKind.Started && trial.Claim is null))
            throw new InvalidDataException(FormattableString.Invariant($"trial {entry.Trial} is not where it could be {Name(entry.Event)} at rung {entry.Rung}"));
        _trials[entry.Trial] = entry.Event switch
        {
            JournalEventKind.Started => trial with { Claim = new TrialClaim(entry.Rung, entry.Worker!.Value) },
            JournalEventKind.Finished => trial with { Claim = null, Rungs = [.. trial.Rungs, new RungResult(FiguresOf(entry), entry.Seconds!.Value)] },
            _ => trial with { Claim = null, Error = entry.Error },
        };
    }

    /// <summary>Trials with figures, best first: those of higher rungs before others, and those of one rung by the objective.</summary>
    public IReadOnlyList<TrialRecord> BestFirst()
    {
        TrialRecord[] ranked = [.. _trials.Where(trial => trial.HasFigures)];
        Array.Sort(ranked, Compare);
        return ranked;
    }

    /// <summary>The best of the trials that meet all constraints, at the highest rung at which one does; null if none does.</summary>
    public TrialRecord? Best() => BestFirst().FirstOrDefault(trial => objective.IsFeasible(trial.Figures));

    private int Compare(TrialRecord left, TrialRecord right) =>
        right.Rungs.Count.CompareTo(left.Rungs.Count) is not 0 and int rungs ? rungs
        : objective.Compare(left.Figures, right.Figures) is not 0 and int order ? order
        : left.Number.CompareTo(right.Number);

    private double[] FiguresOf(JournalEvent entry) => [.. objective.Criteria.Select(criterion =>
        entry.Values!.TryGetValue(criterion.Name, out double value)
            ? value
            : throw new InvalidDataException($"it has no value of {criterion.Name}"))];

    private static string Name(JournalEventKind kind) => kind.ToString().ToLowerInvariant();
}
