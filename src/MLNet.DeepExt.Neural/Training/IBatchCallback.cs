namespace MLNet.DeepExt.Neural.Training;

/// <summary>Is told of every step of a training, beside what an <see cref="ITrainingCallback"/> is told.</summary>
/// <remarks>A small network makes thousands of steps a second: what is done here is done as often.</remarks>
public interface IBatchCallback : ITrainingCallback
{
    /// <summary>A step has been made.</summary>
    /// <param name="batch">What it came to.</param>
    void OnBatchEnd(in BatchRecord batch)
    {
    }

    /// <summary>A batch of validation rows has been measured.</summary>
    void OnValidationBatchEnd()
    {
    }
}
