namespace MLNet.DeepExt.Neural.Training;

/// <summary>The end of a training.</summary>
/// <param name="Reason">The reason.</param>
/// <param name="History">The results of all epochs.</param>
public sealed record TrainingStopped(StopReason Reason, History History);
