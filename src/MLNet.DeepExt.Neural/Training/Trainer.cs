using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Statistics;

namespace MLNet.DeepExt.Neural.Training;

/// <summary>Trains a network on labelled rows by mini-batch gradient descent.</summary>
/// <remarks>
/// With <see cref="SparseRows"/> and a network that begins with a Dense, the cost of a step depends on the features that its rows store: it
/// updates the first weights of these features only (see <see cref="Optimizers.GradientTransform"/>). For any other network sparse
/// rows are expanded, batch by batch.
/// <para>
/// A network that begins with unfitted input encoders, such as <see cref="Layers.Standardize"/>, is compiled after the rows
/// have been read: the encoders are fitted to the training rows, not to validation rows, in a pass that is needed in any case.
/// </para>
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
    // Below this, waking a second thread and synchronizing with it costs more than it saves.
    private const double WorthASecondThread = 3e6;

    // The threads that augment rows ahead of the training; more would only wait for each other.
    private const int MostThreadsAhead = 8;

    private readonly NetworkSpec _spec;
    private readonly Network<float>? _start; // null for a new network
    private readonly Loss _loss;
    private readonly TrainingOptions _options;

    /// <summary>Creates a trainer of a new network.</summary>
    /// <param name="spec">The network.</param>
    /// <param name="loss">The loss that training minimizes.</param>
    /// <param name="options">The training options.</param>
    /// <exception cref="ArgumentException">An option is out of its range; the message states the value and the remedy.</exception>
    public Trainer(NetworkSpec spec, Loss loss, TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(options);
        if (spec.Layers.Count == 0)
            throw new ArgumentException("The network has no layers; give it at least one Dense.", nameof(spec));
        loss.Validate(spec.Outputs);
        options.Validate();
        EncoderFitting.RequireFittable(spec);
        options.ValidateFor(spec);
        options.ClassWeights.Validate(new TargetCheck(loss, spec.Outputs));
        _spec = spec;
        _loss = loss;
        _options = options;
    }

    /// <summary>Creates a trainer that trains a network further.</summary>
    /// <param name="start">The starting network. It is copied, not changed.</param>
    /// <param name="loss">The loss that training minimizes.</param>
    /// <param name="options">The training options. The state of the optimizer, the schedule and the epochs start from the beginning.</param>
    /// <exception cref="ArgumentException">An option is out of its range; the message states the value and the remedy.</exception>
    public Trainer(Network<float> start, Loss loss, TrainingOptions options)
        : this((start ?? throw new ArgumentNullException(nameof(start))).Spec, loss, options)
    {
        _start = start.ConvertTo<float>();
    }

    /// <summary>Trains on rows in memory.</summary>
    /// <param name="training">
    /// The training rows. Features must be finite, and at most <see cref="FeatureRows.LargestFeature"/> in size. Rows of weight 0 are
    /// ignored; in batch norm all other rows count equally, independently of their weight in the loss.
    /// </param>
    /// <param name="validation">The validation rows. If omitted, a fraction of the training rows is set aside.</param>
    /// <param name="cancellationToken">
    /// Stops training after the current step, with the best network so far; before the end of the first epoch, with an exception.
    /// </param>
    /// <returns>The network with the weights of the best epoch on the validation rows.</returns>
    /// <exception cref="ArgumentException">The rows do not fit the network, or a batch of them does not fit into an array.</exception>
    /// <exception cref="InvalidOperationException">
    /// A target has no value in any training row, or the network needs more memory than the process may use.
    /// </exception>
    /// <exception cref="OperationCanceledException">
    /// It was cancelled before the first epoch ended, so there is no trained network. Epochs before a checkpoint count.
    /// </exception>
    /// <exception cref="TrainingDivergedException">
    /// A loss or a weight became infinite or NaN, or the network predicts far worse than outputs that ignore the features: than the mean of the
    /// training targets, or the class frequencies of the training rows. With validation rows this is the case if, in the epoch of the lowest
    /// validation loss, both the validation loss and the training loss are more than 10 times the loss of such outputs (which counts as at least
    /// 1). Without validation rows it is the case if the training loss of the last epoch exceeds this limit, unless it is the first epoch. This is
    /// not checked if training was cancelled or uses a <see cref="TrainingOptions.StoppingMetric"/>.
    /// </exception>
    /// <exception cref="TrainingCallbackException">A callback or the schedule threw; the exception has the best network so far.</exception>
    public TrainingResult Train(LabeledRows training, LabeledRows? validation = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(training);
        RequireFit(training, nameof(training));
        if (validation is not null)
            RequireFit(validation, nameof(validation));
        _options.ValidateMetrics(_spec.Outputs, (validation ?? training).TargetWidth);
        RequireValidation(validation is not null);
        if (_options.CrossFitting && validation is null)
            TrainingSources.RequireFolds(_options, training);

        return EnsembleTraining.Run(_options, _loss, TrainOne, cancellationToken);

        TrainingResult TrainOne(TrainingOptions options, TrainingEvents events)
        {
            InputStatistics? statistics = CreateStatistics(options);
            using TrainingSources sources = TrainingSources.OfRows(options, _spec.LearnsFromSparseRows, training, validation, statistics);
            return Train(options, sources, statistics, events, cancellationToken);
        }
    }

    /// <summary>Trains on rows that do not fit into memory. They are read again for every epoch.</summary>
    /// <param name="training">
    /// The training rows. Rows of weight 0 are ignored. For each network of an <see cref="TrainingOptions.Ensemble"/>, they are read once to count and
    /// validate them, once more if a fraction of them is set aside, and then for every epoch, on a separate thread, ahead of the training. Rows are
    /// shuffled within a buffer of <see cref="TrainingOptions.ShuffleBufferMegabytes"/>.
    /// </param>
    /// <param name="validation">
    /// The validation rows, read once to count them and again after every epoch. If omitted, a fraction of the training rows is set
    /// aside, stratified by class, and kept in memory; if it is larger than the buffer, only the part that fits into the buffer. A fold
    /// (<see cref="TrainingOptions.CrossFitting"/>) that is larger than the buffer is an error.
    /// </param>
    /// <param name="cancellationToken">
    /// Stops training after the current step, or the reading after the current row, with the best network so far; before the end of the first
    /// epoch, with an exception.
    /// </param>
    /// <returns>The network with the weights of the best epoch on the validation rows.</returns>
    /// <exception cref="ArgumentException">The rows do not fit the network, or there are none.</exception>
    /// <exception cref="InvalidOperationException">
    /// A row is not valid for training, another reading gave another number or order of rows, or batch norm got a single row; a target has
    /// no value in any training row; or the network needs more memory than the process may use. Exceptions of the reader are rethrown unchanged.
    /// </exception>
    /// <exception cref="OperationCanceledException">
    /// It was cancelled before the first epoch ended, for example while rows were counted, so there is no trained network.
    /// </exception>
    /// <exception cref="TrainingDivergedException">
    /// A loss or a weight became infinite or NaN, or the best epoch predicts far worse than outputs that ignore the features, as
    /// for rows in memory.
    /// </exception>
    /// <exception cref="TrainingCallbackException">A callback or the schedule threw; the exception has the best network so far.</exception>
    /// <remarks>
    /// Its memory does not depend on the number of rows. If the buffer holds all rows, including those set
    /// aside, the result equals that of training on the same rows in memory, to the last bit. The exception is a training on <see cref="SparseRows"/>
    /// with a network that begins with a Dense, whose first weights are then updated lazily: a stream has dense rows.
    /// </remarks>
    public TrainingResult Train(ExampleStream training, ExampleStream? validation = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(training);
        RequireFit(training, nameof(training));
        if (validation is not null)
            RequireFit(validation, nameof(validation));
        _options.ValidateMetrics(_spec.Outputs, (validation ?? training).TargetWidth);
        RequireValidation(validation is not null);

        return EnsembleTraining.Run(_options, _loss, TrainOne, cancellationToken);

        TrainingResult TrainOne(TrainingOptions options, TrainingEvents events)
        {
            InputStatistics? statistics = CreateStatistics(options);
            using TrainingSources? sources = TrainingSources.OfStreams(
                options, new TargetCheck(_loss, _spec.Outputs), training, validation, statistics, cancellationToken);
            return sources is null
                ? throw TrainingRun.CancelledBeforeAnEpoch(cancellationToken)
                : Train(options, sources, statistics, events, cancellationToken);
        }
    }

    // Null if every encoder is fitted.
    private InputStatistics? CreateStatistics(TrainingOptions options) => _spec.IsFitted
        ? null
        : EncoderFitting.StatisticsFor(_spec, new CounterRandom((ulong)options.Seed).Derive(RandomStreams.Quantiles));

    private TrainingResult Train(
        TrainingOptions options, TrainingSources sources, InputStatistics? statistics, TrainingEvents events, CancellationToken cancellationToken)
    {
        NetworkSpec spec = statistics is null ? _spec : EncoderFitting.Fit(_spec, statistics);
        options.ValidateFor(spec, sources.Training.Rows);
        TrainingMemory.RequireBatch(spec, Math.Max(sources.Training.MaximumBatch, sources.Validation?.MaximumBatch ?? 0));
        TrainingMemory.RequireParameters(
            spec, options, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, sparseRows: sources.StoredShare < 1);
        sources.MissingInTraining?.RequireEach(options.TargetNames);
        if (sources.Validation is null)
            RequireNoWish(sources.Training.Rows);
        Network<float> network = _start?.ConvertTo<float>() ?? new Network<float>(spec, options.Seed);
        int threads = ThreadsFor(network, sources);
        if (options.Augmentation is { } recipe)
        {
            int ahead = options.AugmentationThreads ?? Math.Clamp(Environment.ProcessorCount - threads, 0, MostThreadsAhead);
            sources.Augment(recipe, options.Seed, spec.Outputs, _loss, ahead);
        }

        var step = new SupervisedStep(network, _loss, sources.Training, options, isNew: _start is null);
        var run = new TrainingRun(step, _loss, options, sources, events);
        using var team = new WorkerTeam(threads);
        return run.Run(team, cancellationToken);
    }

    private int ThreadsFor(Network<float> network, TrainingSources sources)
    {
        // Sparse rows use only those first weights whose inputs they store.
        double first = _spec.LearnsFromSparseRows ? network.Program.Operations[0].Layer.Parameters.FirstOrDefault()?.Length ?? 0 : 0;
        double met = network.Parameters.Values.Length - first + first * sources.StoredShare;
        // Forward pass, gradient of the inputs and gradient of the weights: a multiplication and an addition each.
        double operations = 6.0 * sources.Training.MaximumBatch * met;
        return _options.NumberOfThreads ?? (int)Math.Clamp(operations / WorthASecondThread + 1, 1, Environment.ProcessorCount);
    }

    private void RequireValidation(bool isGiven)
    {
        if (!isGiven && !_options.CrossFitting && _options.ValidationFraction == 0 && _options.WantsValidation(_spec) is { } requirement)
        {
            throw new ArgumentException(
                $"{requirement} but there are no validation rows; give some, or a ValidationFraction above 0.",
                _options.Patience is null ? nameof(_options.StoppingMetric) : nameof(_options.Patience));
        }
    }

    // A fraction of few rows may be empty.
    private void RequireNoWish(int rows)
    {
        if (_options.WantsValidation(_spec) is { } requirement)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"{requirement} but ValidationFraction is {_options.ValidationFraction}, which of {rows} rows is none; ") +
                "give validation rows, or a larger share.", nameof(_options.ValidationFraction));
        }
    }

    private void RequireFit(LabeledRows rows, string name)
    {
        if (rows.Count == 0)
            throw new ArgumentException($"There are no {name} rows; give it at least one.", name);
        RequireWidth(rows.Width, name);
        RequireNames(rows.TargetWidth);
        if (rows.Targets.FaultOf(new TargetCheck(_loss, _spec.Outputs), name, row => rows.WeightOf(row) > 0) is { } fault)
            throw new ArgumentException(fault, name);
        if (rows.Weights is { } weights && !weights.AsSpan().ContainsAnyExcept(0f))
            throw new ArgumentException($"All {name} rows have weight 0; give at least one of them a weight above 0.", name);
        if (rows.Features.FaultOf(rows.Count) is { } faultOfFeatures)
            throw new ArgumentException($"The {name} rows have {faultOfFeatures}", name);
    }

    private void RequireFit(ExampleStream stream, string name)
    {
        RequireWidth(stream.Width, name);
        RequireNames(stream.TargetWidth);
        if (new TargetCheck(_loss, _spec.Outputs).FaultOfWidth(stream.TargetWidth, name) is { } fault)
            throw new ArgumentException(fault, name);
    }

    private void RequireNames(int targetWidth)
    {
        if (_options.TargetNames is { } names && targetWidth > 0 && names.Count != targetWidth)
        {
            throw new ArgumentException(
                $"TargetNames has {names.Count} names but rows have {targetWidth} targets; give a name for each, or null.",
                nameof(_options.TargetNames));
        }
    }

    private void RequireWidth(int width, string name)
    {
        if (width != _spec.Inputs)
        {
            throw new ArgumentException(
                $"The {name} rows have {width} features but the network has {_spec.Inputs} inputs; they must be equal.", name);
        }
    }
}
