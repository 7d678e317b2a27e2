using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Tests.Reference;
using MLNet.DeepExt.Tests.Support;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Tests.Trainers;

/// <summary>Few rows are divided into folds, so that all of them teach, stop and calibrate.</summary>
[Trait("Spec", "G4")]
public sealed class FewRowsTests
{
    private readonly MLContext _context = new(seed: 1);

    [Theory]
    [InlineData(49, 1)]
    [InlineData(50, 5)]
    [InlineData(120, 5)]
    public void Few_rows_train_five_networks_each_stopped_by_another_fold(int rows, int networks)
    {
        NeuralNetworkBinaryTransformer model = Fit(rows, _ => { });
        Assert.Equal(networks, model.Model.Histories.Count);
        if (networks == 1)
            return;
        Assert.Equal(rows, model.Model.Histories.Sum(history => history.ValidationRows));
        Assert.All(model.Model.Histories, history => Assert.Equal(rows, history.TrainingRows + history.ValidationRows));
        Assert.All(Assert.IsType<Branches>(model.Model.Spec.Layers.Single()).Layers, branch => Assert.Equal(
            [
                nameof(RobustScale), nameof(LearnedScaling), nameof(Dense), nameof(ParametricActivation), nameof(Dropout), nameof(Dense),
                nameof(ParametricActivation), nameof(Dropout), nameof(Dense),
            ],
            ((Sequential)branch).Layers.Select(layer => layer.GetType().Name)));
    }

    [Fact]
    public void A_thousand_rows_set_a_share_aside() =>
        Assert.Single(Fit(1000, options => (options.HiddenUnits, options.BatchSize) = ([4], 500)).Model.Histories);

    [Theory]
    [InlineData(2999, true, 5)]
    [InlineData(3000, true, 1)]
    [InlineData(1000, false, 1)]
    public void More_rows_are_divided_to_calibrate_quantiles(int rows, bool calibrates, int networks)
    {
        NeuralNetworkRegressionTransformer model = QuantilesOf(rows, options =>
        {
            options.HiddenUnits = [2];
            options.BatchSize = 500;
            options.QuantileCalibration = calibrates;
        });
        Assert.Equal(networks, model.Model.Histories.Count);
    }

    [Fact]
    public void Intervals_of_a_thousand_rows_cover_new_rows_within_two_and_a_half_points()
    {
        // A share of 10,000 new rows has a standard error of 0.3 points.
        IDataView fresh = _context.Data.LoadFromEnumerable(QuantileRow.Generate(10_000, seed: 100));
        double covered = Enumerable.Range(1, 2).Average(seed =>
        {
            NeuralNetworkRegressionTransformer model = QuantilesOf(1000, options => options.Seed = seed, seed);
            QuantilePrediction[] rows =
                [.. _context.Data.CreateEnumerable<QuantilePrediction>(model.Transform(fresh), reuseRowObject: false)];
            return rows.Average(row => row.Label >= row.Quantiles[0] && row.Label <= row.Quantiles[1] ? 1.0 : 0);
        });
        Assert.InRange(covered, 0.875, 0.925);
    }

    public static TheoryData<string> Given =>
        [
            "Ensemble", "ValidationFraction", "MaximumEpochs", "Patience", "StoppingMetric", "CrossFitting", "Preset", "HiddenUnits", "FrozenLayers",
            "BatchSize", "Network",
        ];

    [Theory]
    [MemberData(nameof(Given))]
    public void What_is_set_wins(string option)
    {
        NeuralNetworkBinaryTransformer model = Fit(100, options =>
        {
            switch (option)
            {
                case "Ensemble":
                    options.Ensemble = 1;
                    break;
                case "ValidationFraction":
                    options.ValidationFraction = 0.1;
                    break;
                case "MaximumEpochs":
                    options.MaximumEpochs = 2;
                    break;
                case "Patience":
                    options.Patience = 1;
                    break;
                case "StoppingMetric":
                    options.StoppingMetric = new Neural.Metrics.Accuracy();
                    break;
                case "CrossFitting":
                    options.CrossFitting = false;
                    break;
                case "Preset":
                    options.Preset = NetworkPreset.Classic;
                    break;
                case "HiddenUnits":
                    options.HiddenUnits = [];
                    break;
                case "FrozenLayers":
                    options.FrozenLayers = 1;
                    break;
                case "BatchSize":
                    options.BatchSize = 85;
                    break;
                default:
                    options.Network = Neural.Networks.NetworkSpec.Input(3).Dense(4).Tanh().Dense(1);
                    break;
            }
        });
        Assert.Single(model.Model.Histories);
        Assert.InRange(model.Model.History!.ValidationRows, 9, 11);
    }

    [Fact]
    public void Validation_data_given_to_Fit_takes_the_place_of_folds()
    {
        var trainer = _context.BinaryClassification.Trainers.NeuralNetwork(new NeuralNetworkBinaryTrainer.Options { LabelColumnName = "Yes", Seed = 1 });
        NeuralNetworkBinaryTransformer model = trainer.Fit(Table(100, seed: 1), Table(40, seed: 2));
        Assert.Equal((100, 40), (Assert.Single(model.Model.Histories).TrainingRows, model.Model.History!.ValidationRows));
    }

    [Fact]
    public void Folds_that_are_asked_for_are_made_of_more_rows_too()
    {
        NeuralNetworkBinaryTransformer model = Fit(1100, options => (options.CrossFitting, options.Ensemble, options.MaximumEpochs) = (true, 3, 1));
        Assert.Equal(1100, model.Model.Histories.Sum(history => history.ValidationRows));
        Assert.Equal(3, model.Model.Histories.Count);
        Assert.Equal(5, Fit(100, options => (options.CrossFitting, options.MaximumEpochs) = (true, 1)).Model.Histories.Count);
        Assert.Equal(
            "CrossFitting is true but Ensemble is 1; folds need at least 2 networks, and 5 are usual, which null makes.",
            Assert.Throws<ArgumentException>("Ensemble", () => Fit(100, options => (options.CrossFitting, options.Ensemble) = (true, 1))).WithoutParameter());
    }

    [Fact]
    public void Patience_needs_no_share_where_there_are_folds() => Assert.Equal(
        5, Fit(100, options => (options.CrossFitting, options.ValidationFraction, options.Patience, options.MaximumEpochs) = (true, 0, 1, 2))
            .Model.Histories.Count);

    [Fact]
    public void Words_of_few_texts_are_divided_into_folds_and_kept_sparse()
    {
        var random = new Random(1);
        IDataView rows = _context.Data.LoadFromEnumerable(Enumerable.Range(0, 80).Select(row => new TextRow
        {
            Text = string.Join(' ', Enumerable.Range(0, 12).Select(_ => $"w{random.Next(200) + (random.Next(3) == 0 ? row % 2 * 200 : 0)}")),
            Yes = row % 2 == 1,
        }));
        IDataView data = _context.Transforms.Text.FeaturizeText("Features", "Text").Fit(rows).Transform(rows);
        NeuralNetworkBinaryTransformer model =
            _context.BinaryClassification.Trainers.NeuralNetwork(new NeuralNetworkBinaryTrainer.Options { LabelColumnName = "Yes", Seed = 1 }).Fit(data);
        Assert.Equal(5, model.Model.Histories.Count);
        Assert.Contains(new BatchNorm(), ((Sequential)((Branches)model.Model.Spec.Layers[0]).Layers[0]).Layers);
        Assert.All(model.Transform(data).GetColumn<float>("Probability"), probability => Assert.InRange(probability, 0, 1));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_log_says_whether_a_linear_model_does_as_well(bool isLinear)
    {
        var random = new Random(1);
        TaskRow[] rows = TaskRow.Generate(150, seed: 1);
        foreach (TaskRow row in rows)
            row.Number = (isLinear ? row.A / 100 - 2 * row.B : row.A / 100 * row.B) + 0.01f * random.NextSingle();
        var log = new LogRecorder(_context, "NeuralNetworkRegression");
        var options = new NeuralNetworkRegressionTrainer.Options { LabelColumnName = "Number", Seed = 1, NumberOfThreads = 1 };
        _context.Regression.Trainers.NeuralNetwork(options).Fit(Concatenated(rows));
        string[] messages = log.Of(ChannelMessageKind.Info);
        Assert.Contains(messages, message => message.StartsWith("Cross-fitted loss ", StringComparison.Ordinal));
        Assert.Equal(isLinear, Array.Exists(messages, message => message.StartsWith(
            "A linear model does as well on these rows: its cross-fitted loss is ", StringComparison.Ordinal)
            && message.EndsWith("; HiddenUnits of an empty array trains one.", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(9, 1)]
    [InlineData(10, 5)]
    public void Rows_with_few_values_of_a_target_are_not_divided(int known, int networks)
    {
        TargetsRow[] rows = [.. Enumerable.Range(0, 100).Select(row => new TargetsRow
        {
            Features = [row, row % 7],
            Targets = [row, row < known ? row : float.NaN],
        })];
        NeuralNetworkMultiTargetTransformer model = _context.MultiTargetRegression.Trainers.NeuralNetwork(
            new NeuralNetworkMultiTargetTrainer.Options { LabelColumnName = "Targets", Seed = 1 }).Fit(_context.Data.LoadFromEnumerable(rows));
        Assert.Equal(networks, model.Model.Histories.Count);
    }

    [Fact]
    public void A_listener_to_the_log_that_throws_at_the_comparison_does_not_cost_the_model()
    {
        TaskRow[] rows = TaskRow.Generate(150, seed: 1);
        foreach (TaskRow row in rows)
            row.Number = row.A / 100 - 2 * row.B;
        _context.Log += (_, e) =>
        {
            if (e.RawMessage.StartsWith("A linear model does as well", StringComparison.Ordinal))
                throw new TimeoutException();
        };
        var options = new NeuralNetworkRegressionTrainer.Options { LabelColumnName = "Number", Seed = 1, NumberOfThreads = 1 };
        NeuralNetworkCallbackException error = Assert.Throws<NeuralNetworkCallbackException>(
            () => _context.Regression.Trainers.NeuralNetwork(options).Fit(Concatenated(rows)));
        Assert.Equal(5, Assert.IsType<NeuralNetworkRegressionTransformer>(error.Transformer).Model.Histories.Count);
    }

    [Fact]
    public void Rows_that_are_streamed_train_the_same_networks()
    {
        IDataView some = Table(20, seed: 2);
        Assert.Equal(
            OutputText.Of(Fit(60, _ => { }), some), OutputText.Of(Fit(60, options => options.DataMode = DataMode.Streaming), some));
    }

    [Theory]
    [InlineData("iris", 0.02)]
    [InlineData("wine", 0.01)]
    [InlineData("cancer", 0.01)]
    public void Nothing_set_and_nothing_normalized_it_predicts_as_well_as_models_of_scikit_learn(string name, double tie)
    {
        FewRowsReference reference = FewRowsReference.Load(name);
        double loss = 0, accuracy = 0;
        foreach (int[] order in reference.Splits)
        {
            MulticlassClassificationMetrics metrics = Metrics(reference, order);
            loss += metrics.LogLoss / reference.Splits.Length;
            accuracy += metrics.MicroAccuracy / reference.Splits.Length;
        }

        Assert.InRange(loss, 0, Math.Min(reference.Linear.LogLoss, reference.Network.LogLoss) + tie);
        Assert.InRange(accuracy, Math.Max(reference.Linear.Accuracy, reference.Network.Accuracy) - 0.01, 1);
    }

    private MulticlassClassificationMetrics Metrics(FewRowsReference reference, int[] order)
    {
        var schema = SchemaDefinition.Create(typeof(ClassedRow));
        schema["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, reference.Width);
        IDataView all = _context.Data.LoadFromEnumerable(
            order.Select(row => new ClassedRow
            {
                Features = reference.Features[(row * reference.Width)..((row + 1) * reference.Width)],
                Class = reference.Classes[row],
            }),
            schema);
        all = _context.Transforms.Conversion.MapValueToKey("Class").Fit(all).Transform(all);
        var options = new NeuralNetworkMulticlassTrainer.Options { LabelColumnName = "Class", Seed = 1, NumberOfThreads = 1 };
        NeuralNetworkMulticlassTransformer model =
            _context.MulticlassClassification.Trainers.NeuralNetwork(options).Fit(_context.Data.SkipRows(all, order.Length / 4));
        return _context.MulticlassClassification.Evaluate(model.Transform(_context.Data.TakeRows(all, order.Length / 4)), "Class");
    }

    private NeuralNetworkBinaryTransformer Fit(int rows, Action<NeuralNetworkBinaryTrainer.Options> set)
    {
        var options = new NeuralNetworkBinaryTrainer.Options { LabelColumnName = "Yes", Seed = 1, NumberOfThreads = 1 };
        set(options);
        return _context.BinaryClassification.Trainers.NeuralNetwork(options).Fit(Table(rows, seed: 1));
    }

    private IDataView Table(int rows, int seed) => Concatenated(TaskRow.Generate(rows, seed));

    private IDataView Concatenated(TaskRow[] rows)
    {
        IDataView data = _context.Data.LoadFromEnumerable(rows);
        return _context.Transforms.Concatenate("Features", "A", "B", "C").Fit(data).Transform(data);
    }

    private sealed class ClassedRow
    {
        public float[] Features { get; set; } = [];

        public int Class { get; set; }
    }

    private sealed class TextRow
    {
        public string Text { get; set; } = "";

        public bool Yes { get; set; }
    }

    private NeuralNetworkRegressionTransformer QuantilesOf(
        int rows, Action<NeuralNetworkRegressionTrainer.Options> set, int seed = 1)
    {
        var options = new NeuralNetworkRegressionTrainer.Options
        {
            Loss = new Neural.Losses.Quantile { Quantiles = [0.05, 0.95] },
            NumberOfThreads = 1,
            Seed = 1,
        };
        set(options);
        return _context.Regression.Trainers.NeuralNetwork(options)
            .Fit(_context.Data.LoadFromEnumerable(QuantileRow.Generate(rows, seed)));
    }

    // The deviation of the label depends on the features.
    private sealed class QuantileRow
    {
        [VectorType(4)]
        public float[] Features { get; set; } = [];

        public float Label { get; set; }

        public static QuantileRow[] Generate(int count, int seed)
        {
            var random = new Random(seed);
            return [.. Enumerable.Range(0, count).Select(_ =>
            {
                float[] x = [.. Enumerable.Range(0, 4).Select(_ => 2 * random.NextSingle() - 1)];
                double noise = random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5;
                return new QuantileRow { Features = x, Label = (float)(Math.Sin(3 * x[0]) + x[1] * x[2] + noise * (0.3 + Math.Abs(x[0]))) };
            })];
        }
    }

    private sealed class QuantilePrediction
    {
        public float Label { get; set; }

        [VectorType]
        public float[] Quantiles { get; set; } = [];
    }

    private sealed class TargetsRow
    {
        [VectorType(2)]
        public float[] Features { get; set; } = [];

        [VectorType(2)]
        public float[] Targets { get; set; } = [];
    }
}
