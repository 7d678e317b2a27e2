using Microsoft.ML;
using MLNet.DeepExt.Search.Journals;
using MLNet.DeepExt.Selection;

namespace MLNet.DeepExt.Search;

/// <summary>What a search came to.</summary>
/// <remarks>
/// The winner is the best, by the objective, of the trials that meet all constraints; where a <see cref="Scheduler"/> compares trials on the way, of
/// those that were trained longest: of the highest rung at which one meets them.
/// </remarks>
public sealed class SearchResult
{
    private readonly SearchSession _session;
    private readonly Lazy<ITransformer> _model;

    // Within the journal's exclusive time.
    internal SearchResult(SearchSession session, KeptModel? kept)
    {
        _session = session;
        SearchState state = session.State;
        TrialRecord? best = state.Best();
        IEnumerable<TrialRecord> inOrder = state.BestFirst()
            .Concat(state.Trials.Where(trial => !trial.HasFigures).OrderBy(trial => trial.Error is null));
        Trials = [.. inOrder.OrderBy(trial => trial != best).Select(session.View)];
        Nearest = Trials[0];
        Best = best is null ? null : Nearest;
        _model = new Lazy<ITransformer>(() => best is null ? throw NoWinner() : ModelOf(best, kept));
    }

    /// <summary>All trials, best first; then those that failed, and those that did not come to an end.</summary>
    public IReadOnlyList<SearchTrial> Trials { get; }

    /// <summary>The winner; null where no trial meets all constraints.</summary>
    public SearchTrial? Best { get; }

    /// <summary>The winner, or the trial that is nearest to meeting all constraints.</summary>
    public SearchTrial Nearest { get; }

    /// <summary>
    /// The model of the winner. It is in memory where this run made it and none was better at any time since; where an earlier run
    /// or another process did, it is fitted once more when it is first asked for, with the same parameters, seed and epochs, which takes its
    /// time and gives the same model.
    /// </summary>
    /// <exception cref="InvalidOperationException">No trial meets all constraints.</exception>
    public ITransformer Model => _model.Value;

    /// <summary>Measures the winner on the test rows, by all criteria of the search: once.</summary>
    /// <param name="test">The test rows, which nothing was learned from or chosen by.</param>
    /// <param name="again">
    /// Whether it is known that there was a look at the test rows before. Every look is written down in the folder of the search, where it has one, and else
    /// remembered by this object.
    /// </param>
    /// <exception cref="InvalidOperationException">
    /// There was a look before and <paramref name="again"/> is false; or no trial meets all constraints.
    /// </exception>
    public TestReport ReportOnTest(IDataView test, bool again = false)
    {
        ArgumentNullException.ThrowIfNull(test);
        SearchTrial winner = Best ?? throw NoWinner();
        Look(append => 0, again);
        SearchPlan plan = _session.Plan;
        double[] figures = new ModelJudge(plan.Host, plan.Objective, test, plan.Options.Evaluation).Judge(Model).RequireFigures();
        var report = new TestReport
        {
            Trial = winner,
            Figures = SearchSession.FiguresByName(plan.Objective, figures),
            Time = plan.Clock.GetUtcNow(),
            EarlierLooks = [],
        };
        // Before anybody sees the figures; another process may have looked in the meantime.
        return Look(
            append =>
            {
                DateTimeOffset[] earlier = [.. _session.State.Looks.Select(look => look.Time!.Value)];
                append(new JournalEvent
                {
                    Event = JournalEventKind.Test,
                    Trial = winner.Number,
                    Values = report.Figures,
                    Again = again,
                    Time = report.Time,
                });
                return report with { EarlierLooks = earlier };
            },
            again);
    }

    /// <summary>A table of the trials, best first.</summary>
    public override string ToString() => TrialTable.Write(_session.Plan.Objective, this);

    private T Look<T>(Func<Action<JournalEvent>, T> act, bool again) => _session.Journal.Exclusively(
        append => _session.State.Looks.Count == 0 || again
            ? act(append)
            : throw new InvalidOperationException(FormattableString.Invariant(
                $"The test rows were looked at already, on {_session.State.Looks[0].Time:yyyy-MM-dd HH:mm:ss} UTC, by trial {_session.State.Looks[0].Trial}; ")
                + "whoever chooses by them once more has no rows left that tell how good the choice is. Take new test rows, and a search of "
                + "their own, or say again: true to look all the same."),
        CancellationToken.None);

    private ITransformer ModelOf(TrialRecord best, KeptModel? kept)
    {
        int rung = best.Rungs.Count - 1;
        return kept is not null && kept.Trial == best.Number && kept.Rung == rung
            ? kept.Model
            : _session.Runner.Fit(new SearchJob(best.Number, best.Parameters, rung), checkpointPrefix: null, threads: null, CancellationToken.None).Model;
    }

    private InvalidOperationException NoWinner() => new(
        $"No trial meets all constraints; the nearest is trial {Nearest.Number}: {string.Join(", ", Nearest.Violations)}. "
        + "Loosen the constraints, or search on.");
}
