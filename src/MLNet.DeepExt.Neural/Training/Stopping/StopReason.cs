namespace MLNet.DeepExt.Neural.Training;

/// <summary>Why training ended.</summary>
public enum StopReason
{
    /// <summary>All epochs were done.</summary>
    MaximumEpochs,

    /// <summary>The validation had not become better for as many epochs as the patience.</summary>
    EarlyStopping,

    /// <summary>The cancellation token asked for it, after an epoch had ended.</summary>
    Cancelled,

    /// <summary>A callback or the schedule threw; see <see cref="TrainingCallbackException"/>.</summary>
    CallbackFailed,
}
