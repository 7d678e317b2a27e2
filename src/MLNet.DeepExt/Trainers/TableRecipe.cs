using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Data;
using MLNet.DeepExt.Interop.Schemas;
using MLNet.DeepExt.Neural.Augmentations;
using MLNet.DeepExt.Neural.Initializers;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Schedules;
using MLNet.DeepExt.Neural.Training;

namespace MLNet.DeepExt.Trainers;

/// <summary>
/// The network for tables of a <see cref="NetworkPreset"/>, and how it is trained. Every figure is of the preset's documentation.
/// </summary>
/// <param name="options">What is set there wins.</param>
/// <param name="rows">Training rows, those for validation included.</param>
internal sealed class TableRecipe(NeuralNetworkOptions options, int rows)
{
    private const int MostNumbers = 256, MostSlots = 1024, MostValues = 256;
    private const int SmallRows = 5000, MiddlingRows = 12000;
    private const int MostOneHotValues = 8, EmbeddedBy = 8, NumbersBy = 16, Members = 4, BestNetworks = 3;
    private const double LearningRate = 0.04, Beta2 = 0.95, Decay = 0.02, Average = 0.998;
    private const float KeepProbability = 0.85f;

    /// <summary>Whether rows are divided into folds.</summary>
    public bool IsFew { get; init; }

    private bool IsFast => options.Preset == NetworkPreset.Fast;

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
        CategoryRange[] embedded =
        [
            .. (seen?.Categories ?? []).Index().Where(category => category.Item.Count > MostOneHotValues)
                .Select(category => RangeOf(category.Item, seen!.Of(category.Index))),
        ];
        List<LayerSpec> layers = [];
        if (embedded.Length > 0)
            layers.Add(new CategoryEmbedding(embedded) { Initializer = new Normal(1) });
        (List<SlotRange> scaled, List<SlotRange> encoded, int width) = RangesOf(numbers, embedded, features);
        if (scaled.Count > 0)
            layers.Add(new RobustScale { Columns = scaled });
        if (encoded.Count > 0 && !IsFew)
        {
            layers.Add(new PiecewiseLinearEmbedding
            {
                Columns = encoded,
                Bins = IsFast || rows < MiddlingRows ? 48 : 96,
                Dimension = NumbersBy,
                AddLinear = true,
            });
        }

        layers.Add(new LearnedScaling());
        if (options.Preset != NetworkPreset.Best || IsFew)
        {
            var head = new Dense(outputs) { NeuralTangent = true, Initializer = new Zeros() };
            return new NetworkSpec(features, [.. layers, .. Hidden(predictsNumbers), head]);
        }

        layers.Add(new Members(
            Members,
            [
                new MemberScaling { Initializer = new Normal(1), Groups = GroupsOf(width, encoded, embedded) },
                .. Hidden(predictsNumbers),
                new MemberDense(outputs) { NeuralTangent = true, Initializer = new Zeros() },
            ]));
        return new NetworkSpec(features, layers);
    }

    /// <summary>How the network is trained.</summary>
    /// <param name="classic">The options of the trainer, without a preset.</param>
    public TrainingOptions Train(TrainingOptions classic)
    {
        int epochs = options.IsGiven(nameof(options.MaximumEpochs)) ? options.MaximumEpochs : Epochs();
        double rate = options.IsGiven(nameof(options.LearningRate)) ? options.LearningRate : LearningRate;
        return classic with
        {
            Optimizer = options.Optimizer ?? Optimizer(rate),
            Schedule = options.IsGiven(nameof(options.Schedule)) ? options.Schedule : new LogCosine(),
            WeightAveraging = options.WeightAveraging is null && options.Regularizer is null ? Average : classic.WeightAveraging,
            WeightAveragingWarmUp = options.WeightAveraging is null,
            Ensemble = options.NetworksAsked ?? (options.Preset == NetworkPreset.Best ? BestNetworks : 1),
            BatchSize = options.BatchSize ?? (rows <= options.WholeBatchLimit ? null : BatchSize()),
            MaximumEpochs = epochs,
            TemperatureScaling = options.TemperatureScaling ?? true,
            Patience = options.Patience ?? TrainingOptions.EveryEpoch,
        };
    }

    // A penalty takes the place of the decay.
    private Optimizer Optimizer(double rate)
    {
        var adam = new Adam(rate) { Beta2 = Beta2 };
        return options.Regularizer is null ? new Chain(adam, new DecayWeights(Decay) { Schedule = new FlatCosine() }) : adam;
    }

    // No more than half of the rows to learn from, where most are set aside.
    private int BatchSize()
    {
        int usual = IsFew ? 32 : rows < SmallRows ? 64 : rows < MiddlingRows || !IsFast ? 128 : 256;
        return Math.Clamp((int)(rows * (1 - options.ValidationFraction) / 2), 2, usual);
    }

    private int Epochs() => rows < SmallRows ? 48 : rows < MiddlingRows ? 32 : IsFast ? 24 : 48;

    private IEnumerable<LayerSpec> Hidden(bool predictsNumbers)
    {
        float kept = options.IsGiven(nameof(options.KeepProbability)) ? options.KeepProbability : KeepProbability;
        LayerSpec activation = options.IsGiven(nameof(options.Activation))
            ? options.Activation
            : new ParametricActivation(predictsNumbers ? new Mish() : new Selu());
        foreach (int units in options.HiddenUnits)
        {
            yield return new Dense(units) { NeuralTangent = true };
            if (options.IsGiven(nameof(options.BatchNormalization)) && options.BatchNormalization)
                yield return new BatchNorm();
            yield return activation;
            if (kept != 1)
                yield return new Dropout(kept) { Schedule = new FlatCosine() };
        }
    }

    private static CategoryRange RangeOf((int First, int Count) slots, int[] seen)
    {
        CategoryRange usual = CategoryRange.Of(slots.First, slots.Count, seen);
        return usual with { Dimension = Math.Clamp(seen.Length, 1, EmbeddedBy) };
    }

    // As inputs of the layer after the embedding of categories; and how wide they are.
    private static (List<SlotRange> Scaled, List<SlotRange> Encoded, int Width) RangesOf(
        NumberSlots numbers, CategoryRange[] embedded, int features)
    {
        var scaled = new List<SlotRange>();
        var encoded = new List<SlotRange>();
        int input = 0, next = 0;
        for (int slot = 0; slot < features;)
        {
            if (next < embedded.Length && embedded[next].First == slot)
            {
                input += embedded[next].Dimension;
                slot += embedded[next++].Count;
                continue;
            }

            if (!numbers.IsCategory(slot))
                Extend(scaled, input);
            if (numbers.IsNumber(slot))
                Extend(encoded, input);
            input++;
            slot++;
        }

        return (scaled, encoded, input);

        static void Extend(List<SlotRange> ranges, int slot)
        {
            if (ranges.Count > 0 && ranges[^1].First + ranges[^1].Count == slot)
                ranges[^1] = ranges[^1] with { Count = ranges[^1].Count + 1 };
            else
                ranges.Add(new SlotRange(slot, 1));
        }
    }

    // How many numbers stand for the same column, one after the other: of one that is embedded all of them.
    private static List<int> GroupsOf(int width, List<SlotRange> encoded, CategoryRange[] embedded)
    {
        var groups = new List<int>();
        int removed = 0; // slots of categories before
        Dictionary<int, int> widths = embedded.ToDictionary(
            range =>
            {
                int at = range.First - removed;
                removed += range.Count - range.Dimension;
                return at;
            },
            range => range.Dimension);
        for (int input = 0; input < width;)
        {
            if (widths.TryGetValue(input, out int dimension))
            {
                groups.Add(dimension);
                input += dimension;
                continue;
            }

            bool isEncoded = encoded.Exists(range => input >= range.First && input < range.First + range.Count);
            groups.Add(isEncoded ? NumbersBy : 1);
            input++;
        }

        return groups;
    }
}
