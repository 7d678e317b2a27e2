using MLNet.DeepExt.Neural.Augmentations;
using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Regularizers;
using MLNet.DeepExt.Neural.Schedules;
using MLNet.DeepExt.Neural.Training.Updates;

namespace MLNet.DeepExt.Neural.Training;

/// <summary>The options of a training. Immutable; validated before any work starts.</summary>
public sealed record TrainingOptions
{
    /// <summary>
    /// The optimizer, which converts the gradient to the update of the parameters: a rule, or a <see cref="Chain"/> of a rule with clipping, weight
    /// decay or other transforms. Default <see cref="Adam"/> with a step size of 0.001.
    /// </summary>
    public Optimizer Optimizer { get; init; } = new Adam();

    /// <summary>The schedule of the learning rate. Default <see cref="Constant"/>.</summary>
    public Schedule Schedule { get; init; } = new Constant();

    /// <summary>The penalty on weights, which is added to the cost. Null (default) for none.</summary>
    public Regularizer? Regularizer { get; init; }

    /// <summary>
    /// The factors of the learning rates of layers, at least 0 and finite, by the name of the layer
    /// (<see cref="NetworkSpec.LayerNames"/>); 1 for a layer without an entry. The factor 0 freezes a layer: it keeps its parameters, and a batch
    /// norm also its running statistics, by which it then normalizes. The entry of a layer that contains layers applies to all of these, except
    /// those with a separate entry. Default: no entries.
    /// </summary>
    public IReadOnlyDictionary<string, double> LayerRates { get; init; } = new Dictionary<string, double>();

    /// <summary>
    /// The weight β of the previous value, in [0, 1), in an exponential average of all parameters over the steps. The network with the averaged
    /// weights is validated, kept and returned. The average includes about -1 / ln β steps: 1,000 for 0.999. An average is hardly ever exactly 0,
    /// so do not use it if a penalty should make weights 0. Null (default) for no averaging.
    /// </summary>
    public double? WeightAveraging { get; init; }

    /// <summary>
    /// True to limit the weight of the previous value of <see cref="WeightAveraging"/> in step t to (1 + t)/(10 + t), so that the average includes
    /// about the last ninth of the steps until this limit reaches β. If false, all first steps have about equal weight until there are as many as β
    /// includes, which is too many if the whole training is not much longer. Default false.
    /// </summary>
    public bool WeightAveragingWarmUp { get; init; }

    /// <summary>
    /// The number of rows of a mini-batch, at least 1 and at most the number of training rows. The last batch of an epoch may be smaller; a single
    /// remaining row is added to the batch before. Null (default) for the power of two nearest to 1/400 of the training rows, from 64 to 1024. The
    /// number of training rows gives plain (full-batch) gradient descent.
    /// </summary>
    public int? BatchSize { get; init; }

    /// <summary>
    /// The number of training rows up to which one batch contains all of them, if <see cref="BatchSize"/> is null; at least 0. Default 0: never.
    /// The rule of thumb of A. Ng's course is 2,000.
    /// </summary>
    public int WholeBatchLimit { get; init; }

    /// <summary>
    /// The maximum number of passes over the training rows, at least 1. Default 200; early stopping usually ends training before. There is no upper
    /// limit: an epoch needs no memory before it is trained, and its record about a hundred bytes afterwards.
    /// </summary>
    public int MaximumEpochs { get; init; } = 200;

    /// <summary>
    /// The fraction of the rows, in [0, 1), that is set aside for validation (stratified by class) if no
    /// validation rows are given. Default 0.1. With 0, training runs to <see cref="MaximumEpochs"/> and returns the last weights.
    /// </summary>
    public double ValidationFraction { get; init; } = 0.1;

    /// <summary>
    /// The number of epochs without improvement after which training stops, at least 1. Null (default) is <see cref="DefaultPatience"/>. A value
    /// needs validation rows. A value above <see cref="MaximumEpochs"/> only keeps the weights of the best epoch; <see cref="EveryEpoch"/> does the
    /// same, and is allowed without validation rows.
    /// </summary>
    /// <remarks>
    /// Early stopping is not independent of regularization: it limits the fit of the training rows to improve the result on the validation rows.
    /// It is used because a single training then tries all numbers of epochs.
    /// </remarks>
    public int? Patience { get; init; }

    /// <summary>
    /// The minimum improvement of the validation value that resets the patience, at least 0, in units of the stopping
    /// metric. Default 0. The weights of the best epoch are kept for any improvement.
    /// </summary>
    public double MinimumImprovement { get; init; }

    /// <summary>
    /// The metric by which epochs are compared. It is measured even if <see cref="Metrics"/> does not contain it. Null (default) for the
    /// validation loss.
    /// </summary>
    public Metric? StoppingMetric { get; init; }

    /// <summary>
    /// True to divide the logits, after training, by the temperature at which the probabilities have the lowest log-loss on the
    /// validation rows (Guo et al. 2017). The predicted class does not change, unless the probabilities of members are averaged. Default false.
    /// It needs validation rows, a loss whose outputs are probabilities, such as <see cref="SoftmaxCrossEntropy"/>, and a network that ends
    /// with a <see cref="Dense"/> or <see cref="MemberDense"/>; otherwise it has no effect. It needs one more pass over the validation rows.
    /// </summary>
    public bool TemperatureScaling { get; init; }

    /// <summary>
    /// True to shift the quantiles of a network that is trained with <see cref="Losses.Quantile"/>, after training, so that the fraction τ of
    /// the targets of the validation rows is below each quantile: by the residual of rank τ·(n + 1) among the n residuals y - q(x) of that quantile,
    /// interpolated, with row weights (Romano, Patterson, Candès 2019). Default false. It needs validation rows, at least 1/τ - 1 and
    /// 1/(1 - τ) - 1 of them (19 for 0.05 and 0.95), otherwise that quantile is not shifted and there is a warning; and a network that ends with a
    /// <see cref="Dense"/> or <see cref="MemberDense"/> with a bias; otherwise it has no effect. It needs one more pass over the validation rows.
    /// </summary>
    /// <remarks>
    /// The fraction of new rows in a 90 % interval varies around 90 % by √(0.09/n): 3 % for 100 validation rows and 1 % for 900. The calibration
    /// removes the systematic error, not this variation.
    /// </remarks>
    public bool QuantileCalibration { get; init; }

    /// <summary>
    /// The metrics that are measured on the validation rows after every epoch in addition to the loss, without duplicates. Null (default) for the
    /// metric of the targets: <see cref="Accuracy"/> for classes, <see cref="RootMeanSquaredError"/> for numbers if there is one output for each.
    /// </summary>
    public IReadOnlyList<Metric>? Metrics { get; init; }

    /// <summary>
    /// The factors of the weights of rows by their class, in the loss, the metrics and early stopping. Default
    /// <see cref="ClassWeights.None"/>. They have no effect on numeric targets.
    /// </summary>
    public ClassWeights ClassWeights { get; init; } = ClassWeights.None;

    /// <summary>
    /// The names of the targets in messages, for example about missing values: one for each target. Null (default) for target 0,
    /// target 1, and so on. Not used for class targets.
    /// </summary>
    public IReadOnlyList<string>? TargetNames { get; init; }

    /// <summary>
    /// The augmentation of the training rows, different in every epoch. The loss of an epoch is that of the augmented rows. Validation rows are not
    /// augmented. Sparse rows are expanded. Null (default) for none.
    /// </summary>
    public AugmentationRecipe? Augmentation { get; init; }

    /// <summary>The seed of initial weights, order of the rows, dropout, augmentation and validation split. Default 0.</summary>
    public int Seed { get; init; }

    /// <summary>
    /// The number of training threads, from 1 to <see cref="MostThreads"/>. Null (default) chooses it by the work of a step. The
    /// result does not depend on it, to the last bit.
    /// </summary>
    public int? NumberOfThreads { get; init; }

    /// <summary>
    /// The number of additional threads that augment rows ahead of the training, from 0 to <see cref="MostThreads"/>. Null (default) uses the
    /// processors that training leaves, up to eight; with 0 the training threads augment. The result does not depend on it, to the last bit.
    /// </summary>
    public int? AugmentationThreads { get; init; }

    /// <summary>
    /// The size of the shuffle buffer in MiB (2²⁰ bytes) of features, at least 1, for training on an <see cref="ExampleStream"/>.
    /// Rows set aside for validation need at most the same memory again. Default 256. The buffer holds at least one
    /// batch, and at most as much as one array.
    /// </summary>
    public int ShuffleBufferMegabytes { get; init; } = 256;

    /// <summary>
    /// True to record <see cref="EpochRecord.Norms"/>, with warnings if gradients or activations vanish or explode, activations saturate or
    /// units die. Default false. It needs a little time in the last step of each epoch.
    /// </summary>
    public bool RecordNorms { get; init; }

    /// <summary>
    /// The number of networks that are trained in sequence, from 1 to 32. The result is one network of <see cref="Layers.Branches"/>, whose
    /// prediction is the mean of their predictions. Default 1.
    /// </summary>
    /// <remarks>
    /// Each network has other initial weights, other batches and another validation split, by its own seed: network n, counted from 1, has
    /// <see cref="Seed"/> + 1,000,003·(n - 1) (modulo 2³²), so the first one equals a network trained alone. Each is stopped early and calibrated
    /// on its own validation split; given validation rows are the same for all. Callbacks get the events of the networks in sequence, each starting
    /// with <see cref="ITrainingCallback.OnStarted"/>, with the number of the network in <see cref="TrainingStarted.NetworkNumber"/>. The
    /// <see cref="Checkpoint"/> of network n is the file with .n after its name, from the second network on. If cancelled, training returns the
    /// finished networks and the best state so far of the current one. L. K. Hansen and P. Salamon, "Neural network ensembles", 1990.
    /// </remarks>
    public int Ensemble { get; init; } = 1;

    /// <summary>
    /// True to divide the rows into folds, one for each network of the <see cref="Ensemble"/>, which uses it for validation: every row is
    /// then used for training by all networks except one, and for validation by that one. Default false.
    /// </summary>
    /// <remarks>
    /// Use it if there are too few rows to set some aside. Folds are stratified by class; a class with one row is in the training rows of all
    /// networks. With <see cref="TemperatureScaling"/> one temperature is fitted to the logits of all rows. <see cref="ValidationFraction"/> is not
    /// used, and there are no folds if validation rows are given.
    /// </remarks>
    public bool CrossFitting { get; init; }

    /// <summary>The callbacks that receive the events of the training, in this order. Default: none.</summary>
    public IReadOnlyList<ITrainingCallback> Callbacks { get; init; } = [];

    /// <summary>The checkpoint from which training can be resumed after an interruption. Null (default) for none.</summary>
    public Checkpoint? Checkpoint { get; init; }

    /// <summary>The clock for rows per second and for the time of checkpoints. It has no other effect.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>The number of epochs without improvement after which training stops if <see cref="Patience"/> is null.</summary>
    public const int DefaultPatience = 20;

    /// <summary>
    /// A value of <see cref="Patience"/> that disables early stopping: every epoch is run, and the best one is kept if there are validation rows.
    /// </summary>
    public const int EveryEpoch = int.MaxValue;

    /// <summary>
    /// The maximum number of threads of a training: 4 for each processor (<see cref="Environment.ProcessorCount"/>), but at least 32. More threads
    /// would only wait for each other.
    /// </summary>
    public static int MostThreads => Math.Max(32, 4 * Environment.ProcessorCount);

    /// <summary>The maximum number of networks of an <see cref="Ensemble"/>.</summary>
    internal const int MostNetworks = 32;

    /// <summary>The number of the trained network of an <see cref="Ensemble"/>, counted from 1.</summary>
    internal int NetworkNumber { get; init; } = 1;

    /// <summary>The seed of the first network, from which folds are drawn.</summary>
    internal int FirstSeed => unchecked(Seed - SeedStep * (NetworkNumber - 1));

    private const int SeedStep = 1_000_003;

    /// <summary>Returns the options of one network of an <see cref="Ensemble"/>.</summary>
    /// <param name="number">The number of the network, counted from 1.</param>
    internal TrainingOptions ForNetwork(int number) => number == 1 ? this : this with
    {
        NetworkNumber = number,
        Seed = unchecked(Seed + SeedStep * (number - 1)),
        Checkpoint = Checkpoint is null ? null : Checkpoint with { Path = FormattableString.Invariant($"{Checkpoint.Path}.{number}") },
    };

    /// <summary>Returns the names of the frozen layers that have parameters, without layers that contain layers.</summary>
    internal IReadOnlySet<string> FrozenLayers(NetworkSpec spec) => LayerRates.Count == 0
        ? new HashSet<string>()
        : spec.Program.Operations.Where(operation => operation.Layer.Learns && LayerRate.Of(operation, LayerRates) == 0)
            .Select(operation => operation.Name).ToHashSet();

    /// <summary>Returns the option that requires validation rows, as the start of a message; null if there is none.</summary>
    /// <param name="spec">The trained network.</param>
    internal string? WantsValidation(NetworkSpec spec) =>
        Patience is { } patience && patience != EveryEpoch ? FormattableString.Invariant($"Patience is {patience}")
        : StoppingMetric is not null ? $"StoppingMetric is {StoppingMetric.Name}"
        : Schedules(spec).FirstOrDefault(each => each.Schedule is { NeedsValidation: true }) is { Schedule: { } schedule } first
            ? $"{first.Name} is {schedule.GetType().Name}, which depends on the validation,"
        : null;

    /// <summary>Validates all values. <see cref="Trainer"/> calls it; call it to validate options earlier.</summary>
    /// <exception cref="ArgumentException">A value is out of its range; the message states the value and the remedy.</exception>
    public void Validate()
    {
        ArgumentNullException.ThrowIfNull(Optimizer);
        ArgumentNullException.ThrowIfNull(Schedule);
        ArgumentNullException.ThrowIfNull(LayerRates);
        ArgumentNullException.ThrowIfNull(Callbacks);
        ArgumentNullException.ThrowIfNull(TimeProvider);
        ArgumentNullException.ThrowIfNull(ClassWeights);
        Optimizer.Validate();
        MetricChoice.Validate(Metrics, StoppingMetric);
        if (Callbacks.Contains(null!))
            throw new ArgumentException("Callbacks must not hold null; remove it.", nameof(Callbacks));
        Schedule.Validate();
        Regularizer?.Validate();
        Checkpoint?.Validate();
        Augmentation?.Validate();
        RequireAtLeastOne(BatchSize, nameof(BatchSize), "leave it null to choose it by the number of rows");
        RequireAtLeastOne(MaximumEpochs, nameof(MaximumEpochs), "one epoch is one pass over the training rows");
        RequireAtLeastOne(Patience, nameof(Patience), "set ValidationFraction to 0 to train without stopping early");
        RequireAtLeastOne(NumberOfThreads, nameof(NumberOfThreads), "leave it null to choose it by the work");
        if (NumberOfThreads > MostThreads)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"NumberOfThreads must be at most {MostThreads}, for {Environment.ProcessorCount} processors, but is {NumberOfThreads}; ")
                + "leave it null to choose it by the work.",
                nameof(NumberOfThreads));
        }

        if (Ensemble is < 1 or > MostNetworks)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"Ensemble must be from 1 to {MostNetworks} but is {Ensemble}; 1 trains one network, and 3 to 5 gain most."), nameof(Ensemble));
        }

        if (CrossFitting && Ensemble == 1)
        {
            throw new ArgumentException(
                "CrossFitting is true but Ensemble is 1; folds need at least 2 networks, and 5 are usual.", nameof(Ensemble));
        }

        if (AugmentationThreads < 0 || AugmentationThreads > MostThreads)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"AugmentationThreads must be from 0 to {MostThreads}, for {Environment.ProcessorCount} processors, but is {AugmentationThreads}; ")
                + "leave it null to take the processors that training leaves.",
                nameof(AugmentationThreads));
        }

        RequireAtLeastOne(ShuffleBufferMegabytes, nameof(ShuffleBufferMegabytes), "a larger buffer shuffles better");
        if (!(ValidationFraction >= 0 && ValidationFraction < 1))
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"ValidationFraction must be in [0, 1) but is {ValidationFraction}; 0.1 sets every tenth row aside."), nameof(ValidationFraction));
        }

        if (WholeBatchLimit < 0)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"WholeBatchLimit must be at least 0 but is {WholeBatchLimit}; 0 never makes all rows one batch."), nameof(WholeBatchLimit));
        }

        if (!(MinimumImprovement >= 0 && double.IsFinite(MinimumImprovement)))
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"MinimumImprovement must be at least 0 but is {MinimumImprovement}; 0 counts every improvement."), nameof(MinimumImprovement));
        }

        if (WeightAveraging is { } decay && !(decay >= 0 && decay < 1))
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"WeightAveraging must be in [0, 1) but is {decay}; 0.999 averages over about 1,000 steps, null over none."),
                nameof(WeightAveraging));
        }

        foreach ((string layer, double factor) in LayerRates)
        {
            if (!(factor >= 0 && double.IsFinite(factor)))
            {
                throw new ArgumentException(FormattableString.Invariant(
                    $"LayerRates[{layer}] must be at least 0 and finite but is {factor}; ") +
                    "0 freezes the layer, 1 is the learning rate itself.", nameof(LayerRates));
            }
        }
    }

    /// <summary>
    /// Validates that <see cref="Metrics"/> and <see cref="StoppingMetric"/> can be measured. <see cref="Trainer"/> calls it; call it
    /// to validate them before the rows are read.
    /// </summary>
    /// <param name="outputs">The number of outputs of the network.</param>
    /// <param name="targetWidth">The number of targets per row; 0 for class targets.</param>
    /// <exception cref="ArgumentException">A metric cannot be measured. The message states the metric and the reason.</exception>
    public void ValidateMetrics(int outputs, int targetWidth) => _ = MetricsToMeasure(outputs, targetWidth);

    /// <summary>Returns the metrics to measure, including the stopping metric.</summary>
    /// <exception cref="ArgumentException">A metric cannot be measured.</exception>
    internal IReadOnlyList<Metric> MetricsToMeasure(int outputs, int targetWidth)
    {
        IReadOnlyList<Metric> metrics = MetricChoice.For(Metrics, outputs, targetWidth);
        return StoppingMetric is null || metrics.Contains(StoppingMetric)
            ? metrics
            : [.. metrics, .. MetricChoice.For([StoppingMetric], outputs, targetWidth)];
    }

    /// <summary>Validates the options that depend on the network.</summary>
    internal void ValidateFor(NetworkSpec spec)
    {
        foreach (string name in LayerRates.Keys)
        {
            if (!spec.LayerNames.Contains(name))
                throw new ArgumentException($"LayerRates has an entry for layer {name} but {spec.DescribeNames()}.", nameof(LayerRates));
        }

        Augmentation?.ValidateFor(spec.Inputs);
        RequireSomethingToLearn(spec);
        if (BatchSize == 1 && LearningBatchNorm(spec) is { } normalized)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"BatchSize is 1 but layer {normalized} is a BatchNorm, and one row has no variance; use at least 2."), nameof(BatchSize));
        }
    }

    /// <summary>Validates the options that depend on the number of training rows.</summary>
    internal void ValidateFor(NetworkSpec spec, int rows)
    {
        if (BatchSize > rows)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"BatchSize is {BatchSize} but there are {rows} training rows; use at most {rows}, or null for the default."),
                nameof(BatchSize));
        }

        if (rows == 1 && LearningBatchNorm(spec) is { } normalized)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"There is one training row but layer {normalized} is a BatchNorm, and one row has no variance; give it at least two."),
                nameof(rows));
        }
    }

    // All schedules of a training step.
    private IEnumerable<(string Name, Schedule? Schedule)> Schedules(NetworkSpec spec) =>
    [
        (nameof(Schedule), Schedule),
        .. Chain.LinksOf(Optimizer).Select(link => ($"Schedule of {link.GetType().Name}", link.OwnSchedule)),
        .. spec.Program.Operations.Select(operation => ($"Schedule of layer {operation.Name}", operation.Spec.OwnSchedule)),
    ];

    private void RequireSomethingToLearn(NetworkSpec spec)
    {
        if (!LayerRates.Values.Contains(0))
            return;
        Operation<float>[] learning = [.. spec.Program.Operations.Where(operation => operation.Layer.Learns)];
        if (learning.Length > 0 && Array.TrueForAll(learning, operation => LayerRate.Of(operation, LayerRates) == 0))
        {
            throw new ArgumentException(
                $"LayerRates is 0 for every layer with parameters ({string.Join(", ", learning.Select(operation => operation.Name))}); " +
                "give at least one of them a rate above 0.", nameof(LayerRates));
        }
    }

    // The first BatchNorm that is not frozen.
    private string? LearningBatchNorm(NetworkSpec spec) => spec.Program.Operations.FirstOrDefault(
        operation => operation.Spec is BatchNorm && operation.OutputShape.Lines == 1 && LayerRate.Of(operation, LayerRates) > 0)?.Name;

    private static void RequireAtLeastOne(int? value, string name, string remedy)
    {
        if (value < 1)
            throw new ArgumentException(FormattableString.Invariant($"{name} must be at least 1 but is {value}; {remedy}."), name);
    }
}
