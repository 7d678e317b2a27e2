using Microsoft.ML;
using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Search.Journals;

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
    private readonly TrialMeasurer _measurer;
    private readonly int _workers;
    private readonly long _start;
    private readonly SearchSession _session;
    private readonly ProgressGauge _gauge;
    private readonly List<EndedTrial> _unwritten = [];
    private Exception? _fault;
    private InvalidOperationException? _failure;
    private (int Trial, Exception Exception)? _firstFailure;
    private KeptModel? _kept;
    private bool _hasProgressFailed;

    public SearchRun(SearchPlan plan, SearchEnding ending)
    {
        _plan = plan;
        _options = plan.Options;
        _ending = ending;
        _start = plan.Clock.GetTimestamp();
        var log = new TrialLog(plan.Host);
        _measurer = new TrialMeasurer(plan, log);
        // What an earlier run found is the result even where this one is cancelled before it begins.
        _session = new SearchSession(plan, log, ending);
        _workers = CountWorkers(_options, _session.State.Trials);
        _gauge = new ProgressGauge(_session, _start);
        _gauge.Begin();
    }

    public SearchResult Run()
    {
        if (_workers == 1)
            Work();
        else
            Task.WaitAll([.. Enumerable.Range(0, _workers).Select(_ => StartThread())]);
        _ending.Leave();
        foreach (EndedTrial ended in _unwritten.ToArray())
            End(ended, isLastTry: true);
        Leave();
        _session.Log.Summarize();
        return new SearchOutcome(_session)
        {
            Fault = _fault,
            Failure = _failure,
            FirstFailure = _firstFailure,
            IsCancelled = _ending.IsRequested,
        }.ToResult(_kept);
    }

    public void Dispose()
    {
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

    // What runs goes on to its end unless the search was cancelled.
    private bool IsEnding => _ending.IsRequested || _fault is not null || _failure is not null;

    // On no scheduler of the caller's, which may have one thread.
    private Task StartThread() =>
        Task.Factory.StartNew(Work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Work()
    {
        try
        {
            while (!IsEnding)
            {
                if (Take(out SchedulerStep step) is { } job)
                    Do(job);
                else if (step == SchedulerStep.Done)
                    return;
                else
                    WaitHandle.WaitAny([_ended, _ending.Token.WaitHandle], PollMilliseconds); // other processes send no event
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
            if (IsEnding)
                return null;
            bool isTimeOver = _plan.Clock.GetElapsedTime(_start) >= _options.Time;
            SearchProgress? progress = null;
            SchedulerStep next = default;
            SearchJob? job = _session.Journal.Exclusively(
                append =>
                {
                    if (_session.Board.FindFailure() is { } failure)
                    {
                        _failure ??= SearchOutcome.NothingToGoBy(_session, failure, _firstFailure);
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
                fitted = _session.Runner.Fit(job, checkpoints, _workers, token);
                ignoresEpochs = fitted.IgnoresEpochs && _plan.Scheduler.Rungs[job.Rung] is not null;
                return _measurer.Measure(job, fitted, measured => IsToMeasure(job, measured, ignoresEpochs, token), token);
            });
        }
        catch (Exception) when (_ending.IsRequested)
        {
            LeaveBehind(job, timer.LeftBehind);
            return;
        }
        catch (Exception exception)
        {
            failure = SourceFault.Find(exception) ?? exception;
        }

        // The clock may be any.
        result = result with { Seconds = Math.Max(0, _plan.Clock.GetElapsedTime(start).TotalSeconds) };
        End(new EndedTrial(job, timer.LeftBehind is null ? fitted : null, result, failure, ignoresEpochs));
        if (timer.LeftBehind is not null)
            EndBy(new TimeoutException(FormattableString.Invariant($"Trial {job.Trial} did not stop: ") + failure!.Message));
        _ended.Set();
    }

    // A fault of the folder is none of the trial: what is not measured is left open.
    private bool IsToMeasure(SearchJob job, RungResult measured, bool ignoresEpochs, CancellationToken cancellationToken)
    {
        // What was left behind must not come back.
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            return _session.Journal.Exclusively(_ => _session.Board.IsToMeasure(job, measured, ignoresEpochs), cancellationToken);
        }
        catch (OperationCanceledException) when (!_ending.IsRequested)
        {
            return false; // its time was over while it waited for others
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            EndBy(exception);
            return false;
        }
    }

    private void LeaveBehind(SearchJob job, Task? work)
    {
        if (work is null)
            return;
        lock (_events)
            _session.LeaveBehind(work);
        Warn(
            FormattableString.Invariant($"Trial {job.Trial}"),
            FormattableString.Invariant($"The trial did not stop within {TrialTimer.Grace.TotalSeconds} seconds after the search was cancelled. ")
            + "Its thread goes on, and until it ends no other process takes the trial over.");
    }

    private void End(EndedTrial ended, bool isLastTry = false)
    {
        (SearchJob job, FittedTrial? fitted, RungResult result, Exception? failure, bool ignoresEpochs) = ended;
        lock (_events)
        {
            SearchProgress? progress = null;
            TrialRecord? best = null;
            bool isFirstIgnoring = false;
            if (WriteDown(ended, isLastTry, Note) is not { } counts)
                return;
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

            bool Note(Action<JournalEvent> append)
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
                // What was not known to be written may have been.
                if (!isAt && !(isLastTry && IsWritten(ended)))
                    return false;
                _gauge.Add(job);
                progress = ReadProgress(job, isEnd: true);
                best = _session.State.Best();
                return true;
            }
        }
    }

    /// <summary>Writes down what a trial came to.</summary>
    /// <returns>
    /// What <paramref name="note"/> does. Null where it cannot be written and is tried once more when the last trial has stopped; where it cannot be
    /// written then either, the result of this process alone has it.
    /// </returns>
    private bool? WriteDown(EndedTrial ended, bool isLastTry, Func<Action<JournalEvent>, bool> note)
    {
        try
        {
            return _session.Journal.Exclusively(note, _ending.Closing);
        }
        catch (Exception exception)
        {
            if (exception is not OperationCanceledException)
                EndBy(exception);
            if (isLastTry)
                return NoteOffline(ended, note, exception);
            _unwritten.Add(ended);
            return null;
        }
    }

    private bool NoteOffline(EndedTrial ended, Func<Action<JournalEvent>, bool> note, Exception cause)
    {
        string reason = cause is OperationCanceledException ? "another process held its lock" : OptionFault.Repeat(cause).TrimEnd('.');
        Warn(
            FormattableString.Invariant($"Trial {ended.Job.Trial}"),
            $"The trial ended but could not be written to the folder of the search: {reason}. This result has it; a search that goes on in the "
            + "folder runs it again.");
        return _session.Journal.Offline(note, reason);
    }

    private bool IsWritten(EndedTrial ended)
    {
        TrialRecord trial = _session.State.Trials[ended.Job.Trial];
        if (ended.Failure is not null)
            return trial.Error is not null;
        return trial.Rungs.ElementAtOrDefault(ended.Job.Rung) is { } rung
            && rung.Seconds.Equals(ended.Result.Seconds) && rung.Figures.SequenceEqual(ended.Result.Figures);
    }

    // Learns of what others have found since, and gives back what was not ended here.
    private void Leave()
    {
        if (_session.Journal.IsOffline)
            return;
        try
        {
            _session.Release(_ending.Closing);
        }
        catch (OperationCanceledException)
        {
        }
        catch (Exception exception)
        {
            // All that ended here is in the folder.
            if (_fault is null)
            {
                Warn(
                    "Folder",
                    "The trials of this process have ended and are in the folder, but it could not be read once more at the end, so that the result "
                    + $"may lack what other processes found last: {OptionFault.Repeat(exception)}");
            }
        }
    }

    private void EndBy(Exception exception)
    {
        if (Interlocked.CompareExchange(ref _fault, exception, null) is not null)
            return;
        _ending.Hurry();
        Warn("Folder", $"The search begins no more trials and ends once those that run have ended. {OptionFault.Repeat(exception)}");
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
}
