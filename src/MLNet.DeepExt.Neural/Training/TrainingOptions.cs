using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Neural.Optimizers;

namespace MLNet.DeepExt.Neural.Training;

/// <summary>How a network is trained. Immutable; checked before any work starts.</summary>
public sealed record TrainingOptions
{
    /// <summary>The rule that updates the parameters. Default <see cref="Adam"/> with a step size of 0.001.</summary>
    public Optimizer Optimizer { get; init; } = new Adam();

    /// <summary>
    /// Rows of a mini-batch, at least 1. The last batch of an epoch may be smaller; a single row left over joins the batch before.
    /// Null (the default) takes the power of two nearest to a 400th of the training rows, from 64 to 1024. As many as there are
    /// rows is plain gradient descent.
    /// </summary>
    public int? BatchSize { get; init; }

    /// <summary>The most passes over the training rows, at least 1. Default 200; early stopping usually ends training before.</summary>
    public int MaximumEpochs { get; init; } = 200;

    /// <summary>
    /// The share of the rows, in [0, 1), that is set aside (equally of every class) to decide when to stop, when no
    /// validation rows are given. Default 0.1. With 0 training runs to <see cref="MaximumEpochs"/> and keeps the last weights.
    /// </summary>
    public double ValidationFraction { get; init; } = 0.1;

    /// <summary>Epochs without a lower validation loss after which training stops, at least 1. Default 20.</summary>
    public int Patience { get; init; } = 20;

    /// <summary>
    /// What is measured on the validation rows after every epoch beside their loss, each once. Null (the default) takes what fits the
    /// targets: <see cref="Accuracy"/> of classes, <see cref="RootMeanSquaredError"/> of numbers where there is an output for each.
    /// </summary>
    public IReadOnlyList<Metric>? Metrics { get; init; }

    /// <summary>What initial weights, order of the rows, dropout and validation share are drawn from. Default 0.</summary>
    public int Seed { get; init; }

    /// <summary>
    /// Threads that train side by side, at least 1. Null (the default) takes as many as the work of a step is worth. The
    /// result does not depend on it, to the last bit.
    /// </summary>
    public int? NumberOfThreads { get; init; }

    /// <summary>
    /// Used when training on an <see cref="ExampleStream"/> only: the memory, in MiB (2²⁰ bytes) of features, at least 1, in which
    /// rows are shuffled; and once more as much, at most, for the rows set aside for validation. Default 256. The buffer holds a
    /// batch, however wide its rows are, and never more than one array can.
    /// </summary>
    public int ShuffleBufferMegabytes { get; init; } = 256;

    /// <summary>The clock for rows per second. It decides nothing.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Checks every value. <see cref="Trainer"/> does it by itself; whoever collects options may want to know earlier.</summary>
    /// <exception cref="ArgumentException">A value is out of its range; the message says which, why and what to do.</exception>
    public void Validate()
    {
        ArgumentNullException.ThrowIfNull(Optimizer);
        ArgumentNullException.ThrowIfNull(TimeProvider);
        Optimizer.Validate();
        MetricChoice.Validate(Metrics);
        RequireAtLeastOne(BatchSize, nameof(BatchSize), "leave it null to have it chosen by the number of rows");
        RequireAtLeastOne(MaximumEpochs, nameof(MaximumEpochs), "one epoch is one pass over the training rows");
        RequireAtLeastOne(Patience, nameof(Patience), "set ValidationFraction to 0 to train without stopping early");
        RequireAtLeastOne(NumberOfThreads, nameof(NumberOfThreads), "leave it null to have it chosen by the work");
        RequireAtLeastOne(ShuffleBufferMegabytes, nameof(ShuffleBufferMegabytes), "the more it is, the better rows are mixed");
        if (!(ValidationFraction >= 0 && ValidationFraction < 1))
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"ValidationFraction must be in [0, 1) but is {ValidationFraction}; 0.1 sets every tenth row aside."));
        }
    }

    private static void RequireAtLeastOne(int? value, string name, string remedy)
    {
        if (value < 1)
            throw new ArgumentException(FormattableString.Invariant($"{name} must be at least 1 but is {value}; {remedy}."));
    }
}
