namespace MLNet.DeepExt.Neural.Training;

/// <summary>
/// Receives the events of a training. All calls are made on the training thread, one after another. An exception of a callback ends
/// training with a <see cref="TrainingCallbackException"/>, which has the best network so far, unless the callback is
/// <see cref="IsBestEffort"/>. Implement only the methods that you need; the others do nothing.
/// </summary>
/// <remarks>
/// To stop a training from a callback and keep the best network, cancel the cancellation token of the training. An
/// <see cref="OperationCanceledException"/> is rethrown unchanged after this token is cancelled; before, it is an exception like any other. A
/// callback that also needs every step implements <see cref="IBatchCallback"/>.
/// </remarks>
/// <example>
/// <code>
/// sealed class Printer : ITrainingCallback
/// {
///     public void OnEpochEnd(EpochRecord epoch) => Console.WriteLine(epoch);
/// }
/// </code>
/// </example>
public interface ITrainingCallback
{
    /// <summary>
    /// True if training continues when this callback throws any exception. The callback then gets no more calls, and there is one warning
    /// (<see cref="OnWarning"/>, <see cref="History.Warnings"/>). Default false: the exception ends training.
    /// </summary>
    bool IsBestEffort => false;

    /// <summary>
    /// The name of this callback in warnings and errors, after the word <c>The</c>. Default: <c>callback</c> and the name of its type.
    /// </summary>
    string Name => $"callback {GetType().Name}";

    /// <summary>
    /// Called when training begins or resumes from a checkpoint. An exception of a callback that is not <see cref="IsBestEffort"/> is rethrown
    /// unchanged.
    /// </summary>
    /// <param name="started">The plan of the training.</param>
    void OnStarted(TrainingStarted started)
    {
    }

    /// <summary>Called when an epoch begins, or resumes from a checkpoint.</summary>
    /// <param name="epoch">The number of the epoch and its learning rate.</param>
    void OnEpochStart(EpochStarted epoch)
    {
    }

    /// <summary>Called before <see cref="OnEpochEnd"/> if the epoch is the best so far by the stopping metric.</summary>
    /// <param name="improvement">The new and the previous best value.</param>
    void OnImproved(Improvement improvement)
    {
    }

    /// <summary>
    /// Called for a warning: a problem that may harm the training, such as gradients or activations that vanish or explode (if
    /// <see cref="TrainingOptions.RecordNorms"/> is true), or a callback or a checkpoint that failed. Warnings of an
    /// epoch come before <see cref="OnEpochEnd"/>.
    /// </summary>
    /// <param name="warning">The problem, its values and the remedy.</param>
    void OnWarning(string warning)
    {
    }

    /// <summary>Called when an epoch is finished and validated.</summary>
    /// <param name="epoch">The results of the epoch.</param>
    void OnEpochEnd(EpochRecord epoch)
    {
    }

    /// <summary>Called when training is finished. Not called if it ends with an exception.</summary>
    /// <param name="stopped">The reason, and the history.</param>
    void OnStopped(TrainingStopped stopped)
    {
    }
}
