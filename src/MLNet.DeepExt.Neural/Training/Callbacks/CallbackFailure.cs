namespace MLNet.DeepExt.Neural.Training;

/// <summary>
/// Carries what a callback or a schedule threw from where it was called to where the best network is known. It never leaves the engine.
/// </summary>
/// <param name="message">What failed, and how, without a period at the end.</param>
/// <param name="thrown">What was thrown.</param>
internal sealed class CallbackFailure(string message, Exception thrown) : Exception(message, thrown)
{
    /// <summary>The failure of something that threw.</summary>
    /// <param name="what">What threw, with an article.</param>
    /// <param name="thrown">What it threw.</param>
    public static CallbackFailure Of(string what, Exception thrown) =>
        new($"{what} threw {thrown.GetType().Name}: {thrown.Message.TrimEnd('.')}", thrown);
}
