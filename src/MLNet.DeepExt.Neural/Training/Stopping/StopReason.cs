namespace MLNet.DeepExt.Neural.Training;

/// <summary>The reason why training ended.</summary>
public enum StopReason
{
    /// <summary>All epochs are finished.</summary>
    MaximumEpochs,

    /// <summary>The validation value had not improved for the number of epochs of the patience.</summary>
    EarlyStopping,

    /// <summary>The cancellation token was cancelled, after at least one epoch.</summary>
    Cancelled,

    /// <summary>A callback or the schedule threw; see <see cref="TrainingCallbackException"/>.</summary>
    CallbackFailed,
}
