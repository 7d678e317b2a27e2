namespace MLNet.DeepExt.Neural.Training;

/// <summary>Gets every step of a training, beside the events of an <see cref="ITrainingCallback"/>.</summary>
/// <remarks>A small network makes thousands of steps a second: what is done here is done as often.</remarks>
public interface IBatchCallback : ITrainingCallback
{
    /// <summary>A step has been made.</summary>
    /// <param name="batch">Its figures.</param>
    void OnBatchEnd(in BatchRecord batch)
    {
    }

    /// <summary>A batch of validation rows has been measured.</summary>
    void OnValidationBatchEnd()
    {
    }
}
