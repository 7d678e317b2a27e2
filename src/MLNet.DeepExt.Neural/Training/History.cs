namespace MLNet.DeepExt.Neural.Training;

/// <summary>What an epoch came to.</summary>
/// <param name="Epoch">Its number, counted from 1.</param>
/// <param name="TrainLoss">The weighted mean loss of the training rows, each as it was seen while the weights were changing.</param>
/// <param name="ValidationLoss">The weighted mean loss of the validation rows after the epoch; null without validation.</param>
/// <param name="ValidationAccuracy">The weighted share of validation rows whose likeliest class is right; null without validation.</param>
/// <param name="LearningRate">The step size.</param>
/// <param name="RowsPerSecond">Training rows per second of the epoch, validation not counted.</param>
public sealed record EpochRecord(
    int Epoch, double TrainLoss, double? ValidationLoss, double? ValidationAccuracy, double LearningRate, double RowsPerSecond);

/// <summary>What a training came to, epoch by epoch.</summary>
/// <param name="Epochs">The epochs in order.</param>
/// <param name="BestEpoch">The number of the epoch whose weights were kept: the one of the lowest validation loss, or the last one.</param>
public sealed record History(IReadOnlyList<EpochRecord> Epochs, int BestEpoch);
