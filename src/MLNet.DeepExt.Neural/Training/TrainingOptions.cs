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

/// <summary>How a network is trained. Immutable; checked before any work starts.</summary>
public sealed record TrainingOptions
{
    /// <summary>
    /// How the gradient becomes the update of the parameters: a rule, or a <see cref="Chain"/> of a rule with clipping, weight decay or other
    /// transforms. Default <see cref="Adam"/> with a step size of 0.001.
    /// </summary>
    public Optimizer Optimizer { get; init; } = new Adam();

    /// <summary>How the step size changes in the course of training. Default <see cref="Constant"/>.</summary>
    public Schedule Schedule { get; init; } = new Constant();

    /// <summary>The penalty on weights, which the cost is minimized with. Default null: none.</summary>
    public Regularizer? Regularizer { get; init; }

    /// <summary>
    /// What the learning rate of a layer is multiplied by, at least 0 and finite, by the name of the layer
    /// (<see cref="NetworkSpec.LayerNames"/>); 1 for a layer without an entry. With 0 a layer is frozen: it keeps its parameters, and a batch
    /// norm its running statistics too, by which it then normalizes. The entry of a layer that is made of layers is for all of these, but for
    /// those with one of their own. Default: no entries.
    /// </summary>
    public IReadOnlyDictionary<string, double> LayerRates { get; init; } = new Dictionary<string, double>();

    /// <summary>
    /// The weight β, in [0, 1), of the past in an average over the steps of all that is learned; the network with the averaged weights is
    /// then what is validated, kept and returned. Its memory is -1 / ln β steps: 0.999 has 1,000. An average is hardly ever
    /// exactly 0, so leave it out where a penalty is to make weights 0. Null (the default) averages nothing.
    /// </summary>
    public double? WeightAveraging { get; init; }

    /// <summary>
    /// Whether the memory of <see cref="WeightAveraging"/> grows with the steps: in step t the weight of the past is at most (1 + t)/(10 + t),
    /// so that the average is over about the last ninth of the steps until that is β. Otherwise all steps weigh alike until there are as many as
    /// β remembers, which is too far back where the whole training is not much longer. Default false.
    /// </summary>
    public bool WeightAveragingWarmUp { get; init; }

    /// <summary>
    /// Rows of a mini-batch, at least 1 and at most as many as there are to learn from. The last batch of an epoch may be smaller; a single row
    /// left over joins the batch before.
    /// Null (the default) takes the power of two nearest to a 400th of the training rows, from 64 to 1024. As many as there are
    /// rows is plain gradient descent.
    /// </summary>
    public int? BatchSize { get; init; }

    /// <summary>
    /// Where <see cref="BatchSize"/> is null: training rows up to which all of them are one batch, at least 0. Default 0: never. The rule
    /// of thumb of A. Ng's course is 2,000.
    /// </summary>
    public int WholeBatchLimit { get; init; }

    /// <summary>
    /// The most passes over the training rows, at least 1. Default 200; early stopping usually ends training before. There is no upper
    /// limit: an epoch takes no memory before it is trained, and its record some hundred bytes after.
    /// </summary>
    public int MaximumEpochs { get; init; } = 200;

    /// <summary>
    /// The share of the rows, in [0, 1), that is set aside (equally of every class) to decide when to stop, when no
    /// validation rows are given. Default 0.1. With 0 training runs to <see cref="MaximumEpochs"/> and keeps the last weights.
    /// </summary>
    public double ValidationFraction { get; init; } = 0.1;

    /// <summary>
    /// Epochs without an improvement after which training stops, at least 1. Null (the default) is <see cref="DefaultPatience"/>. It needs
    /// validation rows; more than <see cref="MaximumEpochs"/> only has the weights of the best epoch kept. <see cref="EveryEpoch"/> does the
    /// same, and is allowed without validation rows.
    /// </summary>
    /// <remarks>
    /// Early stopping is no orthogonal knob: it fits the training rows less well for the sake of the validation rows, so that both change
    /// at once, where regularization leaves one of them alone. It is used nevertheless because a single training then tries all lengths.
    /// </remarks>
    public int? Patience { get; init; }

    /// <summary>
    /// By how much the validation must be better than when patience began, at least 0, for patience to start again; in the units of what
    /// training stops by. Default 0. The weights of the best epoch are kept however little better it is.
    /// </summary>
    public double MinimumImprovement { get; init; }

    /// <summary>
    /// What the epochs are compared by; it is measured even where <see cref="Metrics"/> leaves it out. Null (the default) is the
    /// validation loss.
    /// </summary>
    public Metric? StoppingMetric { get; init; }

    /// <summary>
    /// Whether the logits are divided, after training, by the temperature at which the probabilities have the least log-loss on the
    /// validation rows (Guo et al. 2017). The likeliest class stays the same, but where probabilities of members are averaged. Default false.
    /// It needs validation rows, a loss whose outputs are probabilities, such as <see cref="SoftmaxCrossEntropy"/>, and a network that ends
    /// in a <see cref="Dense"/> or <see cref="MemberDense"/>; elsewhere nothing is done. The validation rows are passed once more for it.
    /// </summary>
    public bool TemperatureScaling { get; init; }

    /// <summary>
    /// Whether the quantiles of a network that is trained by <see cref="Losses.Quantile"/> are shifted, after training, so that the share τ of
    /// the targets of the validation rows lies below each: by the residual of rank τ·(n + 1) among the n residuals y - q(x) of that quantile,
    /// interpolated, rows counted by their weights (Romano, Patterson, Candès 2019). Default false. It needs validation rows, at least 1/τ - 1 and
    /// 1/(1 - τ) - 1 of them, 19 for 0.05 and 0.95, without which that quantile stays as it is, with a warning; and a network that ends in a
    /// <see cref="Dense"/> or <see cref="MemberDense"/> with a bias; elsewhere nothing is done. The validation rows are passed once more for it.
    /// </summary>
    /// <remarks>
    /// The share of new rows in an interval of 90 % varies about 90 % by √(0.09/n), 3 % for 100 validation rows and 1 % for 900, however good the
    /// network is; what it does not do any more is to be off on purpose.
    /// </remarks>
    public bool QuantileCalibration { get; init; }

    /// <summary>
    /// What is measured on the validation rows after every epoch beside their loss, each once. Null (the default) takes what fits the
    /// targets: <see cref="Accuracy"/> of classes, <see cref="RootMeanSquaredError"/> of numbers where there is an output for each.
    /// </summary>
    public IReadOnlyList<Metric>? Metrics { get; init; }

    /// <summary>
    /// What the weights of rows are multiplied by according to their class, in the loss, the metrics and early stopping alike. Default
    /// <see cref="ClassWeights.None"/>. Rows whose targets are numbers have no classes to weigh.
    /// </summary>
    public ClassWeights ClassWeights { get; init; } = ClassWeights.None;

    /// <summary>
    /// What messages call the numbers of a target, such as those that are missing in some rows: a name for each. Null (the default): target 0,
    /// target 1, and so on. Not used where targets are classes.
    /// </summary>
    public IReadOnlyList<string>? TargetNames { get; init; }

    /// <summary>
    /// What is done to the rows to learn from, differently in every epoch; the loss of an epoch is that of the augmented rows. Validation has its
    /// rows as they are. Sparse rows are written out. Default null: nothing.
    /// </summary>
    public AugmentationRecipe? Augmentation { get; init; }

    /// <summary>What initial weights, order of the rows, dropout, augmentation and validation share are drawn from. Default 0.</summary>
    public int Seed { get; init; }

    /// <summary>
    /// Threads that train side by side, from 1 to <see cref="MostThreads"/>. Null (the default) takes as many as the work of a step is worth. The
    /// result does not depend on it, to the last bit.
    /// </summary>
    public int? NumberOfThreads { get; init; }

    /// <summary>
    /// Further threads, which augment rows ahead of the training, from 0 to <see cref="MostThreads"/>. Null (the default) takes the processors that
    /// training leaves, up to eight; with 0 the threads that train do it. The result does not depend on it, to the last bit.
    /// </summary>
    public int? AugmentationThreads { get; init; }

    /// <summary>
    /// Used when training on an <see cref="ExampleStream"/> only: the memory, in MiB (2²⁰ bytes) of features, at least 1, in which
    /// rows are shuffled; and once more as much, at most, for the rows set aside for validation. Default 256. The buffer holds a
    /// batch, however wide its rows are, and never more than one array can.
    /// </summary>
    public int ShuffleBufferMegabytes { get; init; } = 256;

    /// <summary>
    /// Whether <see cref="EpochRecord.Norms"/> are recorded, with a warning where gradients or activations vanish or explode, activations saturate or
    /// units die. Default false: it takes a little of the last step of each epoch.
    /// </summary>
    public bool RecordNorms { get; init; }

    /// <summary>
    /// How many networks are trained, one after the other, from 1 to 32; the result is one network of <see cref="Layers.Branches"/>, whose prediction
    /// is the mean of theirs. Default 1.
    /// </summary>
    /// <remarks>
    /// Each has other initial weights, other batches and another share of the rows for validation, by a seed of its own: network n, counted from
    /// 1, has <see cref="Seed"/> + 1,000,003·(n - 1) (modulo 2³²), so that the first is the network that would be trained alone. Each is
    /// stopped early and calibrated by its own share; validation rows that are given are the same for all. Callbacks get the events of one after
    /// the other, each beginning with <see cref="ITrainingCallback.OnStarted"/>, where <see cref="TrainingStarted.NetworkNumber"/> is its number.
    /// The <see cref="Checkpoint"/> of network n is the file with .n after its name, from the second on. Cancelled, training returns the networks
    /// that are finished and the best so far of the one that is being trained. L. K. Hansen and P. Salamon, "Neural network ensembles", 1990.
    /// </remarks>
    public int Ensemble { get; init; } = 1;

    /// <summary>
    /// Whether the rows are divided into folds, one for each network of the <see cref="Ensemble"/>, which is its share for validation: every row is
    /// then learned from, by all networks but one, and every row is validated, by a network that has not learned from it. Default false.
    /// </summary>
    /// <remarks>
    /// For rows so few that no share of them can be spared. Folds have equal parts of every class; a class of one row is learned by all. With
    /// <see cref="TemperatureScaling"/> one temperature is learned of the logits of all rows. <see cref="ValidationFraction"/> is not used, and folds
    /// are not made where validation rows are given.
    /// </remarks>
    public bool CrossFitting { get; init; }

    /// <summary>The callbacks that get the events of the training, in this order. Default: none.</summary>
    public IReadOnlyList<ITrainingCallback> Callbacks { get; init; } = [];

    /// <summary>Where training writes itself down, to go on after an interruption. Default null: nowhere.</summary>
    public Checkpoint? Checkpoint { get; init; }

    /// <summary>The clock for rows per second and for when a checkpoint is due. It decides nothing else.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Epochs without an improvement after which training stops where <see cref="Patience"/> is null.</summary>
    public const int DefaultPatience = 20;

    /// <summary>
    /// A <see cref="Patience"/> that never ends training: every epoch is run, and the best one is kept where there are validation rows.
    /// </summary>
    public const int EveryEpoch = int.MaxValue;

    /// <summary>
    /// The most threads of a training: 4 for each processor (<see cref="Environment.ProcessorCount"/>), and 32 where these are fewer. More would
    /// only wait for one another.
    /// </summary>
    public static int MostThreads => Math.Max(32, 4 * Environment.ProcessorCount);

    /// <summary>The most networks of an <see cref="Ensemble"/>.</summary>
    internal const int MostNetworks = 32;

    /// <summary>Which network of an <see cref="Ensemble"/> is trained, counted from 1.</summary>
    internal int NetworkNumber { get; init; } = 1;

    /// <summary>The seed of the first network, of which folds are drawn.</summary>
    internal int FirstSeed => unchecked(Seed - SeedStep * (NetworkNumber - 1));

    private const int SeedStep = 1_000_003;

    /// <summary>The options of one network of an <see cref="Ensemble"/>.</summary>
    /// <param name="number">Which one, counted from 1.</param>
    internal TrainingOptions ForNetwork(int number) => number == 1 ? this : this with
    {
        NetworkNumber = number,
        Seed = unchecked(Seed + SeedStep * (number - 1)),
        Checkpoint = Checkpoint is null ? null : Checkpoint with { Path = FormattableString.Invariant($"{Checkpoint.Path}.{number}") },
    };

    /// <summary>The names of the layers of a network that could learn and are frozen, none of which is made of layers.</summary>
    internal IReadOnlySet<string> FrozenLayers(NetworkSpec spec) => LayerRates.Count == 0
        ? new HashSet<string>()
        : spec.Program.Operations.Where(operation => operation.Layer.Learns && LayerRate.Of(operation, LayerRates) == 0)
            .Select(operation => operation.Name).ToHashSet();

    /// <summary>What needs validation rows, in words; null if nothing does.</summary>
    /// <param name="spec">The network that is trained.</param>
    internal string? WantsValidation(NetworkSpec spec) =>
        Patience is { } patience && patience != EveryEpoch ? FormattableString.Invariant($"Patience is {patience}")
        : StoppingMetric is not null ? $"StoppingMetric is {StoppingMetric.Name}"
        : Schedules(spec).FirstOrDefault(each => each.Schedule is { NeedsValidation: true }) is { Schedule: { } schedule } first
            ? $"{first.Name} is {schedule.GetType().Name}, which goes by the validation,"
        : null;

    /// <summary>Checks every value. <see cref="Trainer"/> does it by itself; call it to check options earlier.</summary>
    /// <exception cref="ArgumentException">A value is out of its range; the message says which, why and what to do.</exception>
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
            throw new ArgumentException("Callbacks must not hold null; leave out who is not there.", nameof(Callbacks));
        Schedule.Validate();
        Regularizer?.Validate();
        Checkpoint?.Validate();
        Augmentation?.Validate();
        RequireAtLeastOne(BatchSize, nameof(BatchSize), "leave it null to have it chosen by the number of rows");
        RequireAtLeastOne(MaximumEpochs, nameof(MaximumEpochs), "one epoch is one pass over the training rows");
        RequireAtLeastOne(Patience, nameof(Patience), "set ValidationFraction to 0 to train without stopping early");
        RequireAtLeastOne(NumberOfThreads, nameof(NumberOfThreads), "leave it null to have it chosen by the work");
        if (NumberOfThreads > MostThreads)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"NumberOfThreads must be at most {MostThreads}, for {Environment.ProcessorCount} processors, but is {NumberOfThreads}; ")
                + "leave it null to have it chosen by the work.",
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

        RequireAtLeastOne(ShuffleBufferMegabytes, nameof(ShuffleBufferMegabytes), "the more it is, the better rows are mixed");
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
    /// Checks that <see cref="Metrics"/> and <see cref="StoppingMetric"/> can be measured. <see cref="Trainer"/> does it by itself; call it
    /// to check them before the rows are read.
    /// </summary>
    /// <param name="outputs">Outputs of the network.</param>
    /// <param name="targetWidth">Numbers of a row's target; 0 where it is a class.</param>
    /// <exception cref="ArgumentException">One of them cannot be measured; the message says which, and why.</exception>
    public void ValidateMetrics(int outputs, int targetWidth) => _ = MetricsToMeasure(outputs, targetWidth);

    /// <summary>The metrics to measure, what training stops by among them.</summary>
    /// <exception cref="ArgumentException">One of them cannot be measured.</exception>
    internal IReadOnlyList<Metric> MetricsToMeasure(int outputs, int targetWidth)
    {
        IReadOnlyList<Metric> metrics = MetricChoice.For(Metrics, outputs, targetWidth);
        return StoppingMetric is null || metrics.Contains(StoppingMetric)
            ? metrics
            : [.. metrics, .. MetricChoice.For([StoppingMetric], outputs, targetWidth)];
    }

    /// <summary>Checks what depends on the network.</summary>
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

    /// <summary>Checks what depends on the number of rows to learn from.</summary>
    internal void ValidateFor(NetworkSpec spec, int rows)
    {
        if (BatchSize > rows)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"BatchSize is {BatchSize} but there are {rows} rows to learn from; use at most {rows}, or null to have it chosen."),
                nameof(BatchSize));
        }

        if (rows == 1 && LearningBatchNorm(spec) is { } normalized)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"There is one training row but layer {normalized} is a BatchNorm, and one row has no variance; give it at least two."),
                nameof(rows));
        }
    }

    // All that decide about a step of training.
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
                $"LayerRates is 0 for every layer that could learn ({string.Join(", ", learning.Select(operation => operation.Name))}); " +
                "give at least one of them a rate above 0.", nameof(LayerRates));
        }
    }

    // The first one that is not frozen.
    private string? LearningBatchNorm(NetworkSpec spec) => spec.Program.Operations.FirstOrDefault(
        operation => operation.Spec is BatchNorm && operation.OutputShape.Lines == 1 && LayerRate.Of(operation, LayerRates) > 0)?.Name;

    private static void RequireAtLeastOne(int? value, string name, string remedy)
    {
        if (value < 1)
            throw new ArgumentException(FormattableString.Invariant($"{name} must be at least 1 but is {value}; {remedy}."), name);
    }
}
