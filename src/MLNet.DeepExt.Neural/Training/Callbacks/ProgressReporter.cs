namespace MLNet.DeepExt.Neural.Training;

/// <summary>
/// Reports the progress of a training to an <see cref="IProgress{T}"/>: at the start, after every epoch, at the end, and in between at most ten
/// times per second, so that a progress bar also moves during long epochs. It does not affect the result: a listener that throws gets no more
/// reports, with one warning, and training continues.
/// </summary>
/// <example>
/// <code>
/// var options = new TrainingOptions
/// {
///     Callbacks = [new ProgressReporter(new Progress&lt;TrainingProgress&gt;(Show))],
/// };
///
/// static void Show(TrainingProgress progress) =>
///     Console.Write($"\r{progress.Fraction:P0}{(progress.RemainingAtMost is { } left ? $@", at most {left:h\:mm\:ss} left" : "")}");
/// </code>
/// </example>
public sealed class ProgressReporter : IBatchCallback
{
    private const int FewestSteps = 20;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LeastTime = TimeSpan.FromSeconds(5);

    private readonly IProgress<TrainingProgress> _listener;
    private readonly TimeProvider _clock;
    private TrainingStarted? _training;
    private long _begun;        // start of the current network
    private long _begunFirst;   // start of the first network
    private long _reported;
    private long _earlierSteps; // steps before the checkpoint from which training resumed
    private long _step;
    private int _epoch;
    private bool _hasRunEpoch;   // a complete epoch since training began or resumed
    private EpochRecord? _latest;

    /// <summary>Creates a reporter. It calls the listener on the training thread.</summary>
    /// <param name="listener">Receives the reports.</param>
    /// <param name="clock">The clock; the system clock if omitted.</param>
    public ProgressReporter(IProgress<TrainingProgress> listener, TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(listener);
        _listener = listener;
        _clock = clock ?? TimeProvider.System;
    }

    /// <summary>True: training continues without a listener that throws.</summary>
    public bool IsBestEffort => true;

    /// <summary>The name in warnings: <c>progress listener</c>.</summary>
    public string Name => "progress listener";

    /// <inheritdoc/>
    public void OnStarted(TrainingStarted started)
    {
        ArgumentNullException.ThrowIfNull(started);
        _training = started;
        _begun = _clock.GetTimestamp();
        if (started.NetworkNumber == 1)
            _begunFirst = _begun;
        _hasRunEpoch = false;
        _latest = started.EarlierEpochs.Count > 0 ? started.EarlierEpochs[^1] : null;
        _earlierSteps = _step = started.EarlierSteps;
        _epoch = Math.Min(started.EarlierEpochs.Count + 1, started.MaximumEpochs);
        Report(Now());
    }

    /// <inheritdoc/>
    public void OnEpochStart(EpochStarted epoch)
    {
        ArgumentNullException.ThrowIfNull(epoch);
        _epoch = epoch.Epoch;
    }

    /// <inheritdoc/>
    public void OnBatchEnd(in BatchRecord batch)
    {
        _step = batch.Step;
        if (_clock.GetElapsedTime(_reported) >= Pause)
            Report(Now());
    }

    /// <inheritdoc/>
    public void OnEpochEnd(EpochRecord epoch)
    {
        _latest = epoch;
        _hasRunEpoch |= _step - _earlierSteps >= _training!.StepsPerEpoch;
        Report(Now() with { IsEpochEnd = true });
    }

    /// <inheritdoc/>
    public void OnStopped(TrainingStopped stopped)
    {
        ArgumentNullException.ThrowIfNull(stopped);
        TrainingProgress now = Now();
        Report(now with
        {
            Reason = stopped.Reason,
            RemainingAtMost = stopped.Reason == StopReason.Cancelled ? null
                : now.NetworkNumber == now.Networks ? TimeSpan.Zero
                : now.RemainingAtMost is null ? null
                : Estimate(now.Elapsed - _clock.GetElapsedTime(_begunFirst, _begun), stepsLeft: 0),
        });
    }

    private void Report(TrainingProgress progress)
    {
        _reported = _clock.GetTimestamp();
        _listener.Report(progress);
    }

    // Based on the steps of this network, including those of the following networks.
    private TimeSpan Estimate(TimeSpan elapsed, long stepsLeft)
    {
        long steps = (long)_training!.MaximumEpochs * _training.StepsPerEpoch;
        double left = Math.Max(0, stepsLeft) + (double)steps * (_training.Networks - _training.NetworkNumber);
        return elapsed * (left / (_step - _earlierSteps));
    }

    private TrainingProgress Now()
    {
        long now = _clock.GetTimestamp();
        TimeSpan elapsed = _clock.GetElapsedTime(_begun, now);
        long steps = (long)_training!.MaximumEpochs * _training.StepsPerEpoch;
        long done = _step - _earlierSteps;
        bool canEstimate = done > 0 && (_hasRunEpoch || (done >= FewestSteps && elapsed >= LeastTime));
        return new TrainingProgress
        {
            NetworkNumber = _training.NetworkNumber,
            Networks = _training.Networks,
            Epoch = _epoch,
            MaximumEpochs = _training.MaximumEpochs,
            Step = _step,
            MaximumSteps = steps,
            Elapsed = _clock.GetElapsedTime(_begunFirst, now),
            RemainingAtMost = !canEstimate ? null : Estimate(elapsed, steps - _step),
            LatestEpoch = _latest,
        };
    }
}
