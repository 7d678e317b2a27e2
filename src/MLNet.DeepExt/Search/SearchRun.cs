using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Search.Journals;
using MLNet.DeepExt.Selection;

namespace MLNet.DeepExt.Search;

/// <summary>Runs a search: its threads take jobs, do them and write down what came of them, until there are none left.</summary>
internal sealed class SearchRun : IDisposable
{
    private const int PollMilliseconds = 100;

    private readonly SearchPlan _plan;
    private readonly SearchOptions _options;
    private readonly SearchEnding _ending;
    private readonly AutoResetEvent _ended = new(initialState: false);
    private readonly Lock _events = new();
    private readonly ModelJudge _judge;
    private readonly int _workers;
    private readonly int? _threads; // of the networks of a trial
    private readonly long _start;
    private readonly SearchSession _session;
    private readonly ProgressGauge _gauge;
    private readonly CancellationTokenRegistration _cancelling;
    private Exception? _fault;
    private InvalidOperationException? _hopeless;
    private (int Trial, Exception Exception)? _firstFailure;
    private KeptModel? _kept;
    private bool _hasProgressFailed;

    public SearchRun(SearchPlan plan, SearchEnding ending)
    {
        _plan = plan;
        _options = plan.Options;
        _ending = ending;
        _start = plan.Clock.GetTimestamp();
        // Measuring warns of the same rows for every trial.
        var log = new TrialLog(plan.Host);
        var measuring = new MLContext(seed: 1);
        measuring.Log += (_, message) => log.Forward("Dev rows", message);
        _judge = new ModelJudge(((IHostEnvironment)measuring).Register("Search"), plan.Objective, plan.Dev, _options.Evaluation);
        // What an earlier run found is the result even where this one is cancelled before it begins.
        _session = new SearchSession(plan, log, ending.Closing);
        _workers = CountWorkers(_options, _session.State.Trials);
        _threads = _workers == 1 ? null : Math.Max(1, Environment.ProcessorCount / _workers);
        // After all that may throw: nobody disposes what is half made.
        _cancelling = _ending.Token.Register(measuring.Cancel);
        _gauge = new ProgressGauge(_session, _start);
        _gauge.Begin();
    }

    public SearchResult Run()
    {
        if (_workers == 1)
            Work();
        else
            Task.WaitAll([.. Enumerable.Range(0, _workers).Select(_ => StartThread())]);
        try
        {
            // Learns of what others have found since.
            if (!_session.Journal.IsOffline)
                _session.Journal.Exclusively(_ => 0, _ending.Closing);
        }
        catch (OperationCanceledException) when (_ending.IsRequested)
        {
        }
        catch (Exception exception)
        {
            _fault ??= exception;
        }

        _session.Log.Summarize();
        return CreateResult();
    }

    public void Dispose()
    {
        _cancelling.Dispose();
        _session.Dispose();
        _ended.Dispose();
    }

    /// <summary>
    /// How many threads run trials: no more than trials that may begin or go on, and as many as the options ask for where any number may.
    /// </summary>
    internal static int CountWorkers(SearchOptions options, IReadOnlyList<TrialRecord> trials)
    {
        if (options.ParallelTrials == 1 || options.Budget is not { } budget)
            return options.ParallelTrials;
        int standing = trials.Count(trial => trial.Error is null && !options.Scheduler.IsOver(trial));
        return Math.Clamp(standing + Math.Max(0, budget - trials.Count), 1, options.ParallelTrials);
    }

    // On no scheduler of the caller's, which may have one thread.
    private Task StartThread() =>
        Task.Factory.StartNew(Work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Work()
    {
        try
        {
            while (!_ending.IsRequested)
            {
                if (Take(out SchedulerStep step) is { } job)
                    Do(job);
                else if (step == SchedulerStep.Done)
                    return;
                else
                    WaitHandle.WaitAny([_ended, _ending.Token.WaitHandle], PollMilliseconds); // other processes tell nobody
            }
        }
        catch (OperationCanceledException) when (_ending.IsRequested)
        {
        }
        catch (Exception exception)
        {
            EndBy(exception);
        }
    }

    private SearchJob? Take(out SchedulerStep step)
    {
        lock (_events)
        {
            step = SchedulerStep.Done;
            if (_ending.IsRequested)
                return null;
            bool isTimeOver = _plan.Clock.GetElapsedTime(_start) >= _options.Time;
            SearchProgress? progress = null;
            SchedulerStep next = default;
            SearchJob? job = _session.Journal.Exclusively(
                append =>
                {
                    if (_session.Board.FindFailure() is { } failure)
                    {
                        _hopeless ??= Failure(failure);
                        _ending.Request();
                        return null;
                    }

                    SearchJob? taken = isTimeOver ? _session.Board.TakeLast(append, out next) : _session.Board.Take(append, out next);
                    progress = taken is null ? null : ReadProgress(taken, isEnd: false);
                    if (taken is null && next == SchedulerStep.Done && !isTimeOver)
                        DeleteCheckpoints();
                    return taken;
                },
                _ending.Token);
            step = next;
            Report(progress);
            return job;
        }
    }

    private void Do(SearchJob job)
    {
        long start = _plan.Clock.GetTimestamp();
        FittedTrial? fitted = null;
        RungResult result = new([], 0);
        bool ignoresEpochs = false;
        Exception? failure = null;
        var timer = new TrialTimer(_options.TrialTime, _plan.Clock, _ending.Token);
        try
        {
            result = timer.Run(token =>
            {
                // What is fitted once more begins at the beginning.
                string? checkpoints = job.Known is null ? _session.Checkpoints.PrefixOf(job.Trial) : null;
                fitted = _session.Runner.Fit(job, checkpoints, _threads, token);
                ignoresEpochs = fitted.IgnoresEpochs && _plan.Scheduler.Rungs[job.Rung] is not null;
                return Measure(job, fitted, ignoresEpochs);
            });
        }
        catch (Exception) when (_ending.IsRequested)
        {
            return;
        }
        catch (TimeoutException exception)
        {
            failure = exception;
        }
        catch (Exception exception)
        {
            failure = SourceFault.Find(exception) ?? exception;
        }

        // The clock may be any.
        result = result with { Seconds = Math.Max(0, _plan.Clock.GetElapsedTime(start).TotalSeconds) };
        End(job, timer.IsHung ? null : fitted, result, failure, ignoresEpochs);
        if (timer.IsHung)
            EndBy(new TimeoutException(FormattableString.Invariant($"Trial {job.Trial} did not stop: ") + failure!.Message));
        _ended.Set();
    }

    private RungResult Measure(SearchJob job, FittedTrial fitted, bool ignoresEpochs)
    {
        if (job.Known is { } known)
            return known with { Figures = Judge(FiguresOf(known)).RequireFigures(), Open = [] };
        Judgement judgement = Judge(leavesCostlyOut: true);
        double[] figures = judgement.RequireFigures();
        RequirePossible(figures);
        if (double.IsNaN(figures[0]) && !judgement.Open.Contains(0))
        {
            throw new InvalidOperationException(
                $"Its {_plan.Objective.Optimized.Name} on the dev rows is NaN"
                + (judgement.Reasons[0] is { } reason ? $": {reason}." : "; see that its scores are numbers, and that the dev rows have labels."));
        }

        var result = new RungResult(_plan.Objective.Optimistic(figures, judgement.Open), 0, judgement.Rows) { Open = judgement.Open };
        if (result.Open.Count == 0 || !_session.Journal.Exclusively(_ => _session.Board.IsToMeasure(job, result, ignoresEpochs), _ending.Token))
            return result;
        figures = Judge(FiguresOf(result)).RequireFigures();
        RequirePossible(figures);
        return double.IsNaN(figures[0])
            ? throw new InvalidOperationException($"Its {_plan.Objective.Optimized.Name} is NaN.")
            : result with { Figures = figures, Open = [] };

        Judgement Judge(IReadOnlyDictionary<Criterion, double>? known = null, bool leavesCostlyOut = false) =>
            _judge.Judge(fitted.Model, known, leavesCostlyOut, fitted.LabelColumnName);
    }

    private void RequirePossible(double[] figures)
    {
        foreach ((int place, Criterion criterion) in _plan.Objective.Criteria.Index())
        {
            if (criterion.FaultOfFigure(figures[place]) is { } fault)
                throw new InvalidOperationException($"Its {fault}; see that the columns of the dev rows that are measured are what it is of.");
        }
    }

    private Dictionary<Criterion, double> FiguresOf(RungResult result) => _plan.Objective.Criteria.Index()
        .Where(at => !result.Open.Contains(at.Index)).ToDictionary(at => at.Item, at => result.Figures[at.Index]);

    private void End(SearchJob job, FittedTrial? fitted, RungResult result, Exception? failure, bool ignoresEpochs)
    {
        lock (_events)
        {
            SearchProgress? progress = null;
            TrialRecord? best = null;
            bool isFirstIgnoring = false;
            bool counts = WriteDown(append =>
            {
                if (job.Known is not null)
                {
                    _session.Board.Complete(append, job, result, failure);
                    best = _session.State.Best();
                    return true;
                }

                isFirstIgnoring = ignoresEpochs && failure is null && !_session.State.HasIgnoring;
                bool isAt = failure is null
                    ? _session.Board.Finish(append, job, result, ignoresEpochs)
                    : _session.Board.Fail(append, job, failure);
                if (!isAt)
                    return false;
                _gauge.Add(job);
                progress = ReadProgress(job, isEnd: true);
                best = _session.State.Best();
                return true;
            });
            if (failure is not null)
                Warn(FormattableString.Invariant($"Trial {job.Trial}"), $"The trial failed: {failure}");
            if (isFirstIgnoring && counts)
                Warn("Scheduler", TextOfIgnoredEpochs(job));
            if (!counts)
            {
                Keep(job, fitted, isBest: false);
                return;
            }

            if (failure is not null && (_firstFailure is not { } first || first.Trial > job.Trial))
                _firstFailure = (job.Trial, failure);
            Keep(job, fitted, failure is null && best?.Number == job.Trial);
            if (failure is not null || ignoresEpochs || job.Rung + 1 == _plan.Scheduler.Rungs.Count)
                _session.Checkpoints.Delete(job.Trial);
            Report(progress);
        }
    }

    // Where it cannot be written down, the search ends with it, and its result has it all the same.
    private bool WriteDown(Func<Action<JournalEvent>, bool> end)
    {
        try
        {
            return _session.Journal.Exclusively(end, _ending.Closing);
        }
        catch (Exception exception)
        {
            if (exception is not OperationCanceledException || !_ending.IsRequested)
                EndBy(exception);
            return _session.Journal.Offline(end);
        }
    }

    private void EndBy(Exception exception)
    {
        Interlocked.CompareExchange(ref _fault, exception, null);
        _ending.Request();
    }

    private string TextOfIgnoredEpochs(SearchJob job) => FormattableString.Invariant(
        $"{_plan.Scheduler.GetType().Name} compares trials after a part of their epochs, but the pipeline of trial {job.Trial} ignores epochs: it ")
        + "has no neural network of this library and did not read Trial.Epochs. Such trials are trained in full at once and are compared in "
        + "the end with those of the highest rung. To have them compared on the way, give Trial.Epochs to their trainer, as NumberOfIterations, say.";

    private void Keep(SearchJob job, FittedTrial? fitted, bool isBest)
    {
        ITransformer? discarded = isBest ? _kept?.Fitted.Model : fitted?.Model;
        if (isBest)
            _kept = new KeptModel(job.Trial, job.Rung, fitted!);
        try
        {
            DiscardedModels.Dispose(discarded, _kept?.Fitted.Model);
        }
        catch (Exception exception)
        {
            Warn(FormattableString.Invariant($"Trial {job.Trial}"), $"A model that is not needed could not be disposed of: {exception}");
        }
    }

    private SearchProgress? ReadProgress(SearchJob job, bool isEnd) => _options.Progress is null ? null : _gauge.Read(job.Trial, isEnd);

    private void Report(SearchProgress? progress)
    {
        try
        {
            if (progress is not null)
                _options.Progress?.Report(progress);
        }
        catch (Exception exception)
        {
            if (!_hasProgressFailed)
                Warn("Progress", $"Progress threw, and the search goes on: {exception}");
            _hasProgressFailed = true;
        }
    }

    private void Warn(string source, string text) => _plan.Host.Warn(source, text);

    // None goes on any more; if the search is made longer later, those that do begin again, with the same result.
    private void DeleteCheckpoints()
    {
        IReadOnlyList<TrialRecord> trials = _session.State.Trials;
        _session.Checkpoints.DeleteAll(number => number >= trials.Count || trials[number].Claim is not null);
    }

    private SearchResult CreateResult()
    {
        SearchState state = _session.State;
        SearchResult? result = state.BestFirst().Count > 0 ? new SearchResult(_session, _kept) : null;
        if (_fault is not null)
            throw Interruption(_fault, result);
        if (result is not null)
            return result;
        if (_hopeless is not null)
            throw _hopeless;
        if (_ending.IsRequested)
            throw new OperationCanceledException("The search was cancelled before a trial had ended.", _options.CancellationToken);
        throw state.Trials.Any(trial => trial.Error is not null)
            ? Failure("all trials failed")
            : new InvalidOperationException("The time of the search was over before a trial had ended; allow more Time.");
    }

    private SearchInterruptedException Interruption(Exception fault, SearchResult? result)
    {
        int ended = _session.State.Trials.Count(trial => trial.HasFigures || trial.Error is not null);
        string found = result is null ? "No trial had figures by then."
            : FormattableString.Invariant($"{ended} {(ended == 1 ? "trial" : "trials")} had ended by then, which Result has.");
        return new SearchInterruptedException($"The search could not go on. {OptionFault.Repeat(fault).TrimEnd('.')}. {found}", result, fault);
    }

    private InvalidOperationException Failure(string what)
    {
        TrialRecord first = _session.State.Trials.First(trial => trial.Error is not null);
        string remedy = _options.Folder is { } folder
            ? $"Mend it, and search again in another folder than '{folder}'."
            : "Mend it, and search again.";
        Exception inner = _firstFailure is { } failure && failure.Trial == first.Number
            ? failure.Exception
            : new InvalidOperationException(first.Error);
        return new InvalidOperationException(
            FormattableString.Invariant($"The search has nothing to go by: {what}, trial {first.Number} with \"{first.Error}\" {remedy}"), inner);
    }
}
