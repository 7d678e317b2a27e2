namespace MLNet.DeepExt.Neural.Schedules;

/// <summary>The unit of a schedule's length.</summary>
public enum TimeUnit
{
    /// <summary>Passes over the training rows.</summary>
    Epochs,

    /// <summary>Updates, one for each mini-batch.</summary>
    Steps,
}
