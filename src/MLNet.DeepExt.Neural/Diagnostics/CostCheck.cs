using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Schedules;
using MLNet.DeepExt.Neural.Training;

namespace MLNet.DeepExt.Neural.Diagnostics;

/// <summary>
/// Trains on all rows in one batch, without dropout, and checks that the cost J (mean loss plus penalty on the same weights) decreases in every
/// step. With plain gradient descent and a small enough learning rate it must decrease; if it increases at any rate, there is an error.
/// </summary>
/// <remarks>
/// Use it to verify a training before dropout is turned on; with dropout, J is a different function in every step. It runs the training
/// code, up to the first step in which J increases. Optimizers with momentum, or with a rate for each parameter, may increase J occasionally
/// without an error. The cost is computed in float: an increase of at most a millionth counts as rounding.
/// </remarks>
/// <example>
/// <code>
/// var options = new TrainingOptions { Optimizer = new GradientDescent(0.05) };
/// CostCheckReport report = CostCheck.Run(spec, new SoftmaxCrossEntropy(), rows, options);
/// Console.WriteLine(report); // No step of 100 raised the cost: it went from 1.13 to 0.612.
/// </code>
/// </example>
public static class CostCheck
{
    /// <summary>Checks the training of a new network.</summary>
    /// <param name="spec">The network; its dropout layers keep every unit, and encoders are fitted to the rows.</param>
    /// <param name="loss">The loss that training minimizes.</param>
    /// <param name="rows">All training rows.</param>
    /// <param name="options">
    /// The options: optimizer, regularizer, class weights, layer rates, seed and threads are used. The learning rate is constant; options for
    /// batches, epochs, validation, augmentation, weight averaging, callbacks and checkpoints are not used.
    /// </param>
    /// <param name="steps">The maximum number of steps, at least 1. Default 100.</param>
    /// <param name="cancellationToken">Cancels the check with an exception.</param>
    /// <exception cref="ArgumentException">The rows do not fit the network, or a value is out of its range.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="TrainingDivergedException">The first cost, or a weight after the first step, is not finite.</exception>
    public static CostCheckReport Run(
        NetworkSpec spec, Loss loss, LabeledRows rows, TrainingOptions options, int steps = 100, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return Run(usual => new Trainer(WithoutDropout(spec), loss, usual), rows, options, steps, cancellationToken);
    }

    /// <summary>Checks the further training of a trained network. The network is not changed.</summary>
    /// <param name="start">The starting network; its dropout layers keep every unit.</param>
    /// <param name="loss">The loss that training minimizes.</param>
    /// <param name="rows">All training rows.</param>
    /// <param name="options">
    /// The options: optimizer, regularizer, class weights, layer rates, seed and threads are used. The learning rate is constant; options for
    /// batches, epochs, validation, augmentation, weight averaging, callbacks and checkpoints are not used.
    /// </param>
    /// <param name="steps">The maximum number of steps, at least 1. Default 100.</param>
    /// <param name="cancellationToken">Cancels the check with an exception.</param>
    /// <exception cref="ArgumentException">The rows do not fit the network, or a value is out of its range.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="TrainingDivergedException">The first cost, or a weight after the first step, is not finite.</exception>
    public static CostCheckReport Run(
        Network<float> start, Loss loss, LabeledRows rows, TrainingOptions options, int steps = 100, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(start);
        return Run(usual => new Trainer(WithoutDropout(start), loss, usual), rows, options, steps, cancellationToken);
    }

    private static CostCheckReport Run(
        Func<TrainingOptions, Trainer> create, LabeledRows rows, TrainingOptions options, int steps, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(options);
        if (steps < 1)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"steps must be at least 1 but is {steps}; 100 is the usual number."), nameof(steps));
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watcher = new Watcher(steps, stop);
        Trainer trainer = create(options with
        {
            BatchSize = null,
            WholeBatchLimit = int.MaxValue,
            MaximumEpochs = int.MaxValue,
            ValidationFraction = 0,
            Patience = null,
            StoppingMetric = null,
            Schedule = new Constant(),
            Augmentation = null,
            WeightAveraging = null,
            RecordNorms = false,
            Callbacks = [watcher],
            Checkpoint = null,
        });
        try
        {
            trainer.Train(rows, validation: null, stop.Token);
        }
        catch (TrainingDivergedException) when (watcher.Costs.Count > 0)
        {
            watcher.Costs.Add(double.PositiveInfinity);
        }

        cancellationToken.ThrowIfCancellationRequested();
        return new CostCheckReport(watcher.Costs, options.Optimizer.LearningRate);
    }

    private static Network<float> WithoutDropout(Network<float> network)
    {
        Network<float> copy = Network<float>.Uninitialized(WithoutDropout(network.Spec));
        IEnumerable<(Slot, Slot)> slots = network.Parameters.Slots.Zip(copy.Parameters.Slots);
        foreach ((Slot from, Slot to) in slots.Concat(network.Parameters.Buffers.Zip(copy.Parameters.Buffers)))
            copy.Parameters.Write(to, network.Parameters.Read(from));
        return copy;
    }

    private static NetworkSpec WithoutDropout(NetworkSpec spec) => new(spec.Inputs, spec.Layers.Select(WithoutDropout));

    private static LayerSpec WithoutDropout(LayerSpec layer) => layer switch
    {
        Dropout dropout => dropout with { KeepProbability = 1 },
        CompositeSpec composite => composite.Of([.. composite.Layers.Select(WithoutDropout)]),
        _ => layer,
    };

    // An epoch is one step, and its cost is the cost before the step.
    private sealed class Watcher(int steps, CancellationTokenSource stop) : ITrainingCallback
    {
        public List<double> Costs { get; } = [];

        public void OnEpochEnd(EpochRecord epoch)
        {
            Costs.Add(epoch.Cost!.Value);
            if (Costs.Count > steps || CostCheckReport.Rises(Costs, Costs.Count - 1))
                stop.Cancel();
        }
    }
}
