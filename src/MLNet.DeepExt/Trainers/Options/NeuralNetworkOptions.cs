using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.SearchSpace;
using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Neural.Augmentations;
using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Regularizers;
using MLNet.DeepExt.Neural.Schedules;
using MLNet.DeepExt.Neural.Training;

namespace MLNet.DeepExt.Trainers;

/// <summary>
/// What can be set on every trainer of neural networks; each has <c>Options</c> of its own that add what is its. Nothing has to be
/// set. The attributes are the ranges that a search over hyper-parameters takes; values outside them are allowed where the property
/// says so.
/// </summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ### Rows that cannot be used
/// In training, rows with NaN or infinite features, without a label or without a weight are left out; one warning counts them.
/// Rows of weight 0 are left out too. A feature beyond 1e18 in size, in training or validation data, is an error: sums in the network would
/// overflow; NormalizeInputs in front of the trainer brings it to the scale of the others. In scoring, a row with NaN or infinite features gets
/// NaN for every score, and a PredictedLabel
/// that is missing where its type has such a value and else false; so does a row whose finite features are so large (about 1e38) that
/// sums in the network overflow to NaN.
///
/// ### Labels that are missing
/// A label is missing if it is NaN, a missing key or an empty text; such a row is left out, and a warning counts these rows. Where a row has
/// several labels (MultiLabelClassification, MultiTargetRegression), NaN stands for each that is missing: nothing is learned of it, it is not
/// measured in validation, and a warning counts the missing ones of each slot. A slot that is missing in every row to learn from is an
/// error, because nothing could be predicted for it. A label that is infinite, or that a number beyond what Single holds becomes, is an error
/// for every trainer, as it is in the evaluation of what they predict.
///
/// ### Weights
/// Weights weigh the loss, in training and in validation; batch normalization counts every row alike.
///
/// ### Sparse features
/// Text or categories make vectors of many features of which few are not 0. Rows of 256 features or more of which, over all
/// rows that can be used, at most one in 8 is not 0 are kept without their zeros, whatever form the vectors come in. Then
/// memory, an epoch and a prediction cost by the features that are not 0 and by the weights, not by rows times features;
/// and the first weights of a feature are updated in the steps whose batch has it, and stand still in the others (as
/// `SparseAdam` does elsewhere), where otherwise Adam's averages move all weights in every step; so are, whatever the
/// form, the numbers of the values of an embedded category of 1,000 values or more. Predictions are the same, to the bit,
/// whatever the form. Do not put NormalizeInputs before such features: it moves their zeros, and every vector becomes
/// dense. FeaturizeText brings its features to one scale by itself, and NormalizeMinMax with fixZero, its default, keeps
/// zeros. A network of your own reads sparse rows if its first layer is a Dense or a CategoryEmbedding; otherwise they
/// are written out batch by batch. Streamed rows are written out as well, all weights of a Dense move in every step, and
/// their zeros cost time; one warning says so where DataMode.Auto came to stream such rows.
///
/// ### Data larger than memory
/// Up to 1 GiB of features (4 bytes each, or 8 for each that is not 0 where they are kept sparse) is read once and held in
/// memory. Larger data is streamed: it is read again for every epoch, on a thread of its own, and its rows are shuffled within
/// a buffer, so that the memory does not grow with the rows. Which it is, is decided while rows are read, by those so far, in
/// their order: dense rows that take more than 1 GiB have all rows streamed, however many zeros the later ones have.
/// Options.DataMode overrides the choice, Options.ShuffleBufferMegabytes sets the buffer. Every epoch runs the transforms in
/// front of the trainer again; where these are slow, hold the rows in memory with DataMode.InMemory if they fit, or save the
/// output of the transforms with SaveAsBinary and train on that. Rows that are sorted, by class say, should be written in
/// random order first. The data view must give the same rows in the same order each time; another number of rows, or another
/// order of their classes and weights, is an error; features that change from epoch to epoch are not noticed, those that change between a
/// checkpoint and the training that resumes it are.
///
/// Validation data given to Fit is streamed too. Without it the share is set aside as it is in memory, row by row equally of
/// every class, but no more of it than takes the memory of the buffer.
///
/// ### Features on unlike scales
/// A network learns little of a feature of size 1 beside one of size 1,000. Where a feature is 10 or larger, and more than 100 times larger
/// than another, in the first 1,000 training rows, by the mean of |x| where it is not 0, one warning in the log names both; features that
/// are 0 in more than nine of ten rows do not count as small ones. NormalizeInputs, or TabularFeatures, brings all to one scale. There is no
/// warning where the column has the annotation IsNormalized, nor of a network that brings them to one scale by itself: that of a preset for
/// tables, or one of your own that begins with a BatchNorm or an encoder.
///
/// ### Large networks
/// A network of more than 25 million parameters, 100 MB, is a warning in the log before its memory is taken. Training holds from five
/// numbers for each parameter, where features are kept sparse, to nine: weights and their transposed copy, gradient, what Adam remembers,
/// the average and the best so far.
///
/// ### Repeatability
/// The same seed, data and options give the same parameters to the bit on the same machine, with any number of threads.
/// Streaming shuffles less than holding all rows does, and so trains other parameters, except where the buffer holds all rows,
/// and the share set aside as well: then they are the same, unless the features are kept sparse in memory, where the first weights
/// are updated in other steps.
/// ]]></format>
/// </remarks>
public abstract partial class NeuralNetworkOptions
{
    /// <summary>The step size α of Classic where <see cref="LearningRate"/> is not set: 0.005, as the peak of a cycle.</summary>
    public const double DefaultLearningRate = 0.005;

    /// <summary>The most epochs of Classic where <see cref="MaximumEpochs"/> is not set: 60, the length of the cycle.</summary>
    public const int DefaultMaximumEpochs = 60;

    /// <summary>The weight of the past in the average of the parameters where <see cref="WeightAveraging"/> is not set: 0.999.</summary>
    public const double DefaultWeightAveraging = 0.999;

    private HashSet<string> _given = []; // names of options that were set, of those that a preset chooses

    private protected NeuralNetworkOptions()
    {
    }

    /// <summary>The column of labels, of the type that the trainer describes. Default Label.</summary>
    public string LabelColumnName { get; set; } = "Label";

    /// <summary>The column of features, a known-sized vector of <see cref="float"/>. Default Features.</summary>
    public string FeatureColumnName { get; set; } = "Features";

    /// <summary>
    /// A column of example weights, <see cref="float"/>, at least 0; null, the default, weighs all rows alike. Weights weigh
    /// the loss; batch normalization counts every row alike. Rows of weight 0 are left out of training altogether.
    /// </summary>
    public string? ExampleWeightColumnName { get; set; }

    /// <summary>
    /// The step size α of Adam (Kingma and Ba 2015), above 0, which the <see cref="Schedule"/> changes in the course of training. 0.001 is
    /// usual where the rate is constant. An <see cref="Optimizer"/> has its own. Not set, it is by the preset: 0.005, the peak of a cycle,
    /// and on tables 0.04.
    /// </summary>
    [Range(1e-4, 1e-1, DefaultLearningRate, true)]
    public double LearningRate { get; set => field = Given(value); } = DefaultLearningRate;

    /// <summary>
    /// The rule that updates the parameters, with its own step size, or a <see cref="Chain"/> of a rule with clipping, weight decay or other
    /// transforms, such as <c>new Chain(new ClipByGlobalNorm(1), new Adam(0.005), new DecayWeights(0.02))</c>. Null, the default, is
    /// <see cref="Adam"/> with <see cref="LearningRate"/>; on tables with β₂ = 0.95 and a decoupled decay of 0.02.
    /// </summary>
    public Optimizer? Optimizer { get; set; }

    /// <summary>
    /// How the step size changes in the course of training. Not set, it is by the preset: <see cref="OneCycle"/>, which rises to the rate in
    /// the first 30 % of <see cref="MaximumEpochs"/> and falls to almost 0 by their end, and on tables <see cref="LogCosine"/>.
    /// </summary>
    public Schedule Schedule { get; set => field = Given(value); } = new OneCycle();

    /// <summary>
    /// What the step size of a layer is multiplied by, at least 0 and finite, by the name of the layer in the network
    /// (<see cref="NetworkSpec.LayerNames"/> of <see cref="NeuralNetworkModelParameters.Spec"/>), such as <c>0.dense</c>; 0 freezes it. Default:
    /// no entries, 1 for every layer.
    /// </summary>
    public IReadOnlyDictionary<string, double> LayerRates { get; set; } = new Dictionary<string, double>();

    /// <summary>
    /// How many of the first layers are frozen, at least 0: they keep what they have learned. Of use with <see cref="TransferFrom"/>.
    /// Default 0. An entry in <see cref="LayerRates"/> comes before it.
    /// </summary>
    public int FrozenLayers { get; set; }

    /// <summary>The penalty on weights: L1, L2 or both. Null, the default, has none.</summary>
    public Regularizer? Regularizer { get; set; }

    /// <summary>
    /// The weight β, in [0, 1), of the past in an average of the parameters over the steps; the network with the averaged parameters is
    /// then what is validated and returned. Null, the default, is by the preset: on tables 0.998, and a ninth of the steps where these are
    /// fewer than that; otherwise 0.999, which averages over about 1,000 steps; but no average where
    /// features are kept sparse, whose steps would have to visit every weight, and none with a <see cref="Regularizer"/>, whose exact
    /// zeros an average would lose. 0 averages nothing.
    /// </summary>
    public double? WeightAveraging { get; set; }

    /// <summary>
    /// Rows in a mini-batch, at least 1 and no more than there are to learn from; null, the default, takes a power of two by the number of rows: from
    /// 64 to 1024, and on tables as <see cref="NetworkPreset"/> says.
    /// </summary>
    public int? BatchSize { get; set; }

    /// <summary>
    /// Where <see cref="BatchSize"/> is null: training rows up to which all of them are one batch, at least 0. Default 0: never. The rule
    /// of thumb of A. Ng's course is 2,000.
    /// </summary>
    public int WholeBatchLimit { get; set; }

    /// <summary>
    /// Passes over the training rows, at most; at least 1. Early stopping may end sooner; a cycle of the rate is spread over as many as there may be.
    /// Not set, it is by the preset: 60, and on tables as <see cref="NetworkPreset"/> says.
    /// </summary>
    [Range(10, 1000, DefaultMaximumEpochs, true)]
    public int MaximumEpochs { get; set => field = Given(value); } = DefaultMaximumEpochs;

    /// <summary>
    /// The share of the training rows set aside, equally of every class, to stop early by, in [0, 1). Not set, it is by the preset: 0.1, and where
    /// rows are few none (<see cref="CrossFitting"/>). Not used where validation data is given to Fit;
    /// with 0 and no validation data every epoch is run.
    /// </summary>
    public double ValidationFraction { get; set => field = Given(value); } = 0.1;

    /// <summary>
    /// Epochs without an improvement on the validation rows after which training stops, at least 1; the parameters of the best epoch are
    /// kept. Null, the default, is 20, and on tables all epochs are run and the best is kept. Setting it demands validation rows: data given
    /// to Fit, or a <see cref="ValidationFraction"/>. It is no orthogonal knob: training rows are fitted less well for the sake of the
    /// others, so that both change at once; where that matters, train to the end, and use a penalty or dropout against overfitting.
    /// </summary>
    public int? Patience { get; set; }

    /// <summary>
    /// By how much an epoch must do better for patience to start again, at least 0, in the units of what training stops by. Default 0.
    /// </summary>
    public double MinimumImprovement { get; set; }

    /// <summary>
    /// What epochs are compared by, to stop and to keep the best. Null, the default, is the validation loss. Setting it demands
    /// validation rows, as <see cref="Patience"/> does.
    /// </summary>
    public Metric? StoppingMetric { get; set; }

    /// <summary>
    /// Whether probabilities are calibrated after training: logits are divided by the temperature at which the log-loss on the validation rows is
    /// least (Guo et al. 2017). What is predicted stays the same, but where the probabilities of members are averaged. Null, the default, is
    /// by the preset: true on tables and where rows are divided into folds (<see cref="CrossFitting"/>), and false otherwise.
    /// </summary>
    public bool? TemperatureScaling { get; set; }

    /// <summary>
    /// What is measured on the validation rows after every epoch beside their loss, each once. Null, the default, takes what fits the
    /// labels: <see cref="Accuracy"/> of classes and of yes or no, <see cref="HammingLoss"/> and <see cref="SubsetAccuracy"/> of several
    /// labels, <see cref="RootMeanSquaredError"/> of numbers, <see cref="PinballLoss"/> of quantiles.
    /// </summary>
    public IReadOnlyList<Metric>? Metrics { get; set; }

    /// <summary>
    /// What is done to the rows to learn from, differently in every epoch: <c>Augment.Shift(0.1f).Rotate(15)</c>, say. Validation and prediction
    /// have their rows as they are. Pictures are of the size that the recipe says or, where it says none, that the type of the feature
    /// column has, with its channels last, as ImageFeatures gives it, or first. Slots of categories are known by the annotation
    /// CategoricalSlotRanges. It is done by up to eight threads that keep ahead of the training where there are processors to spare, and
    /// by those that train where there are none; a few batches are in memory twice, and sparse rows are written out. Default null: nothing.
    /// </summary>
    public AugmentationRecipe? Augmentation { get; set; }

    /// <summary>
    /// A fitted transformer of any trainer of neural networks, or a chain with one, whose first layers this training begins with; the
    /// others get new weights, with outputs for this label, which may be another one, even of another task. Features must be as many, in the
    /// same order, and prepared alike. It takes the place of <see cref="Network"/> and of the options for hidden layers. A model file is
    /// loaded with <c>ml.Model.Load</c> first. Null, the default, begins with nothing.
    /// </summary>
    public ITransformer? TransferFrom { get; set; }

    /// <summary>
    /// How many layers of <see cref="TransferFrom"/> are kept. Null, the default, keeps all before the last Dense, so that only the
    /// outputs get new weights.
    /// </summary>
    public int? KeptLayers { get; set; }

    /// <summary>
    /// The units of each hidden layer between the kept layers and the new outputs, where <see cref="TransferFrom"/> is given. Default
    /// none.
    /// </summary>
    public int[] HeadUnits { get; set; } = [];

    /// <summary>
    /// A fitted transformer of the same trainer, or a chain with one, whose training goes on with all that it has learned, on these rows.
    /// Its features must be the same, and its label must have the same meaning. The optimizer's state, the schedule and the epochs
    /// start again, by the recipe of the <see cref="Preset"/> for tables if the network is one of its kind. Null (default) starts with a new network.
    /// </summary>
    public ITransformer? ContinueFrom { get; set; }

    /// <summary>
    /// Whether rows are held in memory or read again for every epoch. Default <see cref="DataMode.Auto"/>: in memory up to 1 GiB of
    /// features, which depends on the data alone, never on how much memory there is.
    /// </summary>
    public DataMode DataMode { get; set; } = DataMode.Auto;

    /// <summary>
    /// When streaming, the memory in megabytes of 2²⁰ bytes (MiB), at least 1, within which rows are shuffled; the rows set
    /// aside for validation take as much again, at most. Default 256. Rows sorted by class or by time want a buffer as large as
    /// can be, or better to be written in random order before.
    /// </summary>
    public int ShuffleBufferMegabytes { get; set; } = 256;

    /// <summary>
    /// Threads to train with, from 1 to 4 for each processor, and up to 32 on any machine; null, the default, leaves it to the library.
    /// The result is the same, to the bit, for any number. Where there are processors to spare, up to eight threads more augment rows.
    /// </summary>
    public int? NumberOfThreads { get; set; }

    /// <summary>
    /// The seed of all that is random in training; null, the default, draws one from the seed of the context when the trainer
    /// is made, so that a context with a seed gives the same model each time.
    /// </summary>
    public int? Seed { get; set; }

    /// <summary>
    /// Stops training; Fit then returns the best model so far, or throws an <see cref="OperationCanceledException"/> if no epoch has ended,
    /// because an untrained network is no model. Cancelling the context always throws.
    /// </summary>
    public CancellationToken CancellationToken { get; set; }

    /// <summary>
    /// Gets reports of how far training has come and of the time that it takes at most: when it begins, after every epoch, in the end, and between
    /// at most ten times a second, on the thread that trains. A listener that throws gets no more reports, with a warning in the log. Default null.
    /// </summary>
    public IProgress<TrainingProgress>? Progress { get; set; }

    /// <summary>
    /// The callbacks that get the events of the training, in this order, on the thread that trains, such as a <see cref="CsvLog"/>. One that throws
    /// ends Fit by a <see cref="NeuralNetworkCallbackException"/>, which has the best model so far, unless it is
    /// <see cref="ITrainingCallback.IsBestEffort"/>. Default: none.
    /// </summary>
    public IReadOnlyList<ITrainingCallback> Callbacks { get; set; } = [];

    /// <summary>
    /// Where training writes itself down, so that Fit with the same data and options goes on from there after an interruption, to the
    /// last bit. It wants a <see cref="Seed"/>, or a context with one, and a file for each training: cross-validation, which makes several
    /// with one trainer, goes without. Network n of an <see cref="Ensemble"/> has the file with .n after its name, from the second on.
    /// While it cannot be written, on a full disk, say, training goes on with a warning in the log. A search
    /// for hyper-parameters keeps files of its own and leaves this one alone. Null, the default,
    /// writes nothing.
    /// </summary>
    public Checkpoint? Checkpoint { get; set; }

    /// <summary>
    /// Whether norms of gradients and activations are recorded for every layer, with a warning where either vanish or explode, activations
    /// saturate or units die. Default false.
    /// </summary>
    public bool RecordNorms { get; set; }

    /// <summary>Bytes of features above which <see cref="DataMode.Auto"/> streams.</summary>
    internal long InMemoryLimit { get; set; } = 1L << 30;

    /// <summary>Whether an option that a preset would choose was set.</summary>
    /// <param name="name">Its name.</param>
    internal bool IsGiven(string name) => _given.Contains(name);

    internal NeuralNetworkOptions Copy()
    {
        var copy = (NeuralNetworkOptions)MemberwiseClone();
        copy._given = []; // its own, to which the copies below add
        copy.HiddenUnits = [.. HiddenUnits];
        copy.HeadUnits = [.. HeadUnits];
        copy.LayerRates = new Dictionary<string, double>(LayerRates);
        copy.Callbacks = [.. Callbacks];
        copy.Metrics = Metrics is null ? null : [.. Metrics];
        copy._given = [.. _given];
        return copy;
    }

    /// <summary>
    /// The first thing that is wrong, with its remedy; null if nothing is. What the engine has ranges for, it checks itself.
    /// </summary>
    internal OptionFault? FindFault()
    {
        if (string.IsNullOrEmpty(LabelColumnName))
            return new(nameof(LabelColumnName), "LabelColumnName is empty; name the column that holds the labels.");
        if (string.IsNullOrEmpty(FeatureColumnName))
            return new(nameof(FeatureColumnName), "FeatureColumnName is empty; name the column that holds the features.");
        if (ExampleWeightColumnName is "")
            return new(nameof(ExampleWeightColumnName), "ExampleWeightColumnName is empty; use null to weigh all rows alike.");
        if (FaultOfUnits(HeadUnits, nameof(HeadUnits)) is { } faultOfHead)
            return faultOfHead;
        if (LayerRates is null)
            return new(nameof(LayerRates), "LayerRates is null; use an empty dictionary to have all layers learn alike.");
        if (Callbacks is null)
            return new(nameof(Callbacks), "Callbacks is null; use an empty list for no callbacks.");
        if (Callbacks.Contains(null!))
            return new(nameof(Callbacks), "Callbacks must not hold null; leave it out.");
        if (Schedule is null)
            return new(nameof(Schedule), "Schedule is null; use new Constant() for a step size that does not change.");
        if (FindFaultOfArchitecture() is { } faultOfArchitecture)
            return faultOfArchitecture;
        if (FrozenLayers < 0)
            return new(nameof(FrozenLayers), Invariant($"FrozenLayers must be at least 0 but is {FrozenLayers}; 0 lets every layer learn."));
        return EnumFault.Find(nameof(DataMode), DataMode, "use Auto to have it chosen by the size of the data")
            ?? FindOwnFault();
    }

    private protected T Given<T>(T value, [CallerMemberName] string name = "")
    {
        _given.Add(name);
        return value;
    }

    private static OptionFault? FaultOfUnits(int[] units, string name)
    {
        if (units is null)
            return new(name, $"{name} is null; use an empty array for a network without hidden layers.");
        return Array.FindIndex(units, count => count is < 1 or > MostUnits) is >= 0 and int layer
            ? new(name, units[layer] < 1
                ? Invariant($"{name}[{layer}] must be at least 1 but is {units[layer]}; leave the layer out instead.")
                : Invariant($"{name}[{layer}] must be at most {MostUnits} but is {units[layer]}; layers of 16 to 4096 units are usual."))
            : null;
    }

    /// <summary>As <see cref="FindFault"/>, of what the kind of trainer adds.</summary>
    private protected abstract OptionFault? FindOwnFault();

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
