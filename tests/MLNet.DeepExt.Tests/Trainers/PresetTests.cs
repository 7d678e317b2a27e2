using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Tests.Support;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Tests.Trainers;

/// <summary>What a network is, and how it is trained, where options do not say it.</summary>
[Trait("Spec", "G1")]
public sealed class PresetTests
{
    private const int Rows = 1200;

    private readonly MLContext _context = new(seed: 1);
    private readonly IDataView _data;

    public PresetTests() => _data = Concatenated(TaskRow.Generate(Rows, seed: 1));

    public static TheoryData<string> Tasks => TrainerKind.Names;

    [Fact]
    public void A_table_gets_encoders_and_neural_tangent_layers()
    {
        IReadOnlyList<LayerSpec> layers = Fit(_ => { }).Model.Spec.Layers;
        Assert.Equal(
            [
                nameof(RobustScale), nameof(PiecewiseLinearEmbedding), nameof(LearnedScaling), nameof(Dense), nameof(ParametricActivation),
                nameof(Dropout), nameof(Dense), nameof(ParametricActivation), nameof(Dropout), nameof(Dense),
            ],
            layers.Select(layer => layer.GetType().Name));
        Assert.Equal(new Dense(256) { NeuralTangent = true }, layers[3]);
        Assert.Equal(new Dense(128) { NeuralTangent = true }, layers[6]);
        Assert.Equal(new ParametricActivation(new Selu()), layers[4]);
    }

    [Fact]
    public void Every_ingredient_can_be_left_out_or_replaced()
    {
        Assert.DoesNotContain(Layers(options => options.NumberEmbedding = null), layer => layer is PiecewiseLinearEmbedding);
        Assert.DoesNotContain(Layers(options => options.NumberScaling = null), layer => layer is RobustScale);
        Assert.DoesNotContain(Layers(options => options.LearnedScaling = false), layer => layer is LearnedScaling);
        Assert.DoesNotContain(Layers(options => options.NeuralTangent = false), layer => layer is Dense { NeuralTangent: true });
        Assert.Contains(Layers(options => options.NumberScaling = new Standardize()), layer => layer is Standardize { IsFitted: true });
        Assert.Contains(
            Layers(options => options.NumberEmbedding = new PeriodicEmbedding { Dimension = 3, UseRelu = false, AddInput = true }),
            layer => layer is PeriodicEmbedding { Columns: not null, AddInput: true });
        Assert.Contains(
            Layers(options => options.NumberEmbedding = new PiecewiseLinearEmbedding { Bins = 8, TargetAwareRows = 20 }),
            layer => layer is PiecewiseLinearEmbedding { TargetAwareRows: 20, Edges: [{ Count: <= 9 }, ..] });
        Members members = Assert.IsType<Members>(Layers(options =>
            (options.Members, options.NumberEmbedding) = (3, new PiecewiseLinearEmbedding { Bins = 5, Dimension = 7, LeastValues = 4 }))[^1]);
        Assert.Equal(3, members.Count);
        Assert.IsType<Members>(Layers(options => (options.Members, options.NumberEmbedding) = (2, null))[^1]);

        IReadOnlyList<LayerSpec> Layers(Action<NeuralNetworkBinaryTrainer.Options> set) => Fit(set).Model.Spec.Layers;
    }

    [Fact]
    public void An_ingredient_out_of_its_range_is_refused_before_anything_is_read()
    {
        Assert.Equal(
            "Members must be from 1 to 64 but is 0; 4 to 8 gain most.", Refused("Members", options => options.Members = 0));
        Assert.Equal(
            "NumberScaling names columns but takes the numbers of the table; leave its Columns null.",
            Refused("NumberScaling", options => options.NumberScaling = new Standardize { Columns = [new(0, 1)] }));
        Assert.Equal(
            "NumberEmbedding is a OneHot, whose columns are categories; give an encoder of numbers, or null.",
            Refused("NumberEmbedding", options => options.NumberEmbedding = new OneHot()));
        Assert.StartsWith(
            "NumberEmbedding cannot be used: Bins of a PiecewiseLinearEmbedding must be from 1 to 1024 but is 0",
            Refused("NumberEmbedding", options => options.NumberEmbedding = new PiecewiseLinearEmbedding { Bins = 0 }), StringComparison.Ordinal);

        string Refused(string name, Action<NeuralNetworkBinaryTrainer.Options> set) =>
            Assert.Throws<ArgumentException>(name, () => Fit(set)).WithoutParameter();
    }

    [Fact]
    public void An_ingredient_that_is_set_where_Classic_is_trained_is_a_warning()
    {
        var warnings = new List<string>();
        _context.Log += (_, e) => warnings.AddRange(e.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Warning ? [e.RawMessage] : []);
        Fit(options => (options.Preset, options.Members) = (NetworkPreset.Classic, 3));
        Assert.Contains(
            "Members is set, for the network for tables, which does not fit, so that Classic is trained; the documentation of NetworkPreset says "
            + "what rows, features and options it takes.", warnings);
    }

    [Fact]
    public void Numbers_are_predicted_with_Mish()
    {
        var options = new NeuralNetworkRegressionTrainer.Options { LabelColumnName = "Number", MaximumEpochs = 1, Seed = 1 };
        NeuralNetworkRegressionTransformer model = _context.Regression.Trainers.NeuralNetwork(options).Fit(_data);
        Assert.Contains(new ParametricActivation(new Mish()), model.Model.Spec.Layers);
    }

    [Theory]
    [InlineData(999, false)]
    [InlineData(1000, true)]
    public void Few_rows_have_the_network_with_batch_normalization(int rows, bool isTable)
    {
        NeuralNetworkBinaryTransformer model = Fit(_ => { }, Concatenated(TaskRow.Generate(rows, seed: 1)));
        Assert.Equal(!isTable, model.Model.Spec.Layers.Any(layer => layer is BatchNorm));
        Assert.Equal(isTable, model.Model.Spec.Layers.Any(layer => layer is LearnedScaling));
    }

    [Fact]
    public void Classic_has_it_with_any_number_of_rows() =>
        Assert.Contains(new BatchNorm(), Fit(options => options.Preset = NetworkPreset.Classic).Model.Spec.Layers);

    [Fact]
    public void Pixels_have_it()
    {
        IDataView pixels = _context.Data.LoadFromEnumerable(Enumerable.Range(0, Rows).Select(row => new PixelRow
        {
            Features = [row % 7, row % 5, row % 3, row % 11],
            Yes = row % 2 == 0,
        }));
        Assert.Contains(new BatchNorm(), Fit(_ => { }, pixels).Model.Spec.Layers);
    }

    [Fact]
    public void What_is_set_wins_over_the_preset_even_where_it_is_a_default()
    {
        NeuralNetworkBinaryTransformer model = Fit(options =>
        {
            options.HiddenUnits = [256, 128];
            options.BatchNormalization = true;
            options.KeepProbability = 1;
            options.Activation = new Tanh();
        });
        Assert.Equal(
            [
                new Dense(256) { NeuralTangent = true }, new BatchNorm(), new Tanh(),
                new Dense(128) { NeuralTangent = true }, new BatchNorm(), new Tanh(),
            ],
            model.Model.Spec.Layers.Skip(3).SkipLast(1));
    }

    [Theory]
    [InlineData(NetworkPreset.Fast, null, 1, 1)]
    [InlineData(NetworkPreset.Balanced, null, 1, 1)]
    [InlineData(NetworkPreset.Best, null, 3, 4)]
    [InlineData(NetworkPreset.Best, 1, 1, 4)]
    [InlineData(NetworkPreset.Fast, 2, 2, 1)]
    public void Best_has_three_networks_of_four_members(NetworkPreset preset, int? ensemble, int networks, int members)
    {
        NeuralNetworkBinaryTransformer model = Fit(options =>
        {
            options.Preset = preset;
            options.Ensemble = ensemble;
        });
        LayerSpec[] all = model.Model.Spec.Layers is [Branches branches]
            ? [.. branches.Layers.Select(branch => ((Sequential)branch).Layers[^1])]
            : [model.Model.Spec.Layers[^1]];
        Assert.Equal(networks, all.Length);
        Assert.All(all, last => Assert.Equal(members, last is Members ofMembers ? ofMembers.Count : 1));
        int[] units = preset == NetworkPreset.Best ? [256, 256] : [256, 128];
        Assert.All(all.OfType<Members>(), last => Assert.Equal(units, last.Layers.OfType<Dense>().Select(layer => layer.Units)));
    }

    [Fact]
    public void Hidden_units_that_are_set_are_those_of_Best_too()
    {
        NeuralNetworkBinaryTransformer model = Fit(options =>
            (options.Preset, options.Ensemble, options.HiddenUnits) = (NetworkPreset.Best, 1, [256, 128]));
        Assert.Equal([256, 128], ((Members)model.Model.Spec.Layers[^1]).Layers.OfType<Dense>().Select(layer => layer.Units));
    }

    [Theory]
    [MemberData(nameof(Tasks))]
    public void Every_task_learns_saves_loads_and_predicts_the_same(string task)
    {
        IEstimator<NeuralNetworkTransformer> trainer = TrainerKind.Of(task).Create(_context, options =>
        {
            options.Preset = NetworkPreset.Best;
            options.MaximumEpochs = 2;
        });
        ITransformer model = trainer.Fit(_data);
        using var file = new MemoryStream();
        _context.Model.Save(model, _data.Schema, file);
        file.Position = 0;
        IDataView some = Concatenated(TaskRow.Generate(20, seed: 2));
        Assert.Equal(OutputText.Of(model, some), OutputText.Of(new MLContext().Model.Load(file, out _), some));
    }

    [Fact]
    public void Labels_of_three_classes_are_smoothed_by_a_tenth_unless_it_is_set()
    {
        Assert.Equal(0.1, Smoothing(new() { LabelColumnName = "Class", MaximumEpochs = 1, Seed = 1 }));
        Assert.Equal(0, Smoothing(new() { LabelColumnName = "Class", MaximumEpochs = 1, Seed = 1, LabelSmoothing = 0 }));
        Assert.Equal(0, Smoothing(new() { LabelColumnName = "Class", MaximumEpochs = 1, Seed = 1, Preset = NetworkPreset.Classic }));

        double Smoothing(NeuralNetworkMulticlassTrainer.Options options) =>
            ((SoftmaxCrossEntropy)_context.MulticlassClassification.Trainers.NeuralNetwork(options).Fit(_data).Content.Loss).LabelSmoothing;
    }

    [Fact]
    public void Rows_that_are_streamed_train_the_same_network_as_rows_in_memory()
    {
        IDataView some = Concatenated(TaskRow.Generate(20, seed: 2));
        Assert.Equal(
            OutputText.Of(Fit(options => options.DataMode = DataMode.InMemory), some),
            OutputText.Of(Fit(options => options.DataMode = DataMode.Streaming), some));
    }

    [Fact]
    public void Raw_features_train_as_well_as_normalized_ones()
    {
        TaskRow[] rows = TaskRow.Generate(3000, seed: 3);
        IDataView plain = Concatenated(rows);
        foreach (TaskRow row in rows)
            (row.A, row.B, row.C) = (row.A * 1e6f, row.B * 1e-6f, row.C + 1e3f);
        IDataView raw = Concatenated(rows);
        double ofPlain = AccuracyOf(plain), ofRaw = AccuracyOf(raw);
        Assert.InRange(ofPlain, 0.85, 1);
        Assert.InRange(ofRaw, ofPlain - 0.02, 1);

        double AccuracyOf(IDataView data)
        {
            DataOperationsCatalog.TrainTestData split = _context.Data.TrainTestSplit(data, 0.3, seed: 1);
            NeuralNetworkBinaryTransformer model = Fit(options => options.MaximumEpochs = 10, split.TrainSet);
            return _context.BinaryClassification.Evaluate(model.Transform(split.TestSet), "Yes").Accuracy;
        }
    }

    [Fact]
    public void Features_on_unlike_scales_are_no_warning()
    {
        var log = new List<string>();
        _context.Log += (_, message) => log.Add(message.Message);
        TaskRow[] rows = TaskRow.Generate(Rows, seed: 1);
        foreach (TaskRow row in rows)
            row.A *= 1e6f;
        Fit(_ => { }, Concatenated(rows));
        Assert.DoesNotContain(log, message => message.Contains("unlike scales", StringComparison.Ordinal));
    }

    [Fact]
    public void Large_categories_are_embedded_by_eight_numbers_and_small_ones_stay_slots()
    {
        IDataView rows = _context.Data.LoadFromEnumerable(Enumerable.Range(0, Rows).Select(row => new ShopRow
        {
            City = $"city {row % 12}",
            Size = $"size {row % 3}",
            Price = row % 101,
            Yes = row % 12 < 6,
        }));
        IDataView data = _context.Transforms.TabularFeatures(labelColumnName: "Yes").Fit(rows).Transform(rows);
        IReadOnlyList<LayerSpec> layers = Fit(_ => { }, data).Model.Spec.Layers;
        CategoryRange city = Assert.Single(Assert.IsType<CategoryEmbedding>(layers[0]).Ranges);
        Assert.Equal((12, 8), (city.Count, city.Dimension));
        Assert.Equal(16 + 12 + 3 - 12 + 8, layers[3] is LearnedScaling ? Widths(layers) : 0);

        static int Widths(IReadOnlyList<LayerSpec> layers) =>
            layers.Take(4).Aggregate(new Neural.Primitives.TensorShape(16), (shape, layer) => layer.OutputShape(shape)).Width;
    }

    [Fact]
    public void A_network_without_hidden_layers_stays_linear() =>
        Assert.Equal([new Dense(1)], Fit(options => options.HiddenUnits = []).Model.Spec.Layers);

    [Theory]
    [InlineData("constant")]
    [InlineData("categories")]
    [InlineData("wide")]
    [InlineData("heavy")]
    public void Odd_tables_train_and_predict_numbers(string kind)
    {
        var random = new Random(1);
        OddRow[] rows = [.. Enumerable.Range(0, Rows).Select(row => new OddRow
        {
            Features = kind switch
            {
                "constant" => [3, 3, 3],
                "categories" => [row % 2, 1 - row % 2, row % 3 == 0 ? 1 : 0],
                "wide" => [.. Enumerable.Range(0, 257).Select(_ => random.NextSingle())],
                _ => [(float)Math.Exp(12 * random.NextDouble() * random.NextDouble()), -1e9f * random.NextSingle(), row % 7],
            },
            Yes = row % 2 == 0,
        })];
        var schema = SchemaDefinition.Create(typeof(OddRow));
        schema["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, rows[0].Features.Length);
        IDataView data = _context.Data.LoadFromEnumerable(rows, schema);
        foreach (NetworkPreset preset in new[] { NetworkPreset.Balanced, NetworkPreset.Best })
        {
            NeuralNetworkBinaryTransformer model = Fit(options => options.Preset = preset, data);
            Assert.All(model.Transform(data).GetColumn<float>("Probability"), probability => Assert.InRange(probability, 0, 1));
            Assert.Equal(kind == "wide", model.Model.Spec.Layers.Any(layer => layer is BatchNorm));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.0002)]
    [InlineData(0.95)]
    public void Any_share_may_be_set_aside(double fraction) =>
        Assert.Single(Fit(options => options.ValidationFraction = fraction).Model.History!.Epochs);

    [Fact]
    public void One_thread_and_two_train_the_same_members()
    {
        IDataView some = Concatenated(TaskRow.Generate(20, seed: 2));
        Assert.Equal(OutputText.Of(Best(1), some), OutputText.Of(Best(2), some));

        NeuralNetworkBinaryTransformer Best(int threads) => Fit(options =>
        {
            options.Preset = NetworkPreset.Best;
            options.NumberOfThreads = threads;
        });
    }

    [Theory]
    [InlineData("Balanced", false)]
    [InlineData("Fast", true)]
    public void A_preset_that_is_asked_for_and_does_not_fit_is_a_warning(string preset, bool warns)
    {
        var log = new List<string>();
        _context.Log += (_, message) => log.Add(message.Message);
        IDataView few = Concatenated(TaskRow.Generate(100, seed: 1));
        Fit(options => options.Preset = Enum.Parse<NetworkPreset>(preset), few);
        Assert.Equal(warns, log.Exists(message => message.Contains(
            "Preset is Fast but does not fit, so that Classic is trained; the documentation of NetworkPreset says what rows, features and options "
            + "it takes.",
            StringComparison.Ordinal)));
    }

    [Fact]
    public void Training_goes_on_with_a_table_network_and_its_first_layers_are_kept_for_another_label()
    {
        NeuralNetworkBinaryTransformer model = Fit(_ => { });
        Assert.Equal(model.Model.Spec, Fit(options => options.ContinueFrom = model).Model.Spec);
        Assert.Equal(
            model.Model.Spec.Layers.SkipLast(1), Fit(options => options.TransferFrom = model).Model.Spec.Layers.SkipLast(1));
    }

    [Theory]
    [InlineData(NetworkPreset.Balanced, 1)]
    [InlineData(NetworkPreset.Best, 1)]
    public void Training_goes_on_by_the_recipe_of_the_preset(NetworkPreset preset, int networks)
    {
        NeuralNetworkBinaryTransformer model = Fit(options => (options.Preset, options.HiddenUnits) = (NetworkPreset.Fast, [8]));
        foreach (bool isTransferred in new[] { false, true })
        {
            var options = new NeuralNetworkBinaryTrainer.Options { LabelColumnName = "Yes", NumberOfThreads = 1, Seed = 1, Preset = preset };
            if (isTransferred)
                options.TransferFrom = model;
            else
                options.ContinueFrom = model;
            NeuralNetworkBinaryTransformer further = _context.BinaryClassification.Trainers.NeuralNetwork(options).Fit(_data);
            // 48 epochs and no patience, in four cycles of a rate of 0.04 at most.
            Assert.Equal(networks, further.Model.Histories.Count);
            Assert.Equal(48, further.Model.History!.Epochs.Count);
            Assert.InRange(further.Model.History.Epochs.Max(epoch => epoch.LearningRate), 0.03, 0.04);
        }

        Assert.InRange(
            Fit(options => (options.Preset, options.ContinueFrom) = (NetworkPreset.Classic, model)).Model.History!.Epochs
                .Max(epoch => epoch.LearningRate), 0, 0.02);
    }

    [Theory]
    [InlineData(256, true)]
    [InlineData(257, false)]
    public void A_category_of_many_values_has_the_network_with_batch_normalization(int values, bool isTable)
    {
        IDataView rows = _context.Data.LoadFromEnumerable(Enumerable.Range(0, Rows).Select(row => new ShopRow
        {
            City = $"city {row % values}",
            Size = "one",
            Price = row % 101,
            Yes = row % 2 == 0,
        }));
        IDataView data = _context.Transforms.TabularFeatures(labelColumnName: "Yes").Fit(rows).Transform(rows);
        Assert.Equal(isTable, Fit(_ => { }, data).Model.Spec.Layers.Any(layer => layer is LearnedScaling));
    }

    [Fact]
    public void An_unknown_preset_is_refused()
    {
        ArgumentException fault = Assert.Throws<ArgumentException>(() => Fit(options => options.Preset = (NetworkPreset)9));
        Assert.Equal(
            "Preset must be Balanced, Fast, Best or Classic but is 9; use Balanced for what suits most tables. (Parameter 'Preset')", fault.Message);
    }

    private NeuralNetworkBinaryTransformer Fit(Action<NeuralNetworkBinaryTrainer.Options> set, IDataView? data = null)
    {
        var options = new NeuralNetworkBinaryTrainer.Options { LabelColumnName = "Yes", MaximumEpochs = 1, NumberOfThreads = 1, Seed = 1 };
        set(options);
        return _context.BinaryClassification.Trainers.NeuralNetwork(options).Fit(data ?? _data);
    }

    private IDataView Concatenated(TaskRow[] rows)
    {
        IDataView data = _context.Data.LoadFromEnumerable(rows);
        return _context.Transforms.Concatenate("Features", "A", "B", "C").Fit(data).Transform(data);
    }

    private sealed class PixelRow
    {
        [VectorType(2, 2)]
        public float[] Features { get; set; } = [];

        public bool Yes { get; set; }
    }

    private sealed class OddRow
    {
        public float[] Features { get; set; } = [];

        public bool Yes { get; set; }
    }

    private sealed class ShopRow
    {
        public string City { get; set; } = "";

        public string Size { get; set; } = "";

        public float Price { get; set; }

        public bool Yes { get; set; }
    }
}
