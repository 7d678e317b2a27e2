using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Search.Journals;
using MLNet.DeepExt.Selection;

namespace MLNet.DeepExt.Search;

/// <summary>A search as this process takes part in it: what is given, what has happened, and who runs trials.</summary>
internal sealed class SearchSession : IDisposable
{
    private readonly SearchState _state;
    private readonly DirectoryInfo? _temporary;
    private readonly SearchEnding _ending;
    private readonly List<Task> _leftBehind = [];

    /// <summary>Begins to take part.</summary>
    /// <param name="plan">What is given.</param>
    /// <param name="log">Where trials log.</param>
    /// <param name="ending">Ends the waiting for other processes.</param>
    public SearchSession(SearchPlan plan, TrialLog log, SearchEnding ending)
    {
        Plan = plan;
        _ending = ending;
        _state = new SearchState(plan.Space, plan.Objective);
        SearchOptions options = plan.Options;
        int seed = options.Seed ?? plan.Host.Rand.Next();
        if (options.Folder is { } folder)
        {
            // Before the rows are read, which may take long.
            new JournalFolder(folder).RequireRoom();
            JournalHeader header = plan.Describe(seed);
            if (header.Contents.Count == 0 && !File.Exists(new JournalFolder(folder).Journal))
                throw new OperationCanceledException("The search was cancelled before a trial had ended.", options.CancellationToken);
            var journal = new FileJournal(folder, header, options.Seed, _state.Prepare, plan.Clock, ending.Closing, options.OpenJournal);
            if (!journal.KnowsRows)
            {
                plan.Host.Warn(
                    "Folder",
                    $"The folder '{folder}' was begun by an earlier version of this library, which did not write down what the rows hold. "
                    + "See that train and dev rows are still the same, or name another folder.");
            }

            Journal = journal;
            Checkpoints = new TrialCheckpoints(new JournalFolder(folder).Checkpoints);
        }
        else
        {
            Journal = new MemoryJournal(seed, _state.Prepare);
            // Without rungs no trial goes on where it was.
            _temporary = plan.Scheduler.Rungs.Count > 1
                ? FolderFault.CreateTemporary()
                : null;
            Checkpoints = new TrialCheckpoints(_temporary?.FullName);
        }

        Board = new JobBoard(plan, _state, Journal, Checkpoints);
        Log = log;
        Runner = new TrialRunner(plan, Journal.Seed, Log);
    }

    public SearchPlan Plan { get; }

    public Journal Journal { get; }

    public JobBoard Board { get; }

    public TrialRunner Runner { get; }

    public TrialCheckpoints Checkpoints { get; }

    public TrialLog Log { get; }

    /// <summary>What has happened so far. Only within the journal's exclusive time.</summary>
    public SearchState State => _state;

    /// <summary>A trial as users see it.</summary>
    public SearchTrial View(TrialRecord trial)
    {
        Objective objective = Plan.Objective;
        OrderedDictionary<string, double> figures = FiguresByName(objective, trial.HasFigures ? trial.Figures : []);
        if (trial.HasFigures)
        {
            foreach (int open in trial.Rungs[^1].Open)
                figures.Remove(objective.Criteria[open].Name);
        }

        return new SearchTrial
        {
            Number = trial.Number,
            Parameters = trial.Parameters,
            State = trial.Error is not null ? TrialState.Failed
                : trial.Rungs.Count == 0 ? TrialState.Unfinished
                : Plan.Scheduler.IsOver(trial) ? TrialState.Finished
                : TrialState.StoppedEarly,
            Epochs = trial.Rungs.Count == 0 || trial.IgnoresEpochs ? null : Plan.Scheduler.Rungs[trial.Rungs.Count - 1],
            Figures = figures,
            Violations = figures.Count == 0
                ? []
                : [
                    .. objective.Constraints.Select(constraint => constraint.FaultOf(
                        figures.TryGetValue(constraint.Criterion.Name, out double figure) ? figure : double.NaN))
                        .Append(_state.FaultOfRows(trial)).OfType<string>(),
                ],
            Seconds = trial.Seconds,
            Error = trial.Error,
        };
    }

    /// <summary>Figures by the names of their criteria, in their order.</summary>
    public static OrderedDictionary<string, double> FiguresByName(Objective objective, IReadOnlyList<double> figures) =>
        new(objective.Criteria.Zip(figures, (criterion, figure) => KeyValuePair.Create(criterion.Name, figure)));

    /// <summary>Says that the work of a trial has not stopped: the trial stays with this process until it does.</summary>
    public void LeaveBehind(Task work) => _leftBehind.Add(work);

    /// <summary>Learns of all events, and gives back the trials that are not ended here and at which no work goes on.</summary>
    /// <remarks>Else another search would have to find out that no worker is at its trials, and count them as lost.</remarks>
    /// <exception cref="OperationCanceledException">Waiting for other processes was cancelled.</exception>
    /// <exception cref="InvalidDataException">The journal is damaged.</exception>
    /// <exception cref="IOException">It cannot be read or written.</exception>
    public void Release(CancellationToken cancellationToken) => Journal.Exclusively(
        append =>
        {
            if (_leftBehind.TrueForAll(work => work.IsCompleted))
                Board.Release(append);
            return 0;
        },
        cancellationToken);

    /// <summary>Says that this process takes part no more; looks at test rows are written down all the same.</summary>
    /// <remarks>
    /// Throws nothing: the result of the search is known by then, and files that stay do no harm. While the work of a trial goes on, this
    /// process stays, so that no other one takes the trial over and writes the same files.
    /// </remarks>
    public void Dispose()
    {
        if (_leftBehind.Count == 0)
            Leave(_ending.Closing);
        else
            Task.WhenAll(_leftBehind).ContinueWith(_ => LeaveLate(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    private void LeaveLate()
    {
        try
        {
            Release(CancellationToken.None);
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException)
        {
        }

        Leave(CancellationToken.None);
    }

    private void Leave(CancellationToken cancellationToken)
    {
        Journal.Leave(cancellationToken);
        if (_temporary is not null)
            TrialCheckpoints.Try(() => _temporary.Delete(recursive: true));
    }
}
