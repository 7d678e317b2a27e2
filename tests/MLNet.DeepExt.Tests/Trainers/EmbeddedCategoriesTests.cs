using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop.Schemas;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Training;
using MLNet.DeepExt.Tests.Support;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Tests.Trainers;

/// <summary>Categories in the Features column, told by its annotation, become embeddings.</summary>
public sealed class EmbeddedCategoriesTests
{
    private const int Cities = 30;

    private readonly MLContext _context = new(seed: 1);
    private readonly IDataView _data;

    public EmbeddedCategoriesTests() => _data = _context.Data.LoadFromEnumerable(CityRow.Generate(400, seed: 1));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void One_hot_slots_are_embedded_where_that_is_fewer_numbers(bool normalized)
    {
        NetworkSpec spec = Fit(_data, normalized).Spec;
        // Two genders are told apart by their slots; Age, the number, is at the end.
        Assert.Equal(new CategoryEmbedding([CategoryRange.Of(0, Cities)]), spec.Layers[0]);
        Assert.Equal(Cities + 2 + 1, spec.Inputs);
        Assert.Equal(new Dense(8), Fit(_data, normalized, options => options.EmbedCategories = false).Spec.Layers[0]);
    }

    [Fact]
    public void Normalization_leaves_slots_of_categories_as_they_are_and_tells_them_on()
    {
        IDataView raw = Features(normalized: false).Fit(_data).Transform(_data);
        IDataView normalized = Features(normalized: true).Fit(_data).Transform(_data);
        Assert.Equal(CategoricalSlots.Of(raw.Schema["Features"]), CategoricalSlots.Of(normalized.Schema["Features"]));
        Assert.Equal([(0, Cities), (Cities, 2)], CategoricalSlots.Of(normalized.Schema["Features"]));
        float[][] before = VectorRow.Read(raw), after = VectorRow.Read(normalized);
        Assert.Equal(before.Select(row => row[..^1]), after.Select(row => row[..^1]));
        Assert.Equal(0, after.Average(row => row[^1]), 1e-5);

        SchemaShape promised = Features(normalized: true).GetOutputSchema(SchemaShapes.Of(_data.Schema));
        Assert.Contains(promised.Single(column => column.Name == "Features").Annotations, kind => kind.Name == "CategoricalSlotRanges");
    }

    [Fact]
    public void A_value_that_was_never_seen_is_predicted_by_the_row_that_stands_for_none()
    {
        ITransformer model = Features(normalized: true).Append(Trainer()).Fit(_data);
        var unknown = new CityRow { City = "Atlantis", Gender = "f", Age = 40 };
        var missing = new CityRow { City = "", Gender = "f", Age = 40 };
        float[] scores = [.. model.Transform(_context.Data.LoadFromEnumerable([unknown, missing])).GetColumn<float>("Score")];
        Assert.True(float.IsFinite(scores[0]));
        Assert.Equal(scores[0], scores[1]);
    }

    [Fact]
    public void Categories_by_the_thousand_stay_sparse_and_learn_what_dense_ones_do()
    {
        // So many slots that rows are kept without their zeros.
        IDataView many = _context.Data.LoadFromEnumerable(CityRow.Generate(600, seed: 2, cities: 300));
        NeuralNetworkTransformer model = (NeuralNetworkTransformer)Trainer().Fit(Features(normalized: false).Fit(many).Transform(many));
        Assert.IsType<CategoryEmbedding>(model.Model.Spec.Layers[0]);
        IDataView prepared = Features(normalized: false).Fit(many).Transform(many);
        Assert.True(_context.BinaryClassification.Evaluate(model.Transform(prepared), "Rich").AreaUnderRocCurve > 0.8);
    }

    [Fact]
    public void Of_hashed_categories_the_values_that_occur_are_embedded_and_no_others()
    {
        IDataView prepared = Hashed().Fit(_data).Transform(_data);
        NeuralNetworkTransformer model = (NeuralNetworkTransformer)Trainer().Fit(prepared);
        int[] seen = [.. VectorRow.Read(prepared).Select(row => Array.IndexOf(row, 1)).Distinct().Order()];
        Assert.InRange(seen.Length, Cities - 1, Cities); // two of them may collide
        Assert.Equal(new CategoryEmbedding([CategoryRange.Of(0, 1 << 16, seen)]), model.Model.Spec.Layers[0]);
        int dimension = CategoryRange.Of(0, seen.Length).Dimension;
        Assert.Equal((seen.Length + 1) * dimension + (dimension + 1 + 1) * 8 + 9, model.Model.Spec.ParameterCount);
        Assert.True(_context.BinaryClassification.Evaluate(model.Transform(prepared), "Rich").AreaUnderRocCurve > 0.8);

        using var file = new MemoryStream();
        _context.Model.Save(model, prepared.Schema, file);
        Assert.InRange(file.Length, 1, 100_000);
        file.Position = 0;
        Assert.Equal(OutputText.Of(model, prepared), OutputText.Of(new MLContext().Model.Load(file, out _), prepared));
    }

    [Fact]
    public void Values_that_occur_are_found_in_rows_that_stream_by_as_in_memory()
    {
        IDataView prepared = Hashed(numberOfBits: 10).Fit(_data).Transform(_data);
        // Weights are not averaged where rows are kept without their zeros.
        ITransformer inMemory = Trainer(options => options.WeightAveraging = 0).Fit(prepared);
        ITransformer streamed = Trainer(options => (options.WeightAveraging, options.DataMode) = (0, DataMode.Streaming)).Fit(prepared);
        Assert.NotNull(((CategoryEmbedding)((NeuralNetworkTransformer)streamed).Model.Spec.Layers[0]).Ranges[0].Seen);
        Assert.Equal(OutputText.Of(inMemory, prepared), OutputText.Of(streamed, prepared));
    }

    [Fact]
    public void A_value_that_no_training_row_has_is_predicted_as_a_missing_one()
    {
        ITransformer features = Features(normalized: false).Fit(_data); // knows all cities
        IDataView prepared = features.Transform(_data);
        IDataView some = _context.Data.FilterByCustomPredicate<CityRow>(prepared, row => row.City == "City 3");
        NeuralNetworkTransformer model = (NeuralNetworkTransformer)Trainer().Fit(some);
        Assert.Equal(
            CategoryRange.Of(0, Cities, [.. Enumerable.Range(0, Cities).Where(city => city != 3)]),
            Assert.Single(((CategoryEmbedding)model.Model.Spec.Layers[0]).Ranges));
        var unseen = new CityRow { City = "City 3", Gender = "f", Age = 40 };
        var missing = new CityRow { City = "", Gender = "f", Age = 40 };
        float[] scores =
            [.. model.Transform(features.Transform(_context.Data.LoadFromEnumerable([unseen, missing]))).GetColumn<float>("Score")];
        Assert.True(float.IsFinite(scores[0]));
        Assert.Equal(scores[0], scores[1]);
    }

    [Fact]
    public void A_network_of_more_than_100_megabytes_is_a_warning_before_it_is_made()
    {
        var log = new LogRecorder(_context, "NeuralNetwork");
        IDataView prepared = Hashed().Fit(_data).Transform(_data);
        using var cancellation = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => Trainer(options =>
        {
            options.EmbedCategories = false;
            options.HiddenUnits = [400];
            options.CancellationToken = cancellation.Token;
            options.Callbacks = [new CancelAtOnce(cancellation)];
        }).Fit(prepared));
        Assert.Equal(
            "The network has 26215601 parameters, 105 MB, and training takes several times as much memory; use fewer features, such as " +
            "a hash of fewer bits, or fewer hidden units.", Assert.Single(log.Of(ChannelMessageKind.Warning)));
    }

    [Theory]
    [MemberData(nameof(TrainerKind.Names), MemberType = typeof(TrainerKind))]
    public void Every_kind_saves_and_loads_it_and_streams_as_it_learns_in_memory(string kind)
    {
        TaskRow[] rows = TaskRow.Generate(200, seed: 1);
        IDataView data = _context.Data.LoadFromEnumerable(rows);
        IEstimator<ITransformer> features = _context.Transforms.Conversion.MapValueToKey("Group", "Class")
            .Append(_context.Transforms.CustomMapping<Number, Text>(
                (from, to) => to.Letter = ((char)('a' + (int)(Math.Abs(from.B) * 9))).ToString(), contractName: null))
            .Append(_context.Transforms.Categorical.OneHotEncoding("Letters", "Letter"))
            .Append(_context.Transforms.Concatenate("Features", "Letters", "B", "C"));
        IDataView prepared = features.Fit(data).Transform(data);
        NeuralNetworkTransformer model = TrainerKind.Of(kind).Fit(_context, prepared);
        Assert.IsType<CategoryEmbedding>(model.Model.Spec.Layers[0]);
        NeuralNetworkTransformer streamed = TrainerKind.Of(kind).Fit(_context, prepared, options => options.DataMode = DataMode.Streaming);
        Assert.Equal(OutputText.Of(model, prepared), OutputText.Of(streamed, prepared));

        using var file = new MemoryStream();
        _context.Model.Save(model, prepared.Schema, file);
        file.Position = 0;
        Assert.Equal(OutputText.Of(model, prepared), OutputText.Of(new MLContext().Model.Load(file, out _), prepared));
    }

    [Fact]
    public void A_network_of_ones_own_is_taken_as_it_is()
    {
        NetworkSpec own = NetworkSpec.Input(Cities + 3).Dense(4).Relu().Dense(1);
        Assert.Equal(own, Fit(_data, normalized: true, options => options.Network = own).Spec);
    }

    private NeuralNetworkModelParameters Fit(IDataView data, bool normalized, Action<NeuralNetworkBinaryTrainer.Options>? set = null)
    {
        IDataView prepared = Features(normalized).Fit(data).Transform(data);
        return ((NeuralNetworkTransformer)Trainer(set).Fit(prepared)).Model;
    }

    private IEstimator<ITransformer> Features(bool normalized)
    {
        var features = _context.Transforms.Categorical.OneHotEncoding("CityHot", "City")
            .Append(_context.Transforms.Categorical.OneHotEncoding("GenderHot", "Gender"))
            .Append(_context.Transforms.Concatenate("Features", "CityHot", "GenderHot", "Age"));
        return normalized ? features.Append(_context.Transforms.NormalizeInputs("Features")) : features;
    }

    // 65,536 slots, the default of OneHotHashEncoding, and a number.
    private IEstimator<ITransformer> Hashed(int numberOfBits = 16) => _context.Transforms.Categorical
        .OneHotHashEncoding("CityHot", "City", numberOfBits: numberOfBits)
        .Append(_context.Transforms.Concatenate("Features", "CityHot", "Age"));

    private IEstimator<ITransformer> Trainer(Action<NeuralNetworkBinaryTrainer.Options>? set = null)
    {
        var options = new NeuralNetworkBinaryTrainer.Options
        {
            LabelColumnName = "Rich",
            HiddenUnits = [8],
            BatchSize = 32,
            MaximumEpochs = 20,
            BatchNormalization = false,
            Seed = 1,
        };
        set?.Invoke(options);
        return _context.BinaryClassification.Trainers.NeuralNetwork(options);
    }

    private sealed class CancelAtOnce(CancellationTokenSource cancellation) : IBatchCallback
    {
        public void OnBatchEnd(in BatchRecord batch) => cancellation.Cancel();
    }

    private sealed class CityRow
    {
        public string City { get; set; } = "";

        public string Gender { get; set; } = "";

        public float Age { get; set; }

        public bool Rich { get; set; }

        public static CityRow[] Generate(int count, int seed, int cities = Cities)
        {
            var random = new Random(seed);
            return [.. Enumerable.Range(0, count).Select(i =>
            {
                int city = i < cities ? i : random.Next(cities); // each at least once
                return new CityRow
                {
                    City = $"City {city}",
                    Gender = i % 2 == 0 ? "f" : "m",
                    Age = 20 + 40 * random.NextSingle(),
                    Rich = city % 2 == 0,
                };
            })];
        }
    }

    private sealed class Number
    {
        public float B { get; set; }
    }

    private sealed class Text
    {
        public string Letter { get; set; } = "";
    }
}
