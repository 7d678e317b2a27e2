namespace MLNet.DeepExt.Neural.Training;

/// <summary>A training that is over.</summary>
/// <param name="Reason">Why.</param>
/// <param name="History">The figures of all epochs.</param>
public sealed record TrainingStopped(StopReason Reason, History History);
