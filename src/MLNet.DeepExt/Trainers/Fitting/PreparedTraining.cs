using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Training;

namespace MLNet.DeepExt.Trainers;

/// <summary>A training that is ready to run: rows are read and the network is planned.</summary>
/// <param name="Train">Runs it.</param>
/// <param name="Loss">The loss that it minimizes.</param>
internal sealed record PreparedTraining(Func<TrainingResult> Train, Loss Loss)
{
    /// <summary>Trains a linear model on the same folds and returns its cross-fitted loss, or null if it has none. Null without a comparison.</summary>
    public Func<double?>? LinearLoss { get; init; }
}
