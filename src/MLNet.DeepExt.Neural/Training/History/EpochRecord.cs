using System.Globalization;
using MLNet.DeepExt.Neural.Metrics;

namespace MLNet.DeepExt.Neural.Training;

/// <summary>The figures of an epoch.</summary>
public sealed record EpochRecord
{
    /// <summary>Its number, counted from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>
    /// The weighted mean loss of the training rows, each as it was seen while the weights were changing; without the penalty.
    /// </summary>
    public required double TrainLoss { get; init; }

    /// <summary>
    /// The cost J that training minimizes, of the last batch before its step: the weighted mean loss of its rows, and the
    /// <see cref="TrainingOptions.Regularizer"/>'s penalty on the same weights. Where all rows are one batch, it is J of all rows, which falls in
    /// every epoch if the learning rate is small enough (see <see cref="Diagnostics.CostCheck"/>). Null only in epochs of checkpoints that were
    /// written before there was this figure.
    /// </summary>
    public double? Cost { get; init; }

    /// <summary>The weighted mean loss of the validation rows after the epoch; null without validation.</summary>
    public double? ValidationLoss { get; init; }

    /// <summary>
    /// The <see cref="TrainingOptions.Metrics"/> of the validation rows after the epoch by their names, in the order in which they were
    /// asked for; empty without validation.
    /// </summary>
    public IReadOnlyDictionary<string, double> ValidationMetrics { get; init; } = MetricValues.Empty;

    /// <summary>The step size of the last step.</summary>
    public required double LearningRate { get; init; }

    /// <summary>
    /// The penalty on the weights that are trained after the epoch, by the rows of its last batch; null without a regularizer.
    /// </summary>
    public double? Penalty { get; init; }

    /// <summary>
    /// The share of weights that are exactly 0 after the epoch; null without a regularizer. With
    /// <see cref="TrainingOptions.WeightAveraging"/> those of the average, which is what training returns.
    /// </summary>
    public double? Sparsity { get; init; }

    /// <summary>Norms of every layer; empty unless <see cref="TrainingOptions.RecordNorms"/> asks for them.</summary>
    public IReadOnlyList<LayerNorms> Norms { get; init; } = [];

    /// <summary>Training rows per second of the epoch, validation not counted.</summary>
    public required double RowsPerSecond { get; init; }

    /// <summary>
    /// One line in every culture alike, such as <c>Epoch 3: training loss 0.12345, validation loss 0.156789, validation accuracy 0.95, learning
    /// rate 0.001, 52000 rows/s</c>. Losses and metrics have six significant digits, the learning rate has four.
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
