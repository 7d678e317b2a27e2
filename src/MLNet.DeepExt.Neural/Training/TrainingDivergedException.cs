namespace MLNet.DeepExt.Neural.Training;

/// <summary>
/// A loss or a weight became infinite or NaN, or the best network predicts far worse than outputs that ignore the features. A
/// lower learning rate is the usual remedy.
/// </summary>
public sealed class TrainingDivergedException : InvalidOperationException
{
    /// <summary>Creates an exception with a message.</summary>
    /// <param name="message">The problem, its position in the training and the remedy.</param>
    public TrainingDivergedException(string message)
        : base(message)
    {
    }
}
