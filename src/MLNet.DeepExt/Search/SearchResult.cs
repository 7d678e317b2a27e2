using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Data;
using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Search.Journals;
using MLNet.DeepExt.Selection;

namespace MLNet.DeepExt.Search;

/// <summary>What a search came to.</summary>
/// <remarks>
/// The winner is the best, by the objective, of the trials that meet all constraints; where a <see cref="Scheduler"/> compares trials on the way, of
/// those that were trained longest: of the highest rung at which one meets them. Trials whose trainers ignore epochs are trained in full; the best
/// of them is compared with the best of the others, at whatever rung that is.
/// </remarks>
public sealed class SearchResult
{
    private const double Rounding = 1e-6; // relative; sums of floats in another order differ by less

    private readonly SearchSession _session;
    private readonly Lazy<MeasuredModel> _model;
    private readonly Lock _looking = new();

    // When no worker changes the state of the session.
    internal SearchResult(SearchSession session, KeptModel? kept)
    {
        _session = session;
        SearchState state = session.State;
        TrialRecord? best = state.Best();
        IReadOnlyList<TrialRecord> bestFirst = state.BestFirst();
        // Those that are equally near, the furthest trained first.
        TrialRecord nearest = best ?? bestFirst.OrderByDescending(trial => trial.IsMeasured)
            .ThenBy(trial => trial.Figures, Comparer<IReadOnlyList<double>>.Create(session.Plan.Objective.Compare)).First();
        IEnumerable<TrialRecord> inOrder = bestFirst.Concat(state.Trials.Where(trial => !trial.HasFigures).OrderBy(trial => trial.Error is null));
        Trials = [.. inOrder.OrderBy(trial => trial != nearest).Select(session.View)];
        Nearest = Trials[0];
        Best = best is null ? null : Nearest;
        _model = new Lazy<MeasuredModel>(() => best is null ? throw NoWinner() : WhileContextLives(() => ModelOf(best, kept)));
    }

    /// <summary>
    /// All trials: <see cref="Nearest"/> first; then those with figures; then those that failed before they had any; then those that have not
    /// ended. Those with figures are ordered by rung, the highest first, and the best first within a rung. A trial that ignores epochs has no
    /// rung: it comes before the first of the others that it is better than.
    /// </summary>
    public IReadOnlyList<SearchTrial> Trials { get; }

    /// <summary>The winner; null where no trial meets all constraints.</summary>
    public SearchTrial? Best { get; }

    /// <summary>The winner, or the trial of all with figures, of whatever rung, that is nearest to meeting all constraints.</summary>
    public SearchTrial Nearest { get; }

    /// <summary>
    /// The model of the winner. It is in memory where this run made it and none was better at any time since; where an earlier run
    /// or another process did, it is fitted once more when it is first asked for, with the same parameters, seed and epochs, which takes its
    /// time.
    /// </summary>
    /// <remarks>
    /// A model that is fitted once more is the same if the pipeline is still made in the same way, and its trainers give the same each time: SDCA
    /// with several threads does not. It is therefore measured on the dev rows once more, and the log warns where the optimized
    /// figure is another one; <see cref="TestReport.DevFigures"/> are those of the model that there is.
    /// </remarks>
    /// <exception cref="InvalidOperationException">
    /// No trial meets all constraints; or the model has to be fitted once more, and the context of the search was cancelled.
    /// </exception>
    public ITransformer Model => _model.Value.Fitted.Model;

    /// <summary>Measures the winner on the test rows, by all criteria of the search. Meant to be called once for a search.</summary>
    /// <param name="test">The test rows, from which nothing was learned and by which nothing was chosen.</param>
    /// <remarks>
    /// Every look is written to the folder of the search, if it has one, and otherwise remembered by this object. It is written before any test
    /// row is read, so that a look that failed is known too. If there was a look before, <see cref="TestReport.EarlierLooks"/> has its time
    /// and the log has a warning; with <see cref="SearchOptions.RefuseSecondLook"/> it is an exception.
    /// </remarks>
    /// <exception cref="InvalidOperationException">
    /// There was a look before and <see cref="SearchOptions.RefuseSecondLook"/> is set; no trial meets all constraints; or the context of the
    /// search was cancelled, and what is needed hangs on it.
    /// </exception>
    /// <exception cref="InvalidDataException">The folder's journal is damaged.</exception>
    /// <exception cref="IOException">
    /// The folder could not be written to when the search ended, or cannot be written to now; or another process has held its lock for 60
    /// seconds.
    /// </exception>
    public TestReport ReportOnTest(IDataView test)
    {
        ArgumentNullException.ThrowIfNull(test);
        SearchTrial winner = Best ?? throw NoWinner();
        SearchPlan plan = _session.Plan;
        // With RefuseSecondLook, a second caller is refused once the first look is written down, before any test row is measured.
        lock (_looking)
        {
            Look(append => 0);
            MeasuredModel model = _model.Value;
            TestReport begun = Look(append => BeginLook(append, winner, model));
            begun = WithRows(begun, WhileContextLives(() => RowsFingerprint.Of(LivingHost(), test, CancellationToken.None)));
            if (begun.FindWarning() is { } warning)
                plan.Host.Warn("Test rows", warning);
            double[] figures = WhileContextLives(() => Judge(test, model.Fitted));
            TestReport report = begun with { Figures = SearchSession.FiguresByName(plan.Objective, figures) };
            _session.Journal.Exclusively(
                append =>
                {
                    append(LookOf(report));
                    return 0;
                },
                CancellationToken.None);
            return report;
        }
    }

    /// <summary>A table of the trials, best first: numbers with four digits, which <see cref="SearchTrial.Parameters"/> has exactly.</summary>
    /// <remarks>Lines are as wide as the terminal at most, or 80 columns where the output is redirected.</remarks>
    public override string ToString() => ToString(TextWidth.OfOutput());

    /// <summary>The same in lines of at most some columns.</summary>
    internal string ToString(int width) => TrialTable.Write(_session.Plan.Objective, _session.Plan.Space, this, width);

    private T Look<T>(Func<Action<JournalEvent>, T> act) => _session.Journal.Exclusively(
        append => _session.State.Looks.Count == 0 || !_session.Plan.Options.RefuseSecondLook
            ? act(append)
            : throw new InvalidOperationException(FormattableString.Invariant(
                $"The test rows were looked at already, on {_session.State.Looks[0].Time:yyyy-MM-dd HH:mm:ss} UTC, ")
                + FormattableString.Invariant($"by trial {_session.State.Looks[0].Trial}, and RefuseSecondLook is set. ")
                + "If choices are made by their figures, later figures of the same rows are too good. Use new test rows and a search of their "
                + "own, or set RefuseSecondLook to false for a report with a warning."),
        CancellationToken.None);

    private TestReport BeginLook(Action<JournalEvent> append, SearchTrial winner, MeasuredModel model)
    {
        Journal journal = _session.Journal;
        var begun = new TestReport
        {
            Trial = winner,
            DevFigures = model.Figures,
            Figures = new Dictionary<string, double>(),
            Time = _session.Plan.Clock.GetUtcNow(),
            EarlierLooksAtOtherRows = 0,
            EarlierLooks = [.. _session.State.Looks.Select(look => look.Time!.Value)],
            RunningTrials = _session.State.Trials.Count(
                trial => trial.Claim is { } claim && claim.Worker != journal.Worker && journal.IsAlive(claim.Worker)),
        };
        append(LookOf(begun));
        return begun;
    }

    // Others may have begun to look since.
    private TestReport WithRows(TestReport begun, RowsFingerprint rows)
    {
        bool[] areOthers = _session.Journal.Exclusively<bool[]>(
            _ => [.. _session.State.Looks.Take(begun.EarlierLooks.Count).Select(look => IsAtOthers(look, rows))], CancellationToken.None);
        int same = Array.IndexOf(areOthers, false);
        return begun with
        {
            Rows = rows,
            EarlierLooksAtOtherRows = areOthers.Count(isOther => isOther),
            FirstLookAtTheseRows = same < 0 ? null : begun.EarlierLooks[same],
        };
    }

    // The same rows with other columns have other values.
    private static bool IsAtOthers(JournalEvent look, RowsFingerprint rows) =>
        look.Rows is { } count && count != rows.Rows
        || look.Columns == rows.Columns && look.Content is { } content && content != rows.Content;

    private static JournalEvent LookOf(TestReport report) => new()
    {
        Event = JournalEventKind.Test,
        Trial = report.Trial.Number,
        Values = report.Figures,
        Again = report.EarlierLooks.Count > 0,
        Time = report.Time,
        Rows = report.Rows?.Rows,
        Columns = report.Rows?.Columns,
        Content = report.Rows?.Content,
    };

    private MeasuredModel ModelOf(TrialRecord best, KeptModel? kept)
    {
        SearchPlan plan = _session.Plan;
        int rung = best.Rungs.Count - 1;
        if (kept is not null && kept.Trial == best.Number && kept.Rung == rung)
            return new MeasuredModel(kept.Fitted, Best!.Figures);
        FittedTrial fitted = _session.Runner
            .Fit(new SearchJob(best.Number, best.Parameters, rung), checkpointPrefix: null, parallelTrials: 1, CancellationToken.None);
        double[] figures = Judge(plan.Dev, fitted);
        // A figure of time is another one each time.
        if (plan.Objective.Optimized is not Latency && !IsSame(figures[0], best.Figures[0]))
        {
            plan.Host.Warn(
                "Model",
                FormattableString.Invariant($"The model of trial {best.Number}, fitted once more, is not the one that was measured: its ")
                + FormattableString.Invariant($"{plan.Objective.Optimized.Name} on the dev rows is {figures[0]} but was {best.Figures[0]}. ")
                + "See that the pipeline and the rows are still the same, and that its trainers give the same each time, with one thread, say.");
        }

        return new MeasuredModel(fitted, SearchSession.FiguresByName(plan.Objective, figures));
    }

    private double[] Judge(IDataView rows, FittedTrial fitted) => SourceFault.Surfaced(
        () => new ModelJudge(LivingHost(), _session.Plan.Objective, rows, _session.Plan.Options.Evaluation)
            .Judge(fitted.Model, trainedLabel: fitted.LabelColumnName).RequireFigures());

    private static bool IsSame(double left, double right) =>
        left.Equals(right) || Math.Abs(left - right) <= Rounding * Math.Max(Math.Abs(left), Math.Abs(right));

    // A context that was cancelled does nothing any more; models and rows of another one can be measured all the same.
    private IHost LivingHost() =>
        _session.Plan.Host.IsCancelled() ? ((IHostEnvironment)new MLContext(_session.Journal.Seed)).Register("Search") : _session.Plan.Host;

    private T WhileContextLives<T>(Func<T> act)
    {
        try
        {
            return act();
        }
        catch (OperationCanceledException exception) when (_session.Plan.Host.IsCancelled())
        {
            throw new InvalidOperationException(
                "The context of the search was cancelled, and the rows or the model that are needed hang on it; run the search in a new "
                + "context, with the same folder where it has one, and ask that result.",
                exception);
        }
    }

    private InvalidOperationException NoWinner() => new(
        $"No trial meets all constraints; the nearest is trial {Nearest.Number}: {string.Join(", ", Nearest.Violations)}. "
        + "Loosen the constraints, or search on.");

    // With its own figures on the dev rows.
    private sealed record MeasuredModel(FittedTrial Fitted, IReadOnlyDictionary<string, double> Figures);
}
