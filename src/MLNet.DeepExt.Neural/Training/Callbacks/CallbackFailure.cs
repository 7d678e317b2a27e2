namespace MLNet.DeepExt.Neural.Training;

/// <summary>
/// Transports an exception of a callback or a schedule to the place that knows the best network. It never leaves the engine.
/// </summary>
/// <param name="message">The failure, without a period at the end.</param>
/// <param name="thrown">The exception that was thrown.</param>
internal sealed class CallbackFailure(string message, Exception thrown) : Exception(message, thrown)
{
    /// <summary>Creates the failure for an exception.</summary>
    /// <param name="what">The source of the exception, with an article.</param>
    /// <param name="thrown">The exception.</param>
    public static CallbackFailure Of(string what, Exception thrown) =>
        new($"{what} threw {thrown.GetType().Name}: {thrown.Message.TrimEnd('.')}", thrown);
}
