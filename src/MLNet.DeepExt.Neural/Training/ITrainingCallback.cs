namespace MLNet.DeepExt.Neural.Training;

/// <summary>
/// Is told how a training goes. All calls come on the thread that trains, one after another; an exception that one of them throws ends
/// training and comes out of it. Implement what you need: what is left out does nothing.
/// </summary>
/// <remarks>
/// To end a training from a callback and keep the best network, cancel the token that was given to it. A callback that also wants to
/// hear of every step implements <see cref="IBatchCallback"/>.
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
    /// <summary>Training begins, or goes on from a checkpoint.</summary>
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
    /// Something is likely to spoil the training: gradients that vanish or explode, where <see cref="TrainingOptions.RecordNorms"/> is set.
    /// Comes before <see cref="OnEpochEnd"/>.
    /// </summary>
    /// <param name="warning">What is wrong, with its figures, and what to do.</param>
    void OnWarning(string warning)
    {
    }

    /// <summary>An epoch is over, validated and recorded.</summary>
    /// <param name="epoch">What it came to.</param>
    void OnEpochEnd(EpochRecord epoch)
    {
    }

    /// <summary>Training is over. Not called where it ended in an exception.</summary>
    /// <param name="stopped">Why, and what it came to.</param>
    void OnStopped(TrainingStopped stopped)
    {
    }
}
