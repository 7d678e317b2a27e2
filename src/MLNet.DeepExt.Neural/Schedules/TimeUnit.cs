namespace MLNet.DeepExt.Neural.Schedules;

/// <summary>What a schedule counts.</summary>
public enum TimeUnit
{
    /// <summary>Passes over the training rows.</summary>
    Epochs,

    /// <summary>Updates, one for each mini-batch.</summary>
    Steps,
}
