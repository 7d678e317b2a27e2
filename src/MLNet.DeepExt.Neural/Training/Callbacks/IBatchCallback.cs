namespace MLNet.DeepExt.Neural.Training;

/// <summary>Receives every step of a training, in addition to the events of an <see cref="ITrainingCallback"/>.</summary>
/// <remarks>A small network makes thousands of steps per second, so these methods must be fast.</remarks>
public interface IBatchCallback : ITrainingCallback
{
    /// <summary>Called after each step.</summary>
    /// <param name="batch">The results of the step.</param>
    void OnBatchEnd(in BatchRecord batch)
    {
    }

    /// <summary>Called after each batch of validation rows.</summary>
    void OnValidationBatchEnd()
    {
    }
}
