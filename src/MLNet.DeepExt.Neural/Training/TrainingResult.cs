using MLNet.DeepExt.Neural.Networks;

namespace MLNet.DeepExt.Neural.Training;

/// <summary>What training gives back.</summary>
/// <param name="Network">The network with the weights of the best epoch.</param>
/// <param name="History">How it went.</param>
/// <param name="Reason">Why it ended.</param>
public sealed record TrainingResult(Network<float> Network, History History, StopReason Reason);

/// <summary>Why training ended.</summary>
public enum StopReason
{
    /// <summary>All epochs were done.</summary>
    MaximumEpochs,

    /// <summary>The validation loss had not become lower for as many epochs as the patience.</summary>
    EarlyStopping,

    /// <summary>The cancellation token asked for it.</summary>
    Cancelled,
}
