using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Data;
using MLNet.DeepExt.Interop.Schemas;
using MLNet.DeepExt.Neural.Initializers;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Schedules;
using MLNet.DeepExt.Neural.Training;

namespace MLNet.DeepExt.Trainers;

/// <summary>
/// The network for tables of a <see cref="NetworkPreset"/>. Every figure is of the preset's documentation.
/// </summary>
/// <param name="options">What is set there wins.</param>
/// <param name="rows">Training rows, those for validation included.</param>
internal sealed class TableRecipe(NeuralNetworkOptions options, int rows)
{
    private const int MostNumbers = 256, MostSlots = 1024, MostValues = 256;
    private const int NumbersBy = 16, MembersOfBest = 4;
    private const float KeepProbability = 0.85f;

    private static readonly int[] UnitsOfBest = [256, 256];

    /// <summary>Whether rows are divided into folds.</summary>
    public bool IsFew { get; init; }

    /// <summary>True if training begins with a trained network.</summary>
    public bool IsContinued { get; init; }

    /// <summary>How the network is trained.</summary>
    /// <param name="classic">The options of the trainer, without a preset.</param>
    public TrainingOptions Train(TrainingOptions classic)
    {
        TrainingOptions training = TableTraining.Apply(options, rows, IsFew, classic);
        return IsContinued ? training with { Ensemble = options.NetworksAsked ?? 1 } : training;
    }

    /// <summary>True if a network is of the kind that a recipe creates: a layer has the neural tangent parametrization.</summary>
    /// <param name="network">The network.</param>
    public static bool Made(NetworkSpec network) => Has(network.Layers);

    /// <summary>The slots of features to survey where this recipe may be used; null where it may not.</summary>
    /// <param name="options">The options of the trainer.</param>
    /// <param name="features">The column of features.</param>
    /// <param name="rows">How many rows there are; null where that is not known.</param>
    /// <param name="allowsFew">Whether few rows may be divided into folds.</param>
    public static NumberSlots? NumbersOf(NeuralNetworkOptions options, DataViewSchema.Column features, long? rows, bool allowsFew)
    {
        if (rows < (allowsFew ? FewRows.Least : FewRows.Enough) || options.Preset == NetworkPreset.Classic
            || options.Network is not null || options.TransferFrom is not null || options.HiddenUnits.Length == 0
            || options.ContinueFrom is not null || options.FrozenLayers > 0 || options.LayerRates.Count > 0 || options.Augmentation is not null
            || features.Type is not VectorDataViewType { Dimensions.Length: 1 } type || (!options.EmbedCategories && type.Size > MostSlots))
        {
            return null;
        }

        bool[] isCategory = CategoricalSlots.Mask(features, type.Size);
        return isCategory.Count(category => !category) <= MostNumbers ? new NumberSlots(isCategory) : null;
    }

    /// <summary>Whether there are rows enough, and no category has so many values that few rows have each.</summary>
    /// <param name="numbers">What the slots hold.</param>
    /// <param name="seen">Which slots of categories occur; null where none is embedded.</param>
    /// <param name="isFew">Whether rows are few, and divided into folds.</param>
    public static bool Suits(NumberSlots numbers, SeenSlots? seen, bool isFew) => (isFew || numbers.Rows >= FewRows.Enough)
        && (seen is null || Enumerable.Range(0, seen.Categories.Count).All(category => seen.Of(category).Length <= MostValues));

    /// <summary>The network.</summary>
    /// <param name="numbers">What the slots hold.</param>
    /// <param name="seen">Which slots of categories occur; null where none is embedded.</param>
    /// <param name="features">How many features there are.</param>
    /// <param name="outputs">How many outputs are wanted.</param>
    /// <param name="predictsNumbers">Whether the label is made of numbers.</param>
    public NetworkSpec CreateNetwork(NumberSlots numbers, SeenSlots? seen, int features, int outputs, bool predictsNumbers)
    {
        var columns = new TableColumns(numbers, seen, features);
        List<LayerSpec> layers = [];
        if (columns.Embedded.Count > 0)
            layers.Add(new CategoryEmbedding(columns.Embedded) { Initializer = new Normal(1) });
        if (columns.Scaled.Count > 0 && Scaling() is { } scaling)
            layers.Add(scaling with { Columns = columns.Scaled });
        InputEncoder? embedding = columns.Encoded.Count > 0 ? Embedding() : null;
        if (embedding is not null)
            layers.Add(embedding with { Columns = columns.Encoded });
        if (options.LearnedScaling)
            layers.Add(new LearnedScaling());
        int members = options.Members ?? (options.Preset == NetworkPreset.Best && !IsFew ? MembersOfBest : 1);
        if (members == 1)
        {
            var head = new Dense(outputs) { NeuralTangent = options.NeuralTangent, Initializer = new Zeros() };
            return new NetworkSpec(features, [.. layers, .. Hidden(predictsNumbers), head]);
        }

        var scale = new MemberScaling
        {
            Initializer = new Normal(1),
            // Which columns an embedding passes may be known only when it is fitted; then each number has a factor of its own.
            Groups = embedding is PiecewiseLinearEmbedding { LeastValues: > 1 } ? null : columns.GroupsOf(embedding?.NumbersPerColumn ?? 1),
        };
        var heads = new MemberDense(outputs) { NeuralTangent = options.NeuralTangent, Initializer = new Zeros() };
        return new NetworkSpec(features, [.. layers, new Members(members, [scale, .. Hidden(predictsNumbers), heads])]);
    }

    private static bool Has(IReadOnlyList<LayerSpec> layers) => layers.Any(
        layer => layer is Dense { NeuralTangent: true } || (layer is CompositeSpec composite && Has(composite.Layers)));

    private InputEncoder? Scaling() => options.IsGiven(nameof(options.NumberScaling)) ? options.NumberScaling : new RobustScale();

    private InputEncoder? Embedding() => options.IsGiven(nameof(options.NumberEmbedding)) ? options.NumberEmbedding
        : IsFew ? null
        : new PiecewiseLinearEmbedding { Bins = TableTraining.Bins(options.Preset, rows), Dimension = NumbersBy, AddLinear = true };

    private IEnumerable<LayerSpec> Hidden(bool predictsNumbers)
    {
        float kept = options.IsGiven(nameof(options.KeepProbability)) ? options.KeepProbability : KeepProbability;
        LayerSpec activation = options.IsGiven(nameof(options.Activation))
            ? options.Activation
            : new ParametricActivation(predictsNumbers ? new Mish() : new Selu());
        bool isBest = options.Preset == NetworkPreset.Best && !IsFew && !options.IsGiven(nameof(options.HiddenUnits));
        foreach (int units in isBest ? UnitsOfBest : options.HiddenUnits)
        {
            yield return new Dense(units) { NeuralTangent = options.NeuralTangent };
            if (options.IsGiven(nameof(options.BatchNormalization)) && options.BatchNormalization)
                yield return new BatchNorm();
            yield return activation;
            if (kept != 1)
                yield return new Dropout(kept) { Schedule = new FlatCosine() };
        }
    }
}
