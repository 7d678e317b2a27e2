namespace MLNet.DeepExt.Neural.Training;

/// <summary>
/// A loss or a weight became infinite or not a number, or the best network predicts far worse than outputs that ignore the features; a
/// lower learning rate is the usual remedy.
/// </summary>
public sealed class TrainingDivergedException : InvalidOperationException
{
    /// <summary>An exception with a message.</summary>
    /// <param name="message">What went wrong, where, and what to do.</param>
    public TrainingDivergedException(string message)
        : base(message)
    {
    }
}
