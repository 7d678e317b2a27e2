using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Training.Calibration;

namespace MLNet.DeepExt.Neural.Training;

/// <summary>Trains the networks of an ensemble in sequence and combines them into one network.</summary>
internal static class EnsembleTraining
{
    /// <summary>Trains the ensemble.</summary>
    /// <param name="options">The training options.</param>
    /// <param name="loss">The loss that training minimizes.</param>
    /// <param name="train">Trains one network.</param>
    /// <param name="cancellationToken">Stops with the finished networks and the best state so far of the current one.</param>
    /// <exception cref="TrainingCallbackException">A callback or the schedule threw; the exception has the result so far.</exception>
    public static TrainingResult Run(
        TrainingOptions options, Loss loss, Func<TrainingOptions, TrainingResult> train, CancellationToken cancellationToken)
    {
        if (options.Ensemble == 1)
            return train(options);
        var results = new List<TrainingResult>();
        StopReason? reason = null;
        for (int number = 1; number <= options.Ensemble && reason is null; number++)
        {
            try
            {
                results.Add(train(options.ForNetwork(number)));
                bool isCancelled = cancellationToken.IsCancellationRequested && number < options.Ensemble;
                reason = isCancelled || results[^1].Reason == StopReason.Cancelled ? StopReason.Cancelled : null;
            }
            catch (TrainingCallbackException exception)
            {
                results.AddRange(exception.Result is { } best ? [best] : []);
                throw new TrainingCallbackException(
                    exception.Message, exception.InnerException!, results.Count == 0 ? null : Together(results, StopReason.CallbackFailed));
            }
            catch (Exception) when (results.Count > 0 && cancellationToken.IsCancellationRequested)
            {
                // It was cancelled before the first epoch of this network ended; a reader may report that by another exception.
                reason = StopReason.Cancelled;
            }
        }

        bool isWhole = reason is null && results.TrueForAll(result => result.HeldOut is not null);
        (double temperature, double? heldOutLoss) = isWhole ? Calibrate(results, options, loss, cancellationToken) : (1.0, null);
        TrainingResult together = Together(results, reason ?? results[^1].Reason);
        return heldOutLoss is null ? together : together with { Temperature = temperature, CrossFittedLoss = heldOutLoss };
    }

    // Calibrates on the rows of all folds: shifts the quantiles of every network, or divides its logits by the temperature.
    private static (double Temperature, double? Loss) Calibrate(
        List<TrainingResult> results, TrainingOptions options, Loss loss, CancellationToken cancellationToken)
    {
        LogitRows first = results[0].HeldOut!;
        var rows = new LogitRows(first.Outputs, first.Members, first.TargetWidth);
        foreach (LogitRows fold in results.Select(result => result.HeldOut!))
        {
            var logits = new DenseBlock<float>(Math.Max(1, fold.Count * fold.Members), fold.Outputs);
            Target<float> target = TargetRows.CreateTarget(Math.Max(1, fold.Count), fold.TargetWidth);
            fold.CopyTo(0, fold.Count, 1, logits, target);
            rows.Add(logits, target, fold.Weights);
        }

        using var team = new WorkerTeam(1);
        double temperature = 1;
        if (options.QuantileCalibration && loss is Quantile quantile
            && results.TrueForAll(result => QuantileCalibration.CanCalibrate(result.Network.Spec, loss)))
        {
            double?[] shifts = QuantileCalibration.ShiftsOf(rows, quantile);
            foreach (TrainingResult result in results)
                QuantileCalibration.Shift(result.Network, shifts);
        }

        if (options.TemperatureScaling && results.TrueForAll(result => TemperatureScaling.CanScale(result.Network.Spec, loss)))
        {
            // If few rows are all predicted correctly, any confidence fits them; one virtual row keeps T near 1.
            temperature = TemperatureScaling.Find(rows, loss, team, cancellationToken, 1.0 / Math.Max(1, rows.Count));
            foreach (TrainingResult result in results)
                TemperatureScaling.Divide(result.Network, temperature);
        }

        return (temperature, new LossAtTemperature(rows, loss.ProperLoss ?? loss, team.Count).At(temperature, team));
    }

    private static TrainingResult Together(List<TrainingResult> results, StopReason reason) => results.Count == 1
        ? results[0] with { Reason = reason }
        : results[0] with
        {
            Network = Ensemble.Of([.. results.Select(result => result.Network)]),
            Histories = [.. results.Select(result => result.History)],
            HeldOut = null,
            Reason = reason,
        };
}
