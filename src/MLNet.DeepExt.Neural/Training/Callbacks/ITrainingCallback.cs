namespace MLNet.DeepExt.Neural.Training;

/// <summary>
/// Gets the events of a training. All calls come on the thread that trains, one after another; an exception that one of them throws ends
/// training by a <see cref="TrainingCallbackException"/>, which has the best network so far, unless the callback is
/// <see cref="IsBestEffort"/>. Implement what you need: what is left out does nothing.
/// </summary>
/// <remarks>
/// To end a training from a callback and keep the best network, cancel the token that was given to it; an
/// <see cref="OperationCanceledException"/> comes out as it is once this token is cancelled, and is an exception like any other before. A
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
    /// Whether training goes on if this callback throws, whatever the exception: it gets no more calls then, and there is one warning
    /// (<see cref="OnWarning"/>, <see cref="History.Warnings"/>). Default false: the exception ends training.
    /// </summary>
    bool IsBestEffort => false;

    /// <summary>
    /// What warnings and errors call this callback, after the word <c>The</c>. Default: <c>callback</c> and the name of its type.
    /// </summary>
    string Name => $"callback {GetType().Name}";

    /// <summary>
    /// Training begins, or goes on from a checkpoint. The exception of a callback that is not <see cref="IsBestEffort"/> comes out as it is.
    /// </summary>
    /// <param name="started">What it is about to do.</param>
    void OnStarted(TrainingStarted started)
    {
    }

    /// <summary>An epoch begins, or goes on from a checkpoint.</summary>
    /// <param name="epoch">Which one, and at which rate.</param>
    void OnEpochStart(EpochStarted epoch)
    {
    }

    /// <summary>An epoch was the best so far by what training stops by. Comes before <see cref="OnEpochEnd"/>.</summary>
    /// <param name="improvement">By how much.</param>
    void OnImproved(Improvement improvement)
    {
    }

    /// <summary>
    /// Something is likely to spoil the training, such as gradients or activations that vanish or explode, where
    /// <see cref="TrainingOptions.RecordNorms"/> is set, or what it leaves behind: a callback or a checkpoint that failed. What is found in an
    /// epoch comes before <see cref="OnEpochEnd"/>.
    /// </summary>
    /// <param name="warning">What is wrong, with its figures, and what to do.</param>
    void OnWarning(string warning)
    {
    }

    /// <summary>An epoch is over, validated and recorded.</summary>
    /// <param name="epoch">Its figures.</param>
    void OnEpochEnd(EpochRecord epoch)
    {
    }

    /// <summary>Training is over. Not called where it ended in an exception.</summary>
    /// <param name="stopped">The reason, and the history.</param>
    void OnStopped(TrainingStopped stopped)
    {
    }
}
