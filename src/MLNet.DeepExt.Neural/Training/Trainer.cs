using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Training;

/// <summary>Trains a network on labelled rows by mini-batch gradient descent.</summary>
/// <remarks>
/// With <see cref="SparseRows"/> and a network that begins with a Dense, a step costs by the features that its rows store: it
/// updates the first weights of these features alone (see <see cref="Optimizers.Optimizer"/>). Any other network gets sparse
/// rows written out, batch by batch.
/// </remarks>
/// <example>
/// <code>
/// NetworkSpec spec = NetworkSpec.Input(64).Dense(128).BatchNorm().Relu().Dense(10);
/// var trainer = new Trainer(spec, new SoftmaxCrossEntropy(), new TrainingOptions { Seed = 1 });
/// TrainingResult result = trainer.Train(new LabeledRows(64, features, classes));
/// </code>
/// </example>
public sealed class Trainer
{
    // Below this, waking a second thread and meeting it at every barrier costs more than it saves.
    private const double WorthASecondThread = 3e6;

    private readonly NetworkSpec _spec;
    private readonly Loss _loss;
    private readonly TrainingOptions _options;

    /// <summary>Checks and keeps what is to be done.</summary>
    /// <param name="spec">The network.</param>
    /// <param name="loss">What training minimizes.</param>
    /// <param name="options">How.</param>
    /// <exception cref="ArgumentException">An option is out of its range; the message says which, why and what to do.</exception>
    public Trainer(NetworkSpec spec, Loss loss, TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(options);
        if (spec.Layers.Count == 0)
            throw new ArgumentException("The network has no layers; give it at least one Dense.", nameof(spec));
        loss.Validate(spec.Outputs);
        options.Validate();
        _spec = spec;
        _loss = loss;
        _options = options;
    }

    /// <summary>Trains a new network.</summary>
    /// <param name="training">
    /// The rows to learn from. Features must be finite. Rows of weight 0 are left out; the others count alike in batch norm,
    /// whatever their weight in the loss.
    /// </param>
    /// <param name="validation">The rows to stop by; if left out, a share of the training rows is set aside.</param>
    /// <param name="onEpoch">Called after every epoch. An exception that it throws ends training and comes out here.</param>
    /// <param name="onBatch">Called after every step. An exception that it throws ends training and comes out here.</param>
    /// <param name="cancellationToken">Ends training after the current step, with the best network so far.</param>
    /// <returns>The network with the weights of the epoch whose validation loss was lowest.</returns>
    /// <exception cref="ArgumentException">The rows do not fit the network.</exception>
    /// <exception cref="InvalidOperationException">
    /// A loss or a weight became infinite or not a number, or batch norm got a single row.
    /// </exception>
    public TrainingResult Train(
        LabeledRows training, LabeledRows? validation = null, Action<EpochRecord>? onEpoch = null, Action? onBatch = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(training);
        RequireFit(training, nameof(training));
        if (validation is not null)
            RequireFit(validation, nameof(validation));
        _ = MetricChoice.For(_options.Metrics, _spec.Outputs, (validation ?? training).TargetWidth);

        using TrainingSources sources = TrainingSources.OfRows(_options, _spec.ReadsSparseRows, training, validation);
        return Train(sources, onEpoch, onBatch, cancellationToken);
    }

    /// <summary>Trains a new network on rows that are too many for memory: they are read again for every epoch.</summary>
    /// <param name="training">
    /// The rows to learn from. Rows of weight 0 are left out. They are read once to be counted and checked, once more where a share
    /// of them is set aside, and then for every epoch, on a thread of its own, ahead of the training; rows are shuffled within a
    /// buffer of <see cref="TrainingOptions.ShuffleBufferMegabytes"/>.
    /// </param>
    /// <param name="validation">
    /// The rows to stop by, read once to be counted and again after every epoch. If left out, a share of the training rows is set
    /// aside, equally of every class, and kept in memory; where the share is larger than the buffer, as much of it as the buffer holds.
    /// </param>
    /// <param name="onEpoch">Called after every epoch. An exception that it throws ends training and comes out here.</param>
    /// <param name="onBatch">Called after every step. An exception that it throws ends training and comes out here.</param>
    /// <param name="cancellationToken">
    /// Ends training after the current step, or the reading of the current row, with the best network so far.
    /// </param>
    /// <returns>The network with the weights of the epoch whose validation loss was lowest.</returns>
    /// <exception cref="ArgumentException">The rows do not fit the network, or there are none.</exception>
    /// <exception cref="InvalidOperationException">
    /// A row cannot be learned from, another reading gave another number or order of rows, a loss or a weight became infinite or not a
    /// number, or batch norm got a single row. What a reader throws comes out as it is.
    /// </exception>
    /// <remarks>
    /// The memory that it takes does not grow with the number of rows. Where the buffer holds all rows, and the share set aside
    /// with them, the result is that of training on the same rows in memory, to the last bit; but not on <see cref="SparseRows"/>
    /// and a network that begins with a Dense, whose first weights are updated in other steps: a stream has its rows written out.
    /// </remarks>
    public TrainingResult Train(
        ExampleStream training, ExampleStream? validation = null, Action<EpochRecord>? onEpoch = null, Action? onBatch = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(training);
        RequireFit(training, nameof(training));
        if (validation is not null)
            RequireFit(validation, nameof(validation));
        _ = MetricChoice.For(_options.Metrics, _spec.Outputs, (validation ?? training).TargetWidth);

        using TrainingSources? sources = TrainingSources.OfStreams(
            _options, new TargetCheck(_loss, _spec.Outputs), training, validation, cancellationToken);
        return sources is null ? CancelledBefore() : Train(sources, onEpoch, onBatch, cancellationToken);
    }

    private TrainingResult Train(
        TrainingSources sources, Action<EpochRecord>? onEpoch, Action? onBatch, CancellationToken cancellationToken)
    {
        BatchSource source = sources.Training;
        var network = new Network<float>(_spec, _options.Seed);
        var step = new SupervisedStep(network, _loss, _options.Optimizer, source, _options.Seed);
        Evaluation? evaluation = sources.Validation is null ? null : new Evaluation(network, _loss, sources.Validation, _options.Metrics);
        var stopping = new EarlyStopping(network, _options.Patience);
        var epochs = new List<EpochRecord>();
        StopReason reason = StopReason.MaximumEpochs;

        using var team = new WorkerTeam(ThreadsFor(network, sources));
        for (int epoch = 1; epoch <= _options.MaximumEpochs; epoch++)
        {
            (double Loss, double RowsPerSecond) trained = TrainEpoch(epoch, source, step, team, onBatch, cancellationToken);
            Measures? validated = evaluation?.Run(team, onBatch, cancellationToken);
            if (cancellationToken.IsCancellationRequested)
            {
                reason = StopReason.Cancelled;
                break;
            }

            RequireFinite(network, validated, epoch, step.Steps);
            if (validated is { } measured)
                stopping.Observe(epoch, measured.Loss);
            epochs.Add(Record(epoch, trained, validated));
            onEpoch?.Invoke(epochs[^1]);
            if (validated is not null && stopping.IsOver)
            {
                reason = StopReason.EarlyStopping;
                break;
            }
        }

        stopping.RestoreBest();
        var history = new History
        {
            Epochs = [.. epochs],
            BestEpoch = stopping.BestEpoch > 0 ? stopping.BestEpoch : epochs.Count,
            TrainingRows = source.Rows,
            ValidationRows = sources.Validation?.Rows ?? 0,
        };
        return new TrainingResult { Network = network, History = history, Reason = reason };
    }

    private EpochRecord Record(int epoch, (double Loss, double RowsPerSecond) trained, Measures? validated) => new()
    {
        Epoch = epoch,
        TrainLoss = trained.Loss,
        ValidationLoss = validated?.Loss,
        ValidationMetrics = validated?.Metrics ?? MetricValues.Empty,
        LearningRate = _options.Optimizer.LearningRate,
        RowsPerSecond = trained.RowsPerSecond,
    };

    /// <summary>One pass over the rows, or as far as it gets before it is cancelled.</summary>
    private (double Loss, double RowsPerSecond) TrainEpoch(
        int epoch, BatchSource source, SupervisedStep step, WorkerTeam team, Action? onBatch, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return default;
        double cost = 0, weight = 0;
        long start = _options.TimeProvider.GetTimestamp();
        source.BeginEpoch(epoch);
        while (!cancellationToken.IsCancellationRequested && source.MoveNext(step.Batch))
        {
            double stepCost = step.Run(team);
            if (!double.IsFinite(stepCost))
                throw Diverged(FormattableString.Invariant($"The loss became {stepCost}"), epoch, step.Steps);
            cost += stepCost;
            weight += step.TotalWeight;
            onBatch?.Invoke();
        }

        return (cost / weight, source.Rows / _options.TimeProvider.GetElapsedTime(start).TotalSeconds);
    }

    // Cancelled while rows were counted: nobody knows yet how many there are.
    private TrainingResult CancelledBefore() => new()
    {
        Network = new Network<float>(_spec, _options.Seed),
        History = new History { Epochs = [], BestEpoch = 0, TrainingRows = 0, ValidationRows = 0 },
        Reason = StopReason.Cancelled,
    };

    private int ThreadsFor(Network<float> network, TrainingSources sources)
    {
        // Of the first weights, sparse rows meet those alone whose inputs they store.
        double first = _spec.ReadsSparseRows ? ((DenseLayer<float>)network.Layers[0]).Weight.Length : 0;
        double met = network.Parameters.Values.Length - first + first * sources.StoredShare;
        // Forward, the gradient of the inputs and that of the weights: a multiplication and an addition each.
        double operations = 6.0 * sources.Training.MaximumBatch * met;
        return _options.NumberOfThreads ?? (int)Math.Clamp(operations / WorthASecondThread + 1, 1, Environment.ProcessorCount);
    }

    private void RequireFit(LabeledRows rows, string name)
    {
        if (rows.Count == 0)
            throw new ArgumentException($"There are no {name} rows; give it at least one.", name);
        RequireWidth(rows.Width, name);
        if (rows.Targets.FaultOf(new TargetCheck(_loss, _spec.Outputs), name, row => rows.WeightOf(row) > 0) is { } fault)
            throw new ArgumentException(fault, name);
        if (rows.Weights is { } weights && !weights.AsSpan().ContainsAnyExcept(0f))
            throw new ArgumentException($"All {name} rows have weight 0; give at least one of them a weight above 0.", name);
        if (!rows.Features.AreFinite(rows.Count))
        {
            throw new ArgumentException(
                $"The {name} rows have a feature that is NaN or infinite; leave out such rows, or replace what is missing.", name);
        }
    }

    private void RequireFit(ExampleStream stream, string name)
    {
        RequireWidth(stream.Width, name);
        if (new TargetCheck(_loss, _spec.Outputs).FaultOfWidth(stream.TargetWidth, name) is { } fault)
            throw new ArgumentException(fault, name);
    }

    private void RequireWidth(int width, string name)
    {
        if (width != _spec.Inputs)
        {
            throw new ArgumentException(
                $"The {name} rows have {width} features but the network has {_spec.Inputs} inputs; they must be equal.", name);
        }
    }

    // A step may spoil the weights and nothing after it notice; the epoch is not over before that is known.
    private void RequireFinite(Network<float> network, Measures? validated, int epoch, long step)
    {
        if (validated is { } measured && !double.IsFinite(measured.Loss))
            throw Diverged(FormattableString.Invariant($"The validation loss became {measured.Loss}"), epoch, step);
        if (!Finite.All<float>(network.Parameters.Values))
            throw Diverged("A weight became NaN or infinite", epoch, step);
    }

    private InvalidOperationException Diverged(string what, int epoch, long step) => new(FormattableString.Invariant(
        $"{what} in epoch {epoch}, step {step}; use a learning rate below {_options.Optimizer.LearningRate}, and normalize the inputs."));
}
