using Microsoft.ML.SearchSpace;
using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Training;

namespace MLNet.DeepExt.Trainers;

/// <content>What the network is made of.</content>
public abstract partial class NeuralNetworkOptions
{
    private const int MostUnits = 1_000_000, MostNetworks = 32, UsualFolds = 5;

    /// <summary>
    /// How the network is made and trained where the options below do not say it: each that is set, even to its default, wins over the preset.
    /// Default <see cref="NetworkPreset.Balanced"/>.
    /// </summary>
    public NetworkPreset Preset { get; set; }

    /// <summary>
    /// The units of each hidden layer, each from 1 to 1,000,000, in order. An empty array makes a linear model. Not set, it is by the preset: 256
    /// and 128, and on tables with <see cref="NetworkPreset.Best"/> 256 and 256.
    /// </summary>
    public int[] HiddenUnits { get; set => field = Given(value); } = [256, 128];

    /// <summary>
    /// Whether categories are embedded: where the feature column says which of its slots are the one-hot slots of one category (as
    /// OneHotEncoding and Concatenate do, in the annotation CategoricalSlotRanges), these become learned numbers in front of the hidden
    /// layers, min(600, round(1.6·n^0.56)) for n values that occur in the training rows, where that is fewer than the slots; by the presets for
    /// tables 8 at most, where there are more than 8 slots. Values that do
    /// not occur in them, and missing ones, share numbers of their own, so that the 65,536 slots of OneHotHashEncoding take the memory of
    /// the values in use. Rows that are streamed are read once more for it. The layer, a
    /// <see cref="Neural.Layers.CategoryEmbedding"/>, is then the first layer. Default true.
    /// </summary>
    [Choice(new object[] { true, false }, true)]
    public bool EmbedCategories { get; set; } = true;

    /// <summary>
    /// Whether each hidden layer normalizes its batch before its activation, which allows higher rates and forgives
    /// features on unlike scales (Ioffe and Szegedy 2015). Not set, it is by the preset: false on tables, and true otherwise.
    /// </summary>
    [Choice(new object[] { true, false }, true)]
    public bool BatchNormalization { get; set => field = Given(value); } = true;

    /// <summary>
    /// The probability of keeping a hidden unit in training, from 0.000001 to 1: inverted dropout (Srivastava et al. 2014). Try 0.8 or
    /// less where validation loss turns up while training loss still falls; 1 keeps every unit. Not set, it is by the preset: 0.9, and on
    /// tables 0.85. On tables dropout, of whatever probability, ceases in the second half of training.
    /// </summary>
    [Range(0.5f, 1f, 0.9f)]
    public float KeepProbability { get; set => field = Given(value); } = 0.9f;

    /// <summary>
    /// The activation of the hidden layers, such as <see cref="Tanh"/> or <see cref="Gelu"/>; their weights begin as suits it. Not set, it
    /// is by the preset: <see cref="Relu"/>, and on tables a <see cref="ParametricActivation"/> of <see cref="Selu"/>, or of
    /// <see cref="Mish"/> where numbers are predicted.
    /// </summary>
    public Activation Activation { get; set => field = Given(value); } = new Relu();

    /// <summary>
    /// The whole network, instead of <see cref="HiddenUnits"/>, <see cref="BatchNormalization"/>, <see cref="Activation"/> and
    /// <see cref="KeepProbability"/>. Its inputs must be as many as there are features and its outputs as many as the
    /// trainer asks for; it ends in numbers of any size, such as logits: softmax or the like is added by the loss. It may begin with encoders
    /// of its inputs, such as <see cref="Neural.Layers.Standardize"/>, which are fitted to the training rows. Default null.
    /// </summary>
    public NetworkSpec? Network { get; set; }

    /// <summary>
    /// How many networks are trained, one after the other, from 1 to 32; the model is one network, whose prediction is the mean of theirs: of
    /// probabilities, or of numbers. It takes as many times the time to train and to predict. Null, the default, is by the preset: 5 where
    /// rows are so few that they are divided into folds (<see cref="CrossFitting"/>), 3 for <see cref="NetworkPreset.Best"/> on tables of more rows,
    /// and otherwise 1. Training that continues a model, or transfers its layers, trains 1.
    /// </summary>
    /// <remarks>
    /// Each network has other initial weights and another share of the rows for validation, by which it is stopped and calibrated: network n,
    /// counted from 1, has the seed <see cref="Seed"/> + 1,000,003·(n - 1), so that the first, unless rows are divided into folds, is the one that
    /// would be trained alone. Validation data given to Fit is the same for all. It goes together with every preset and a <see cref="Network"/>; with
    /// <see cref="TransferFrom"/> and <see cref="ContinueFrom"/> all begin with the same network.
    /// <para>
    /// The epochs of the networks follow one another in the log, in <see cref="Progress"/> and in <see cref="Callbacks"/>:
    /// <see cref="TrainingProgress.NetworkNumber"/> and <see cref="TrainingStarted.NetworkNumber"/> say of which network they are;
    /// <see cref="NeuralNetworkModelParameters.Histories"/> has those of each. If Fit is cancelled, the model has the networks that are finished, and
    /// the best so far of the one that was being trained. A search that pauses trainings after some epochs compares ensembles by the networks
    /// that they have by then, usually the first; those that are trained to the end have all.
    /// </para>
    /// <para>L. K. Hansen and P. Salamon, "Neural network ensembles", 1990.</para>
    /// </remarks>
    public int? Ensemble { get; set; }

    /// <summary>
    /// Whether the networks of the <see cref="Ensemble"/> share the rows as folds: each has another one of so many equal parts as its rows for
    /// validation and learns from the others, so that all rows are learned from, and one temperature calibrates the probabilities by all rows
    /// (see <see cref="TemperatureScaling"/>). Null, the default, is by the preset: true where rows are few, as <see cref="NetworkPreset"/> says.
    /// <see cref="ValidationFraction"/> is not used then. Where validation data is given to Fit, that is used and no folds are made.
    /// </summary>
    public bool? CrossFitting { get; set; }

    /// <summary>How many networks are trained where the options say it; null where it is left to the preset.</summary>
    internal int? NetworksAsked => Ensemble ?? (CrossFitting == true ? UsualFolds : null);

    private OptionFault? FindFaultOfArchitecture()
    {
        if (FaultOfUnits(HiddenUnits, nameof(HiddenUnits)) is { } fault)
            return fault;
        if (Activation is null)
            return new(nameof(Activation), "Activation is null; use new Linear() for hidden layers without one.");
        if (Ensemble is < 1 or > MostNetworks)
        {
            return new(nameof(Ensemble), Invariant(
                $"Ensemble must be from 1 to {MostNetworks} but is {Ensemble}; 1 trains one network, and 3 to 5 gain most."));
        }

        if (CrossFitting == true && Ensemble == 1)
        {
            return new(
                nameof(Ensemble), "CrossFitting is true but Ensemble is 1; folds need at least 2 networks, and 5 are usual, which null makes.");
        }

        return FindFaultOfTables() ?? EnumFault.Find(nameof(Preset), Preset, "use Balanced for what suits most tables");
    }
}
