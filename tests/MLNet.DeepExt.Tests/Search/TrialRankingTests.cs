using Microsoft.ML;
using MLNet.DeepExt.Search;
using MLNet.DeepExt.Search.Journals;
using MLNet.DeepExt.Selection;

namespace MLNet.DeepExt.Tests.Search;

/// <summary>What a search knows after every event, against the same found by going over all trials.</summary>
[Trait("Spec", "C5")]
public sealed class TrialRankingTests
{
    private const int Trials = 40;

    private static readonly SearchSpace Space = new() { ["X"] = Range.Linear(0, 1) };
    private static readonly Criterion Value = Criterion.Of("value", higherIsBetter: true, (_, _) => 0);
    private static readonly Criterion Cost = Criterion.Of("cost", higherIsBetter: false, (_, _) => 0, isCostly: true);
    private static readonly Criterion Size = Criterion.Of("size", higherIsBetter: false, (_, _) => 0);

    private static readonly Objective Objective = Objective.Maximize(Value).SubjectTo(Size, atMost: 3).SubjectTo(Cost, atMost: 4);

    [Fact]
    public void Trials_are_ranked_after_every_event_as_if_all_were_sorted()
    {
        int compared = 0;
        for (int seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            var state = new SearchState(Space, Objective);
            foreach (JournalEvent entry in Play(state, random))
            {
                state.Prepare(entry)();
                AssertRanked(state, random, FormattableString.Invariant($"seed {seed}, {entry}"));
                compared++;
            }
        }

        Assert.InRange(compared, 3_000, int.MaxValue);
    }

    private static void AssertRanked(SearchState state, Random random, string where)
    {
        Assert.True(Numbers(state.BestFirst()).SequenceEqual(Numbers(Sorted(state.Trials, state.Trials))), where);
        Assert.True(
            state.FinishedBestFirst().Select(trial => trial.Number).SequenceEqual(Numbers(Sorted(state.Trials, state.Trials))), where);
        TrialRecord[] feasible = [.. state.Trials.Where(trial => IsFeasible(trial, state.Trials))];
        Assert.True(state.Best()?.Number == Sorted(feasible.Where(trial => trial.IsMeasured), state.Trials).FirstOrDefault()?.Number, where);
        Assert.True(state.Foremost()?.Number == Foremost(state.Trials, feasible)?.Number, where);
        Assert.Equal(state.Trials.Count(trial => trial.Claim is not null), state.Standings.Running);
        Assert.Equal(state.Trials.Any(trial => trial.IgnoresEpochs), state.HasIgnoring);
        Assert.Equal(state.Trials.Any(trial => trial.Rungs.Any(rung => Objective.IsCostlyViolated(rung.Figures))), state.HasCostlyViolation);
        if (state.Trials.FirstOrDefault(trial => trial.Claim is not null) is { } running)
        {
            RungResult result = Result(random, isOpen: true);
            bool ignores = random.Next(4) == 0;
            TrialRecord[] then = [.. state.Trials];
            then[running.Number] = running with { IgnoresEpochs = ignores, Rungs = [.. running.Rungs, result] };
            TrialRecord[] known = [.. then.Where(trial => trial.Number == running.Number || trial is { HasFigures: true, IsMeasured: true })];
            TrialRecord winner = Sorted(known.Where(trial => IsFeasible(trial, then)), then).FirstOrDefault()
                ?? Sorted(known, then).Order(Comparer<TrialRecord>.Create((left, right) => Objective.Compare(left.Figures, right.Figures))).First();
            Assert.True(state.CouldWin(running.Number, result, ignores) == (winner.Number == running.Number), where);
            TrialRecord[] at = [.. state.Trials.Where(trial => !trial.IgnoresEpochs && trial.Rungs.Count > running.Rungs.Count)];
            Assert.Equal(at.Length, state.Standings.CountAt(running.Rungs.Count));
            Assert.Equal(
                at.Count(trial => Objective.Compare(trial.Rungs[running.Rungs.Count].Figures, result.Figures) < 0),
                state.Standings.CountBetter(running.Rungs.Count, result.Figures));
        }
    }

    private static TrialRecord? Foremost(IReadOnlyList<TrialRecord> all, TrialRecord[] feasible)
    {
        List<TrialRecord> ranked = Sorted(feasible, all);
        if (ranked.FirstOrDefault() is { IgnoresEpochs: true, IsMeasured: true }
            && ranked.Find(trial => !trial.IgnoresEpochs) is { IsMeasured: false } other)
        {
            return other;
        }

        return ranked.FirstOrDefault()
            ?? Sorted(all, all).Order(Comparer<TrialRecord>.Create((left, right) => Objective.Compare(left.Figures, right.Figures))).FirstOrDefault();
    }

    // Those that ignore epochs come before the first of the others that they are better than.
    private static List<TrialRecord> Sorted(IEnumerable<TrialRecord> trials, IReadOnlyList<TrialRecord> all)
    {
        ILookup<bool, TrialRecord> kinds = trials.Where(trial => trial.HasFigures).ToLookup(trial => trial.IgnoresEpochs);
        var byFigures = Comparer<TrialRecord>.Create((left, right) => Compare(left, right, all));
        List<TrialRecord> whole = [.. kinds[true].Order(byFigures)], ranked = [];
        foreach (TrialRecord other in kinds[false].OrderByDescending(trial => trial.Rungs.Count).ThenBy(trial => trial, byFigures))
        {
            int before = whole.FindIndex(trial => Compare(trial, other, all) > 0) is >= 0 and int index ? index : whole.Count;
            ranked.AddRange(whole[..before]);
            whole.RemoveRange(0, before);
            ranked.Add(other);
        }

        return [.. ranked, .. whole];
    }

    private static int Compare(TrialRecord left, TrialRecord right, IReadOnlyList<TrialRecord> all)
    {
        int rows = HasFewerRows(left, all).CompareTo(HasFewerRows(right, all));
        int order = Objective.Compare(left.Figures, right.Figures);
        return rows != 0 ? rows : order != 0 ? order : left.Number.CompareTo(right.Number);
    }

    private static bool IsFeasible(TrialRecord trial, IReadOnlyList<TrialRecord> all) =>
        trial.HasFigures && Objective.IsFeasible(trial.Figures) && !HasFewerRows(trial, all);

    private static bool HasFewerRows(TrialRecord trial, IReadOnlyList<TrialRecord> all) =>
        trial.Rungs[^1].Rows < all.Where(other => other.Rungs.Count >= trial.Rungs.Count).Max(other => other.Rungs[trial.Rungs.Count - 1].Rows);

    private static IEnumerable<int> Numbers(IEnumerable<TrialRecord> trials) => trials.Select(trial => trial.Number);

    // Trials start, go on, end, fail, are measured and are given up, at random.
    private static IEnumerable<JournalEvent> Play(SearchState state, Random random)
    {
        for (int step = 0; step < 4 * Trials; step++)
        {
            TrialRecord[] running = [.. state.Trials.Where(trial => trial.Claim is not null)];
            TrialRecord[] standing = [.. state.Trials.Where(trial => trial is { Claim: null, Error: null, IgnoresEpochs: false, Rungs.Count: < 3 })];
            TrialRecord[] open = [.. state.Trials.Where(trial => trial is { HasFigures: true, IsMeasured: false })];
            TrialRecord? one = Any(random.Next(6) == 0 ? standing : running, random), measured = random.Next(3) == 0 ? Any(open, random) : null;
            RungResult result = Result(random, isOpen: random.Next(2) == 0);
            if (measured is not null)
            {
                yield return new JournalEvent
                {
                    Event = JournalEventKind.Measured,
                    Trial = measured.Number,
                    Rung = measured.Rungs.Count - 1,
                    Worker = 1,
                    Values = new Dictionary<string, double> { ["cost"] = random.Next(10) == 0 ? double.NaN : random.Next(8) },
                    Error = random.Next(10) == 0 ? "Broken." : null,
                };
            }
            else if (one is null ? state.Trials.Count < Trials : one.Claim is null)
            {
                yield return new JournalEvent
                {
                    Event = JournalEventKind.Started,
                    Trial = one?.Number ?? state.Trials.Count,
                    Rung = one?.Rungs.Count ?? 0,
                    Worker = 1,
                    Parameters = System.Text.Json.JsonElement.Parse("""{"X":0.5}"""),
                };
            }
            else if (one is not null)
            {
                bool fails = random.Next(8) == 0;
                yield return new JournalEvent
                {
                    Event = fails ? JournalEventKind.Failed : JournalEventKind.Finished,
                    Trial = one.Number,
                    Rung = one.Rungs.Count,
                    Worker = 1,
                    Error = fails ? "Broken." : null,
                    Values = fails ? null : new Dictionary<string, double>(Objective.Criteria.Index()
                        .Where(at => !result.Open.Contains(at.Index)).Select(at => KeyValuePair.Create(at.Item.Name, result.Figures[at.Index]))),
                    Rows = fails ? null : result.Rows,
                    Seconds = fails ? null : 1,
                    Whole = !fails && random.Next(4) == 0 ? true : null,
                };
            }
        }
    }

    // Of few values, so that there are ties.
    private static RungResult Result(Random random, bool isOpen)
    {
        int[] open = isOpen ? [.. Objective.Criteria.Index().Where(at => at.Item.IsCostly).Select(at => at.Index)] : [];
        double[] figures = [.. Objective.Criteria.Select(
            criterion => criterion == Value ? random.Next(6) : random.Next(12) == 0 ? double.NaN : random.Next(8))];
        return new RungResult(Objective.Optimistic(figures, open), 1, random.Next(3) == 0 ? null : 90 + random.Next(20) / 19) { Open = open };
    }

    private static TrialRecord? Any(TrialRecord[] trials, Random random) => trials.Length == 0 ? null : trials[random.Next(trials.Length)];
}
