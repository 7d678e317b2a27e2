namespace MLNet.DeepExt.Neural.Training;

/// <summary>
/// A callback threw, and training ended with that. <see cref="Exception.InnerException"/> is what it threw; <see cref="Result"/> has the best
/// network so far, so that nothing that was learned is lost.
/// </summary>
/// <remarks>
/// An <see cref="OperationCanceledException"/> of a callback comes out as it is, because it asks for the end, and so does what
/// <see cref="ITrainingCallback.OnStarted"/> throws, because nothing has been learned then. A callback that says that it is
/// <see cref="ITrainingCallback.IsBestEffort"/> does not end the training.
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
    /// <summary>An exception of a callback, and what had been learned.</summary>
    /// <param name="message">Which callback threw what, and what is left.</param>
    /// <param name="innerException">What the callback threw.</param>
    /// <param name="result">The best network so far; null if no epoch had ended.</param>
    public TrainingCallbackException(string message, Exception innerException, TrainingResult? result)
        : base(message, innerException)
    {
        Result = result;
    }

    /// <summary>
    /// The best network so far and its history, with the reason <see cref="StopReason.CallbackFailed"/>; null if no epoch had ended.
    /// </summary>
    public TrainingResult? Result { get; }

    /// <summary>The exception for a callback.</summary>
    internal static TrainingCallbackException Of(CallbackFailure failure, TrainingResult? result)
    {
        Exception thrown = failure.InnerException!;
        string left = result is null
            ? "before its first epoch had ended, so that there is no trained network."
            : FormattableString.Invariant($"and the exception has the best network so far, of epoch {result.History.BestEpoch}.");
        return new TrainingCallbackException(
            $"The callback {failure.Callback.GetType().Name} threw {thrown.GetType().Name}: {thrown.Message.TrimEnd('.')}. Training ended with it, {left}",
            thrown, result);
    }
}
