namespace MLNet.DeepExt.Neural.Training;

/// <summary>
/// Training could not go on because a loss or a weight became infinite or not a number; a lower learning rate is the usual remedy.
/// </summary>
public sealed class TrainingDivergedException : InvalidOperationException
{
    /// <summary>An exception with a message.</summary>
    /// <param name="message">What became infinite or not a number, where, and what to do.</param>
    public TrainingDivergedException(string message)
        : base(message)
    {
    }
}
