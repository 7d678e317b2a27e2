using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Schedules;
using MLNet.DeepExt.Neural.Training;

namespace MLNet.DeepExt.Trainers;

/// <summary>What a linear model reaches on the folds of few rows, so that the log can say where no network is needed.</summary>
internal static class LinearComparison
{
    private const double LearningRate = 0.02;
    private const int Epochs = 100, BatchSize = 16;

    /// <summary>Trains it.</summary>
    /// <param name="known">What training began with.</param>
    /// <param name="loss">What it minimized.</param>
    /// <param name="options">How the networks were trained, whose folds it has.</param>
    /// <param name="rows">The rows.</param>
    /// <returns>
    /// Its loss on rows that it has not learned from; null if it was cancelled or cannot be trained on these rows: what is only for the log ends
    /// no training.
    /// </returns>
    public static double? LossOf(Beginning known, Loss loss, TrainingOptions options, LabeledRows rows)
    {
        InputEncoder[] scaling = known.Recipe is null ? [] : [new Standardize()];
        var spec = new NetworkSpec(known.Spec.Inputs, [.. scaling, new Dense(known.Spec.Outputs)]);
        try
        {
            return Train();
        }
        catch (Exception exception) when (exception is OperationCanceledException or TrainingDivergedException or ArgumentException
            or InvalidOperationException)
        {
            return null;
        }

        double? Train() => new Trainer(spec, loss, options with
        {
            Optimizer = new Adam(LearningRate),
            Schedule = new OneCycle(),
            Regularizer = null,
            WeightAveraging = null,
            WeightAveragingWarmUp = false,
            BatchSize = BatchSize,
            MaximumEpochs = Epochs,
            Patience = TrainingOptions.EveryEpoch,
            StoppingMetric = null,
            Metrics = [],
            Callbacks = [],
            Checkpoint = null,
            RecordNorms = false,
            LayerRates = new Dictionary<string, double>(),
        }).Train(rows, cancellationToken: known.Control.Token).CrossFittedLoss;
    }
}
