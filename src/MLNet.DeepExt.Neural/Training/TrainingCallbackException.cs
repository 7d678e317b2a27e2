namespace MLNet.DeepExt.Neural.Training;

/// <summary>
/// A callback or a custom schedule threw an exception, which ended training. <see cref="Exception.InnerException"/> is that exception;
/// <see cref="Result"/> has the best network so far.
/// </summary>
/// <remarks>
/// A callback whose <see cref="ITrainingCallback.IsBestEffort"/> is true does not end the training. Two kinds of exceptions are rethrown
/// unchanged: those of <see cref="ITrainingCallback.OnStarted"/>, because nothing has been learned since training began or resumed; and an
/// <see cref="OperationCanceledException"/> after the training's token is cancelled. Exceptions of other sources, such as the reader of a
/// stream, are also unchanged; use a <see cref="Checkpoint"/> to keep the state of the training.
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

    /// <summary>The description of the failure, without a period at the end.</summary>
    private string Failure { get; init; } = "";

    /// <summary>Creates the exception for a failure.</summary>
    internal static TrainingCallbackException Of(CallbackFailure failure, TrainingResult? result) =>
        Of(failure.Message, failure.InnerException!, result);

    /// <summary>Creates the same exception with the finished networks of an ensemble as its result.</summary>
    /// <param name="result">The networks; null if there are none.</param>
    internal TrainingCallbackException With(TrainingResult? result) => Of(Failure, InnerException!, result);

    private static TrainingCallbackException Of(string failure, Exception thrown, TrainingResult? result)
    {
        string left = result switch
        {
            null => "before its first epoch ended, so there is no trained network.",
            { Histories.Count: > 1 and var count } => FormattableString.Invariant($"and the exception has the {count} networks so far."),
            _ => FormattableString.Invariant($"and the exception has the best network so far, of epoch {result.History.BestEpoch}."),
        };
        return new TrainingCallbackException($"{failure}. Training ended with it, {left}", thrown, result) { Failure = failure };
    }
}
