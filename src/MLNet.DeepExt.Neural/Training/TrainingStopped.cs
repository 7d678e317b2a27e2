namespace MLNet.DeepExt.Neural.Training;

/// <summary>A training that is over.</summary>
/// <param name="Reason">Why.</param>
/// <param name="History">What it came to.</param>
public sealed record TrainingStopped(StopReason Reason, History History);
