using MLNet.DeepExt.Neural.Networks;

namespace MLNet.DeepExt.Neural.Training;

/// <summary>Trains the networks of an ensemble one after the other, and makes one of them.</summary>
internal static class EnsembleTraining
{
    /// <summary>Trains.</summary>
    /// <param name="options">How.</param>
    /// <param name="train">Trains one network.</param>
    /// <param name="cancellationToken">Ends it with the networks that are finished, and the best so far of the one that is being trained.</param>
    /// <exception cref="TrainingCallbackException">A callback or the schedule threw; the exception has as much.</exception>
    public static TrainingResult Run(
        TrainingOptions options, Func<TrainingOptions, TrainingResult> train, CancellationToken cancellationToken)
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
                // It was cancelled before an epoch of this network had ended, as a reader may report in its own way.
                reason = StopReason.Cancelled;
            }
        }

        return Together(results, reason ?? results[^1].Reason);
    }

    private static TrainingResult Together(List<TrainingResult> results, StopReason reason) => results.Count == 1
        ? results[0] with { Reason = reason }
        : results[0] with
        {
            Network = Ensemble.Of([.. results.Select(result => result.Network)]),
            Histories = [.. results.Select(result => result.History)],
            Reason = reason,
        };
}
