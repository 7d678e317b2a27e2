using System.Runtime.ExceptionServices;
using MLNet.DeepExt.Selection;

namespace MLNet.DeepExt.Search;

/// <summary>Runs a search: its threads take jobs, do them and write down what came of them, until there are none left.</summary>
internal sealed class SearchRun : IDisposable
{
    private const int PollMilliseconds = 100;

    private readonly SearchPlan _plan;
    private readonly SearchOptions _options;
    private readonly CancellationTokenSource _ending;
    private readonly AutoResetEvent _ended = new(initialState: false);
    private readonly Lock _events = new();
    private readonly ModelJudge _judge;
    private readonly int? _threads;
    private readonly long _start;
    private readonly SearchSession _session;
    private readonly ProgressGauge _gauge;
    private ExceptionDispatchInfo? _fault;
    private (int Trial, Exception Exception)? _firstFailure;
    private KeptModel? _kept;

    public SearchRun(SearchPlan plan)
    {
        _plan = plan;
        _options = plan.Options;
        _start = plan.Clock.GetTimestamp();
        _judge = new ModelJudge(plan.Host, plan.Objective, plan.Dev, _options.Evaluation);
        _threads = _options.ParallelTrials == 1 ? null : Math.Max(1, Environment.ProcessorCount / _options.ParallelTrials);
        _session = new SearchSession(plan, _options.CancellationToken);
        // After all that may throw: nobody disposes what is half made.
        _ending = CancellationTokenSource.CreateLinkedTokenSource(_options.CancellationToken);
        _gauge = new ProgressGauge(_session, _start);
    }

    public SearchResult Run()
    {
        using (var watch = new ContextWatch(_plan.Host, _ending))
        {
            if (_options.ParallelTrials == 1)
                Work();
            else
                Task.WaitAll([.. Enumerable.Range(0, _options.ParallelTrials).Select(_ => Task.Factory.StartNew(Work, TaskCreationOptions.LongRunning))]);
        }

        _fault?.Throw();
        return _session.Journal.Exclusively(_ => CreateResult(), CancellationToken.None);
    }

    public void Dispose()
    {
        _session.Dispose();
        _ending.Dispose();
        _ended.Dispose();
    }

    private void Work()
    {
        try
        {
            while (!_ending.IsCancellationRequested)
            {
                if (Take(out SchedulerStep step) is { } job)
                    Do(job);
                else if (step == SchedulerStep.Done)
                    return;
                else
                    WaitHandle.WaitAny([_ended, _ending.Token.WaitHandle], PollMilliseconds); // other processes tell nobody
            }
        }
        catch (OperationCanceledException) when (_ending.IsCancellationRequested)
        {
        }
        catch (Exception exception)
        {
            Interlocked.CompareExchange(ref _fault, ExceptionDispatchInfo.Capture(exception), null);
            _ending.Cancel();
        }
    }

    private SearchJob? Take(out SchedulerStep step)
    {
        lock (_events)
        {
            step = SchedulerStep.Done;
            if (_plan.Clock.GetElapsedTime(_start) >= _options.Time)
                return null;
            SearchProgress? progress = null;
            SchedulerStep next = default;
            SearchJob? job = _session.Journal.Exclusively(
                append =>
                {
                    if (_session.Board.FindFailure() is { } failure)
                        throw Failure(failure);
                    SearchJob? taken = _session.Board.Take(append, out next);
                    progress = taken is null ? null : _gauge.Read(taken.Trial, isEnd: false);
                    if (taken is null && next == SchedulerStep.Done)
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
        double[] figures = [];
        long? rows = null;
        Exception? failure = null;
        try
        {
            fitted = _session.Runner.Fit(job, _session.Checkpoints.PrefixOf(job.Trial), _threads, _ending.Token);
            Judgement judgement = _judge.Judge(fitted.Model);
            figures = judgement.RequireFigures();
            rows = judgement.Rows;
        }
        catch (Exception) when (_ending.IsCancellationRequested)
        {
            return;
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        if (fitted is { HeedsEpochs: false } && _plan.Scheduler.Rungs[job.Rung] is not null)
        {
            throw new InvalidOperationException(
                $"{_plan.Scheduler.GetType().Name} compares trials on the way, but the pipeline of trial {job.Trial} does not know how long to "
                + "train: it has no neural network of this library, and did not ask Trial.Epochs. Give Trial.Epochs to its trainer, as "
                + "NumberOfIterations, say, or use new FullTraining().");
        }

        if (failure is null && double.IsNaN(figures[0]))
        {
            failure = new InvalidOperationException(
                $"Its {_plan.Objective.Optimized.Name} on the dev rows is NaN; see that its scores are numbers, and that the dev rows have labels.");
        }

        End(job, fitted, figures, rows, failure, _plan.Clock.GetElapsedTime(start).TotalSeconds);
        _ended.Set();
    }

    private void End(SearchJob job, FittedTrial? fitted, double[] figures, long? rows, Exception? failure, double seconds)
    {
        lock (_events)
        {
            SearchProgress? progress = _session.Journal.Exclusively(
                append =>
                {
                    bool isAt = failure is null
                        ? _session.Board.Finish(append, job, new RungResult(figures, seconds, rows))
                        : _session.Board.Fail(append, job, failure);
                    if (!isAt)
                        return null;
                    _gauge.Add(job);
                    return _gauge.Read(job.Trial, isEnd: true);
                },
                CancellationToken.None);
            if (progress is null)
                return;
            if (failure is not null && (_firstFailure is not { } first || first.Trial > job.Trial))
                _firstFailure = (job.Trial, failure);
            if (progress.Best?.Number == job.Trial)
                _kept = new KeptModel(job.Trial, job.Rung, fitted!.Model);
            if (progress.Last.State is not TrialState.StoppedEarly)
                _session.Checkpoints.Delete(job.Trial);
            Report(progress);
        }
    }

    private void Report(SearchProgress? progress)
    {
        if (progress is not null)
            _options.Progress?.Report(progress);
    }

    // None goes on any more; if the search is made longer later, those that do begin anew, and come to the same.
    private void DeleteCheckpoints()
    {
        foreach (TrialRecord trial in _session.State.Trials.Where(trial => trial.Claim is null))
            _session.Checkpoints.Delete(trial.Number);
    }

    private SearchResult CreateResult()
    {
        SearchState state = _session.State;
        if (state.BestFirst().Count > 0)
            return new SearchResult(_session, _kept);
        if (_ending.IsCancellationRequested)
            throw new OperationCanceledException("The search was cancelled before a trial had ended.", _options.CancellationToken);
        throw state.Trials.Any(trial => trial.Error is not null)
            ? Failure("all trials failed")
            : new InvalidOperationException("The time of the search was over before a trial had ended; allow more Time.");
    }

    private InvalidOperationException Failure(string what)
    {
        TrialRecord first = _session.State.Trials.First(trial => trial.Error is not null);
        string remedy = _options.Folder is { } folder ? $"Mend it, and search again in another folder than '{folder}'." : "Mend it, and search again.";
        Exception inner = _firstFailure is { } failure && failure.Trial == first.Number
            ? failure.Exception
            : new InvalidOperationException(first.Error);
        return new InvalidOperationException(
            FormattableString.Invariant($"The search has nothing to go by: {what}, trial {first.Number} with \"{first.Error}\" {remedy}"), inner);
    }
}
