using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Training.Calibration;

namespace MLNet.DeepExt.Neural.Training;

/// <summary>Trains the networks of an ensemble in sequence and combines them into one network.</summary>
internal sealed class EnsembleTraining
{
    private readonly TrainingOptions _options;
    private readonly Loss _loss;
    private readonly List<TrainingResult> _results = [];
    private TrainingEvents _events;

    private EnsembleTraining(TrainingOptions options, Loss loss)
    {
        _options = options;
        _loss = loss;
        _events = new TrainingEvents(options.Callbacks);
    }

    /// <summary>Trains the ensemble.</summary>
    /// <param name="options">The training options.</param>
    /// <param name="loss">The loss that training minimizes.</param>
    /// <param name="train">Trains one network.</param>
    /// <param name="cancellationToken">Stops with the finished networks and the best state so far of the current one.</param>
    /// <exception cref="TrainingCallbackException">A callback or the schedule threw; the exception has the result so far.</exception>
    /// <exception cref="TrainingDivergedException">The first network diverged. A later network that diverges is left out, with a warning.</exception>
    public static TrainingResult Run(
        TrainingOptions options, Loss loss, Func<TrainingOptions, TrainingEvents, TrainingResult> train, CancellationToken cancellationToken) =>
        options.Ensemble == 1
            ? train(options, new TrainingEvents(options.Callbacks))
            : new EnsembleTraining(options, loss).Run(train, cancellationToken);

    private TrainingResult Run(Func<TrainingOptions, TrainingEvents, TrainingResult> train, CancellationToken cancellationToken)
    {
        try
        {
            StopReason? reason = null;
            for (int number = 1; number <= _options.Ensemble && reason is null; number++)
                reason = Train(number, train, cancellationToken);
            double? heldOutLoss = null;
            bool isWhole = _results.Count == _options.Ensemble && _results.TrueForAll(result => result.HeldOut is not null);
            if (reason is null && isWhole && !cancellationToken.IsCancellationRequested)
                heldOutLoss = Calibrate(cancellationToken);
            return Together(reason ?? _results[^1].Reason) with { CrossFittedLoss = heldOutLoss };
        }
        catch (TrainingCallbackException exception)
        {
            if (exception.Result is { } best)
                _results.Add(best);
            throw exception.With(_results.Count == 0 ? null : Together(StopReason.CallbackFailed));
        }
        catch (CallbackFailure failure)
        {
            // A callback threw at a warning after a network.
            throw TrainingCallbackException.Of(failure, _results.Count == 0 ? null : Together(StopReason.CallbackFailed));
        }
    }

    // Returns null if training continues.
    private StopReason? Train(int number, Func<TrainingOptions, TrainingEvents, TrainingResult> train, CancellationToken cancellationToken)
    {
        _events = _events.ForNextNetwork();
        try
        {
            _results.Add(train(_options.ForNetwork(number), _events));
            bool isCancelled = cancellationToken.IsCancellationRequested && number < _options.Ensemble;
            return isCancelled || _results[^1].Reason == StopReason.Cancelled ? StopReason.Cancelled : null;
        }
        catch (TrainingDivergedException exception) when (_results.Count > 0)
        {
            Warn(FormattableString.Invariant($"Network {number} of {_options.Ensemble} is left out: {exception.Message}"));
            return null;
        }
        catch (Exception exception) when (
            exception is not TrainingCallbackException && _results.Count > 0 && cancellationToken.IsCancellationRequested)
        {
            // It was cancelled before the first epoch of this network ended; a reader may report that by another exception.
            return StopReason.Cancelled;
        }
    }

    // Calibrates on the rows of all folds: shifts the quantiles of every network, or divides its logits by the temperature.
    private double? Calibrate(CancellationToken cancellationToken)
    {
        LogitRows rows = HeldOutRows();
        using var team = new WorkerTeam(1);
        NetworkSpec spec = _results[0].Network.Spec;
        bool shifts = _options.QuantileCalibration && QuantileCalibration.CanCalibrate(spec, _loss);
        bool divides = _options.TemperatureScaling && TemperatureScaling.CanScale(spec, _loss);
        if ((shifts || divides) && OutputHeads.Of(spec.Program)!.FaultOf(_options.FrozenLayers(spec)) is { } fault)
        {
            Warn(fault);
            shifts = divides = false;
        }

        if (shifts && _loss is Quantile quantile)
        {
            double?[] found = QuantileCalibration.ShiftsOf(rows, quantile, cancellationToken);
            if (cancellationToken.IsCancellationRequested)
                return null;
            rows.Shift(found);
            foreach (TrainingResult result in _results)
                QuantileCalibration.Shift(result.Network, found);
            if (QuantileCalibration.WarningOf(found, rows, quantile) is { } warning)
                Warn(warning);
        }

        double temperature = 1;
        if (divides)
        {
            temperature = TemperatureScaling.Find(rows, _loss, team, cancellationToken);
            for (int i = 0; i < _results.Count; i++)
            {
                TemperatureScaling.Divide(_results[i].Network, temperature);
                _results[i] = _results[i] with { Temperatures = [temperature] };
            }
        }

        return cancellationToken.IsCancellationRequested
            ? null
            : new LossAtTemperature(rows, _loss.ProperLoss ?? _loss, team.Count).At(temperature, team);
    }

    private LogitRows HeldOutRows()
    {
        LogitRows first = _results[0].HeldOut!;
        var rows = new LogitRows(first.Outputs, first.Members, first.TargetWidth);
        foreach (LogitRows fold in _results.Select(result => result.HeldOut!))
        {
            var logits = new DenseBlock<float>(Math.Max(1, fold.Count * fold.Members), fold.Outputs);
            Target<float> target = TargetRows.CreateTarget(Math.Max(1, fold.Count), fold.TargetWidth);
            fold.CopyTo(0, fold.Count, 1, logits, target);
            rows.Add(logits, target, fold.Weights);
        }

        return rows;
    }

    // The warning is also added to the history of the last finished network.
    private void Warn(string warning)
    {
        if (_results.Count > 0)
        {
            History history = _results[^1].History;
            _results[^1] = _results[^1] with { History = history with { Warnings = [.. history.Warnings, warning] } };
        }

        _events.Warned(warning);
    }

    private TrainingResult Together(StopReason reason) => _results.Count == 1
        ? _results[0] with { Reason = reason, HeldOut = null }
        : _results[0] with
        {
            Network = Ensemble.Of([.. _results.Select(result => result.Network)]),
            Histories = [.. _results.Select(result => result.History)],
            Temperatures = [.. _results.Select(result => result.Temperatures[0])],
            HeldOut = null,
            Reason = reason,
        };
}
