using System.Globalization;
using Microsoft.ML.SearchSpace;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Training;

namespace MLNet.DeepExt.Trainers;

/// <summary>
/// What can be set on every trainer of neural networks; each has <c>Options</c> of its own that add what is its. Nothing has to be
/// set. The attributes are the ranges that a search over hyper-parameters takes; values outside them are allowed where the property
/// says so.
/// </summary>
public abstract class NeuralNetworkOptions
{
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
    /// The units of each hidden layer, each at least 1, in order. Default 256 and 128: enough for tables and small images,
    /// and trained in seconds. An empty array makes a linear model.
    /// </summary>
    public int[] HiddenUnits { get; set; } = [256, 128];

    /// <summary>
    /// Whether each hidden layer normalizes its batch before its activation, which allows higher rates and forgives
    /// features on unlike scales (Ioffe and Szegedy 2015). Default true.
    /// </summary>
    [Choice(new object[] { true, false }, true)]
    public bool BatchNormalization { get; set; } = true;

    /// <summary>
    /// The probability of keeping a hidden unit in training, in (0, 1]: inverted dropout (Srivastava et al. 2014). Default 1,
    /// which keeps every unit; try 0.8 where validation loss turns up while training loss still falls.
    /// </summary>
    [Range(0.5f, 1f, 1f)]
    public float KeepProbability { get; set; } = 1;

    /// <summary>
    /// The whole network, instead of <see cref="HiddenUnits"/>, <see cref="BatchNormalization"/> and
    /// <see cref="KeepProbability"/>. Its inputs must be as many as there are features and its outputs as many as the
    /// trainer asks for; it ends in numbers of any size, such as logits: softmax or the like is added by the loss. Default null.
    /// </summary>
    public NetworkSpec? Network { get; set; }

    /// <summary>The step size α of Adam (Kingma and Ba 2015), above 0. Default 0.001.</summary>
    [Range(1e-4, 1e-1, 1e-3, true)]
    public double LearningRate { get; set; } = 0.001;

    /// <summary>Rows in a mini-batch, at least 1; null, the default, takes a power of two from 64 to 1024, by the
    /// number of rows.</summary>
    public int? BatchSize { get; set; }

    /// <summary>Passes over the training rows, at most; at least 1. Early stopping usually ends sooner. Default 200.</summary>
    [Range(10, 1000, 200, true)]
    public int MaximumEpochs { get; set; } = 200;

    /// <summary>
    /// The share of the training rows set aside, equally of every class, to stop early by, in [0, 1). Default 0.1. Not used
    /// where validation data is given to Fit; with 0 and no validation data every epoch is run.
    /// </summary>
    public double ValidationFraction { get; set; } = 0.1;

    /// <summary>
    /// Epochs without a lower validation loss after which training stops, at least 1; the parameters of the best epoch are
    /// kept. Default 20.
    /// </summary>
    public int Patience { get; set; } = 20;

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
    /// Threads to train with, at least 1; null, the default, leaves it to the library. The result is the same, to the bit,
    /// for any number.
    /// </summary>
    public int? NumberOfThreads { get; set; }

    /// <summary>
    /// The seed of all that is random in training; null, the default, draws one from the seed of the context when the trainer
    /// is made, so that a context with a seed gives the same model each time.
    /// </summary>
    public int? Seed { get; set; }

    /// <summary>Stops training; Fit then returns the best model so far. Cancelling the context throws instead.</summary>
    public CancellationToken CancellationToken { get; set; }

    /// <summary>Is told of every epoch, on the thread that trains. Default null.</summary>
    public IProgress<EpochRecord>? Progress { get; set; }

    /// <summary>Bytes of features above which <see cref="DataMode.Auto"/> streams.</summary>
    internal long InMemoryLimit { get; set; } = 1L << 30;

    internal NeuralNetworkOptions Copy()
    {
        var copy = (NeuralNetworkOptions)MemberwiseClone();
        copy.HiddenUnits = [.. HiddenUnits ?? []];
        return copy;
    }

    /// <summary>
    /// The first thing that is wrong, with its remedy; null if nothing is. What the engine has ranges for, it checks itself.
    /// </summary>
    internal string? FindFault()
    {
        if (string.IsNullOrEmpty(LabelColumnName))
            return "LabelColumnName is empty; name the column that holds the labels.";
        if (string.IsNullOrEmpty(FeatureColumnName))
            return "FeatureColumnName is empty; name the column that holds the features.";
        if (ExampleWeightColumnName is "")
            return "ExampleWeightColumnName is empty; use null to weigh all rows alike.";
        if (HiddenUnits is null)
            return "HiddenUnits is null; use an empty array for a network without hidden layers.";
        if (Array.FindIndex(HiddenUnits, units => units < 1) is >= 0 and int layer)
            return Invariant($"HiddenUnits[{layer}] must be at least 1 but is {HiddenUnits[layer]}; leave the layer out instead.");
        if (!Enum.IsDefined(DataMode))
        {
            return Invariant($"DataMode must be Auto, InMemory or Streaming but is {(int)DataMode}; ")
                + "use Auto to have it chosen by the size of the data.";
        }

        return FindOwnFault();
    }

    /// <summary>As <see cref="FindFault"/>, of what the kind of trainer adds.</summary>
    private protected abstract string? FindOwnFault();

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
