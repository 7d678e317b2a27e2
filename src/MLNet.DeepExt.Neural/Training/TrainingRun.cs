using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Schedules;
using MLNet.DeepExt.Neural.Training.Calibration;

namespace MLNet.DeepExt.Neural.Training;

/// <summary>One training, from its first epoch or from a checkpoint to its end.</summary>
internal sealed class TrainingRun
{
    private readonly TrainingStep _step;
    private readonly Network<float> _validated; // the validated and returned network: the first one, or the average over its steps
    private readonly Loss _loss;
    private readonly TrainingOptions _options;
    private readonly TrainingSources _sources;
    private readonly Evaluation? _evaluation;
    private readonly StoppingCriterion _criterion;
    private readonly EarlyStopping _stopping;
    private readonly Divergence _divergence;
    private readonly ConstantPrediction _constant;
    private readonly TrainingEvents _events;
    private readonly CheckpointWriter? _checkpoint;
    private readonly List<EpochRecord> _epochs = [];
    private readonly PlateauStates _plateaus = new();
    private EpochPosition _position;
    private TrainingResult? _result; // once training is over and calibrated

    public TrainingRun(TrainingStep step, Loss loss, TrainingOptions options, TrainingSources sources, TrainingEvents? events = null)
    {
        _step = step;
        _loss = loss;
        _options = options;
        _sources = sources;
        Network<float>[] judged = [.. step.Updaters.Select(updater => updater.Averaged)];
        _validated = judged[0];
        _evaluation = sources.Validation is not { } validation
            ? null
            : new Evaluation(_validated, loss, validation, options.MetricsToMeasure(_validated.Spec.Outputs, validation.TargetWidth));
        _criterion = new StoppingCriterion(options.StoppingMetric);
        _stopping = new EarlyStopping(
            judged, _criterion, options.Patience ?? TrainingOptions.DefaultPatience, options.MinimumImprovement);
        _divergence = new Divergence([.. step.Updaters.Select(updater => updater.Network)], loss, options.Optimizer.LearningRate);
        _constant = new ConstantPrediction(loss, _validated.Spec.Outputs, sources.Training);
        _events = events ?? new TrainingEvents(options.Callbacks);
        _checkpoint = options.Checkpoint is null ? null : new CheckpointWriter(
            step, loss, options, sources, _stopping, _constant, _events.Warned);
    }

    private BatchSource Source => _sources.Training;

    /// <summary>Creates the exception for a training without a finished epoch, which has no trained network to return.</summary>
    /// <param name="cancellationToken">The cancellation token.</param>
    public static OperationCanceledException CancelledBeforeAnEpoch(CancellationToken cancellationToken) => new(
        "Training was cancelled before its first epoch ended, so there is no trained network; cancel it later to keep the best so far.",
        cancellationToken);

    /// <summary>Trains to the end, or until it is cancelled.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled before the first epoch ended.</exception>
    /// <exception cref="TrainingCallbackException">A callback or the schedule threw.</exception>
    public TrainingResult Run(WorkerTeam team, CancellationToken cancellationToken)
    {
        using CheckpointWriter? checkpoint = _checkpoint;
        try
        {
            return RunToEnd(team, cancellationToken);
        }
        catch (CallbackFailure failure)
        {
            // The exception belongs to the requested cancellation.
            if (failure.InnerException is OperationCanceledException && cancellationToken.IsCancellationRequested)
                ExceptionDispatchInfo.Throw(failure.InnerException);
            TrainingResult? result = _result is not null ? _result with { Reason = StopReason.CallbackFailed }
                : _epochs.Count == 0 ? null
                : BestSoFar(StopReason.CallbackFailed);
            throw TrainingCallbackException.Of(failure, result);
        }
    }

    private TrainingResult RunToEnd(WorkerTeam team, CancellationToken cancellationToken)
    {
        Resume();
        _events.Started(new TrainingStarted
        {
            Network = _validated.Spec,
            NetworkNumber = _options.NetworkNumber,
            Networks = _options.Ensemble,
            TrainingRows = Source.Rows,
            ValidationRows = _sources.Validation?.Rows ?? 0,
            StepsPerEpoch = Source.Batches,
            MaximumEpochs = _options.MaximumEpochs,
            EarlierEpochs = [.. _epochs],
            EarlierSteps = _step.Steps,
        });
        foreach (string warning in StackedLinearLayers.WarningsOf(_validated.Spec))
            _events.Warned(warning);
        WarnOfMissingTargets();
        StopReason? reason = ReasonToStop();
        while (reason is null)
            reason = RunEpoch(_epochs.Count + 1, team, cancellationToken) ? ReasonToStop() : StopReason.Cancelled;

        _checkpoint?.Write(_epochs, _position);
        if (_epochs.Count == 0)
            throw CancelledBeforeAnEpoch(cancellationToken);
        if (reason != StopReason.Cancelled)
            RequireLossWithinLimit(team, cancellationToken);
        TrainingResult result = BestSoFar(reason.Value);
        if (_sources.IsFold)
            result = result with { HeldOut = HeldOutLogits(team, cancellationToken) };
        else if (reason != StopReason.Cancelled)
            result = Calibrated(result, team, cancellationToken);
        _result = result;
        _events.Stopped(new TrainingStopped(reason.Value, result.History));
        // The last call may be the first one that failed.
        return result with { History = result.History with { Warnings = _events.Warnings } };
    }

    // The calibration on the validation rows after training.
    private TrainingResult Calibrated(TrainingResult result, WorkerTeam team, CancellationToken cancellationToken)
    {
        bool shifts = _options.QuantileCalibration && QuantileCalibration.CanCalibrate(_validated.Spec, _loss);
        bool divides = _options.TemperatureScaling && TemperatureScaling.CanScale(_validated.Spec, _loss);
        if (_sources.Validation is not { } validation || !(shifts || divides))
            return result;
        if (OutputHeads.Of(_validated.Program)!.FaultOf(_options.FrozenLayers(_validated.Spec)) is { } fault)
        {
            _events.Warned(fault);
            return result;
        }

        if (shifts && _loss is Quantile quantile
            && QuantileCalibration.Apply(_validated, quantile, validation, team, cancellationToken) is { } warning)
        {
            _events.Warned(warning);
        }

        return divides
            ? result with { Temperatures = [TemperatureScaling.Apply(_validated, _loss, validation, team, cancellationToken)] }
            : result;
    }

    // Calibration uses all folds together.
    private LogitRows? HeldOutLogits(WorkerTeam team, CancellationToken cancellationToken) =>
        _sources.Validation is { } fold ? LogitRows.Of(_validated, fold, team, cancellationToken) : null;

    private void WarnOfMissingTargets()
    {
        string?[] warnings =
        [
            _sources.MissingInTraining?.Warning("training rows", "training ignores missing values", _options.TargetNames),
            _sources.MissingInValidation?.Warning("validation rows", "a missing value is not measured", _options.TargetNames),
        ];
        foreach (string warning in warnings.OfType<string>())
            _events.Warned(warning);
    }

    private TrainingResult BestSoFar(StopReason reason)
    {
        // Without validation it is the average so far.
        if (_stopping.BestEpoch == 0)
            _step.WriteAverages();
        _stopping.RestoreBest();
        var history = new History
        {
            Epochs = [.. _epochs],
            BestEpoch = _stopping.BestEpoch > 0 ? _stopping.BestEpoch : _epochs.Count,
            TrainingRows = Source.Rows,
            ValidationRows = _sources.Validation?.Rows ?? 0,
            Warnings = _events.Warnings,
        };
        return new TrainingResult { Network = _validated, History = history, Reason = reason };
    }

    // A training that was cancelled, or paused by a search, may still improve. A training with a stopping metric may have a good value of it
    // with any loss.
    private void RequireLossWithinLimit(WorkerTeam team, CancellationToken cancellationToken)
    {
        int best = _evaluation is null ? _epochs.Count : _stopping.BestEpoch;
        if (_options.StoppingMetric is not null || best == 0)
            return;
        // Resumed after its last epoch, it has not been compared with the constant prediction yet.
        if (_evaluation is { ConstantLoss: null } && _constant.IsKnown)
        {
            _evaluation.CompareWith(_constant.Logits);
            _evaluation.Run(team, cancellationToken: cancellationToken);
        }

        _divergence.RequireLossWithinLimit(_epochs[best - 1], _constant.TrainingLoss, _evaluation?.ConstantLoss);
    }

    private StopReason? ReasonToStop() =>
        _evaluation is not null && _stopping.IsOver ? StopReason.EarlyStopping
        : _epochs.Count >= _options.MaximumEpochs ? StopReason.MaximumEpochs
        : null;

    /// <summary>Runs one epoch, or the rest of it; false if it was cancelled before its end.</summary>
    private bool RunEpoch(int epoch, WorkerTeam team, CancellationToken cancellationToken)
    {
        // Begin may open a stream, which can be read only once at a time.
        if (cancellationToken.IsCancellationRequested)
            return false;
        _events.EpochStarted(new EpochStarted(epoch, RateOf(FactorAt(epoch, _step.Steps + 1))));
        double rowsPerSecond = TrainEpoch(epoch, team, cancellationToken);
        Measures? validated = cancellationToken.IsCancellationRequested ? null : Validate(team, cancellationToken);
        if (cancellationToken.IsCancellationRequested)
            return false;

        _divergence.RequireFinite(validated, epoch, _step.Steps);
        EpochRecord record = Record(epoch, rowsPerSecond, validated);
        if (_evaluation is not null)
            _criterion.RequireValue(record);
        EndEpoch(record);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private double TrainEpoch(int epoch, WorkerTeam team, CancellationToken cancellationToken)
    {
        Source.BeginEpoch(epoch);
        // Batches that were trained on before the checkpoint are skipped.
        for (int i = 0; i < _position.Batches && Source.MoveNext(_step.Batch); i++)
        {
        }

        long start = _options.TimeProvider.GetTimestamp();
        long rows = 0;
        while (!cancellationToken.IsCancellationRequested && Source.MoveNext(_step.Batch))
        {
            Step(epoch, team);
            rows += _step.Batch.Rows;
            _checkpoint?.WriteIfTimeHasCome(_epochs, _position);
        }

        return rows / _options.TimeProvider.GetElapsedTime(start).TotalSeconds;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Step(int epoch, WorkerTeam team)
    {
        TrainingTime time = TimeAt(epoch, _step.Steps + 1);
        double factor = ScheduleFactor.Of(_options.Schedule, time);
        bool isLast = _position.Batches + 1 == Source.Batches, measuresNorms = _options.RecordNorms && isLast;
        double penalty = isLast ? _step.Penalty() ?? 0 : 0; // on the same weights as the loss
        double cost = _step.Run(team, factor, measuresNorms, time);
        if (!double.IsFinite(cost))
            throw _divergence.OfLoss(cost, epoch, _step.Steps, _step.FindNonFiniteLayer());
        _constant.Observe(_step.Batch, _position.Batches);
        EpochPosition next = _position.Add(cost, _step.TotalWeight, measuresNorms ? _step.Norms() : []);
        _position = next with { LastCost = isLast ? cost / _step.TotalWeight + penalty : null };
        _events.BatchEnded(new BatchRecord(_step.Steps, epoch, _step.Batch.Rows, cost / _step.TotalWeight, RateOf(factor)));
    }

    private Measures? Validate(WorkerTeam team, CancellationToken cancellationToken)
    {
        _step.WriteAverages();
        if (_evaluation is null)
            return null;
        if (_evaluation.ConstantLoss is null && _constant.IsKnown)
            _evaluation.CompareWith(_constant.Logits);
        return _evaluation.Run(team, _events.ValidationBatchEnded, cancellationToken);
    }

    private EpochRecord Record(int epoch, double rowsPerSecond, Measures? validated)
    {
        return new EpochRecord
        {
            Epoch = epoch,
            TrainLoss = _position.Loss,
            Cost = _position.LastCost,
            ValidationLoss = validated?.Loss,
            ValidationMetrics = validated?.Metrics ?? MetricValues.Empty,
            LearningRate = RateOf(FactorAt(epoch, _step.Steps)),
            Penalty = _step.Penalty(),
            Sparsity = _options.Regularizer is null ? null : WeightSparsity.Of(_validated),
            Norms = _position.Norms,
            RowsPerSecond = rowsPerSecond,
        };
    }

    private void EndEpoch(EpochRecord record)
    {
        double? before = _stopping.BestEpoch > 0 ? _criterion.ValueOf(_epochs[_stopping.BestEpoch - 1]) : null;
        bool improved = _evaluation is not null && _stopping.Observe(record);
        Keep(record);
        _position = default;
        if (record.Epoch % (_options.Checkpoint?.EveryEpochs ?? 1) == 0)
            _checkpoint?.Write(_epochs, _position);
        if (improved)
            _events.Improved(new Improvement(record.Epoch, _criterion.Name, _criterion.ValueOf(record), before));
        foreach (string warning in NormReport.WarningsOf(record.Norms))
            _events.Warned(warning);
        if (_divergence.WarningOf(record, _constant.TrainingLoss, _evaluation?.ConstantLoss) is { } aboveLimit)
            _events.Warned(aboveLimit);
        _events.EpochEnded(record);
    }

    private void Keep(EpochRecord record)
    {
        _plateaus.Add(_criterion.CostOf(record));
        _epochs.Add(record);
    }

    private void Resume()
    {
        if (_checkpoint?.Begin() is not { } state)
            return;
        foreach (EpochRecord record in state.Epochs)
        {
            Keep(record);
            if (_evaluation is not null)
                _stopping.Note(record);
        }

        _position = state.Position;
        _step.WriteAverages();
    }

    // The norms of the first network.
    private double RateOf(double factor) => _step.Updaters[0].LearningRate * factor;

    private double FactorAt(int epoch, long step) => ScheduleFactor.Of(_options.Schedule, TimeAt(epoch, step));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private TrainingTime TimeAt(int epoch, long step) => new()
    {
        Step = step,
        Epoch = epoch,
        StepsPerEpoch = Source.Batches,
        MaximumEpochs = _options.MaximumEpochs,
        Validated = _evaluation is null ? default : _plateaus.Validated,
        Plateaus = _plateaus,
    };
}
