namespace MLNet.DeepExt.Neural.Training;

/// <summary>Carries what a callback threw from where it was called to where the best network is known. It never leaves the engine.</summary>
/// <param name="callback">Which callback threw.</param>
/// <param name="thrown">What it threw.</param>
internal sealed class CallbackFailure(ITrainingCallback callback, Exception thrown) : Exception(thrown.Message, thrown)
{
    /// <summary>Which callback threw.</summary>
    public ITrainingCallback Callback { get; } = callback;
}
