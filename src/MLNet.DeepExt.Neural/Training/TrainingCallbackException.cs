namespace MLNet.DeepExt.Neural.Training;

/// <summary>
/// A callback or a custom schedule threw, and training ended with that. <see cref="Exception.InnerException"/> is what it threw;
/// <see cref="Result"/> has the best network so far, so that nothing that was learned is lost.
/// </summary>
/// <remarks>
/// A callback whose <see cref="ITrainingCallback.IsBestEffort"/> is true does not end the training. Two kinds of exceptions come out as they
/// are: what <see cref="ITrainingCallback.OnStarted"/> throws, because nothing has been learned since training began or went on; and an
/// <see cref="OperationCanceledException"/> once the training's token is cancelled. So does what anything else throws, such as the reader of a
/// stream; a <see cref="Checkpoint"/> keeps what was learned until then.
/// </remarks>
/// <example>
/// <code>
/// TrainingResult result;
/// try
/// {
///     result = trainer.Train(rows);
/// }
/// catch (TrainingCallbackException exception) when (exception.Result is { } best)
/// {
///     Console.WriteLine(exception.Message);
///     result = best;
/// }
/// </code>
/// </example>
public sealed class TrainingCallbackException : Exception
{
    internal TrainingCallbackException(string message, Exception innerException, TrainingResult? result)
        : base(message, innerException)
    {
        Result = result;
    }

    /// <summary>
    /// The best network so far and its history, with the reason <see cref="StopReason.CallbackFailed"/>; null if no epoch had ended.
    /// </summary>
    public TrainingResult? Result { get; }

    /// <summary>The exception for a failure.</summary>
    internal static TrainingCallbackException Of(CallbackFailure failure, TrainingResult? result)
    {
        string left = result is null
            ? "before its first epoch had ended, so that there is no trained network."
            : FormattableString.Invariant($"and the exception has the best network so far, of epoch {result.History.BestEpoch}.");
        return new TrainingCallbackException($"{failure.Message}. Training ended with it, {left}", failure.InnerException!, result);
    }
}
