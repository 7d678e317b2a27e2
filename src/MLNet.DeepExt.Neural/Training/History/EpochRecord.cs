using System.Globalization;
using MLNet.DeepExt.Neural.Metrics;

namespace MLNet.DeepExt.Neural.Training;

/// <summary>The results of an epoch.</summary>
public sealed record EpochRecord
{
    /// <summary>The number of the epoch, counted from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>
    /// The weighted mean loss of the training rows, without the penalty. Each row is measured in its step, while the weights change during the epoch.
    /// </summary>
    public required double TrainLoss { get; init; }

    /// <summary>
    /// The cost J that training minimizes, for the last batch before its step: the weighted mean loss of its rows plus the penalty of the
    /// <see cref="TrainingOptions.Regularizer"/> on the same weights. If one batch contains all rows, it is J of all rows, which decreases in
    /// every epoch if the learning rate is small enough (see <see cref="Diagnostics.CostCheck"/>). Null only in epochs of checkpoints of
    /// earlier versions, which do not have it.
    /// </summary>
    public double? Cost { get; init; }

    /// <summary>The weighted mean loss of the validation rows after the epoch; null without validation.</summary>
    public double? ValidationLoss { get; init; }

    /// <summary>
    /// The <see cref="TrainingOptions.Metrics"/> of the validation rows after the epoch by name, in the requested
    /// order; empty without validation.
    /// </summary>
    public IReadOnlyDictionary<string, double> ValidationMetrics { get; init; } = MetricValues.Empty;

    /// <summary>The step size of the last step.</summary>
    public required double LearningRate { get; init; }

    /// <summary>
    /// The penalty on the trained weights after the epoch, for the number of rows of the last batch; null without a regularizer.
    /// </summary>
    public double? Penalty { get; init; }

    /// <summary>
    /// The fraction of weights that are exactly 0 after the epoch; null without a regularizer. With
    /// <see cref="TrainingOptions.WeightAveraging"/> it refers to the averaged weights, which training returns.
    /// </summary>
    public double? Sparsity { get; init; }

    /// <summary>Norms of every layer; empty unless <see cref="TrainingOptions.RecordNorms"/> is true.</summary>
    public IReadOnlyList<LayerNorms> Norms { get; init; } = [];

    /// <summary>The number of training rows per second in the epoch, without validation.</summary>
    public required double RowsPerSecond { get; init; }

    /// <summary>
    /// The record as one line, independent of the culture, such as <c>Epoch 3: training loss 0.12345, validation loss 0.156789, validation accuracy
    /// 0.95, learning rate 0.001, 52000 rows/s</c>. Losses and metrics have six significant digits, the learning rate has four.
    /// </summary>
    public override string ToString()
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        string line = string.Create(culture, $"Epoch {Epoch}: training loss {TrainLoss:g6}");
        if (ValidationLoss is { } loss)
            line += string.Create(culture, $", validation loss {loss:g6}");
        foreach ((string name, double value) in ValidationMetrics)
            line += string.Create(culture, $", validation {name} {value:g6}");
        return line + string.Create(culture, $", learning rate {LearningRate:g4}, {RowsPerSecond:0} rows/s");
    }
}
