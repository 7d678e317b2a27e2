using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Schedules;
using MLNet.DeepExt.Tests.Support;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Tests.Trainers;

/// <summary>Sparse vectors from data view to score.</summary>
public sealed class SparseFeaturesTests
{
    private const int Width = 2000;

    private readonly MLContext _context = new(seed: 1);

    [Fact]
    public void A_model_and_its_scores_are_the_same_to_the_last_bit_whatever_form_the_vectors_come_in()
    {
        SparseVectors[] rows = SparseVectors.Generate(300, Width, entries: 20);
        SparseVectors[] test = SparseVectors.Generate(100, Width, entries: 20, seed: 2);
        NeuralNetworkMulticlassTransformer model = Fit(rows);
        float[] expected = Parameters(model);
        float[][] scores = Scores(model, test);
        Assert.NotEqual(scores[1], scores[2]);
        Func<IEnumerable<SparseVectors>, SparseVectors[]>[] forms = [SparseVectors.WrittenOut, SparseVectors.WithStoredZeros];
        foreach (Func<IEnumerable<SparseVectors>, SparseVectors[]> form in forms)
        {
            Assert.Equal(expected, Parameters(Fit(form(rows))));
            Assert.Equal(scores, Scores(model, form(test)));
            // Rows of either form in one block.
            Assert.Equal(scores, Scores(model, [.. test.Zip(form(test), (row, other) => row.Label == 1 ? row : other)]));
        }
    }

    [Fact]
    public void A_prediction_engine_scores_sparse_rows_as_a_data_view_does()
    {
        SparseVectors[] rows = SparseVectors.Generate(100, Width, entries: 20);
        NeuralNetworkMulticlassTransformer model = Fit(rows);
        using PredictionEngine<SparseVectors, Prediction> engine =
            _context.Model.CreatePredictionEngine<SparseVectors, Prediction>(model, inputSchemaDefinition: SparseVectors.Definition(Width));
        Assert.Equal(Scores(model, rows), rows.Select(row => engine.Predict(row).Score));
    }

    [Fact]
    public void Sparse_rows_with_NaN_or_infinity_are_skipped_and_counted_and_score_NaN()
    {
        SparseVectors[] rows = SparseVectors.Generate(200, Width, entries: 20);
        SparseVectors[] spoilt = [.. rows, With(rows[1], float.NaN), With(rows[2], float.NegativeInfinity)];
        var log = new LogRecorder(_context, nameof(NeuralNetworkMulticlassTrainer));
        NeuralNetworkMulticlassTransformer model = Fit(spoilt);
        Assert.Equal(
            ["Skipped 2 of 202 rows (2 with NaN or infinite features) of the training data; "
                + "replace and mark missing values with TabularFeatures."], log.Of(ChannelMessageKind.Warning));
        Assert.Equal(Parameters(Fit(rows)), Parameters(model));

        float[][] scores = Scores(model, spoilt);
        Assert.Equal(Scores(model, rows), scores[..200]);
        Assert.All(scores[200..], score => Assert.All(score, value => Assert.Equal(float.NaN, value)));
    }

    [Fact]
    public void Text_made_into_features_is_learned_from()
    {
        string[][] words =
        [
            ["goal", "match", "team", "player", "score", "league"],
            ["flour", "oven", "butter", "sugar", "bake", "dough"],
            ["rain", "cloud", "storm", "wind", "sunny", "frost"],
        ];
        var random = new Random(1);
        Article[] articles = [.. Enumerable.Range(0, 400).Select(_ =>
        {
            int topic = random.Next(3);
            IEnumerable<string> text = Enumerable.Range(0, 8)
                .Select(i => i < 4 ? words[topic][random.Next(6)] : $"word{random.Next(3000)}");
            return new Article { Text = string.Join(' ', text), Topic = new[] { "sport", "baking", "weather" }[topic] };
        })];
        IDataView train = _context.Data.LoadFromEnumerable(articles[..300]), test = _context.Data.LoadFromEnumerable(articles[300..]);
        var pipeline = _context.Transforms.Conversion.MapValueToKey("Label", nameof(Article.Topic))
            .Append(_context.Transforms.Text.FeaturizeText("Features", nameof(Article.Text)))
            .Append(_context.MulticlassClassification.Trainers.NeuralNetwork(Options))
            .Append(_context.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
        ITransformer model = pipeline.Fit(train);
        IDataView scored = model.Transform(test);
        Assert.InRange(((VectorDataViewType)scored.Schema["Features"].Type).Size, 2000, 100_000);
        Assert.InRange(_context.MulticlassClassification.Evaluate(scored).MicroAccuracy, 0.9, 1);
    }

    [Fact]
    public void A_network_that_does_not_begin_with_Dense_learns_and_scores_the_same()
    {
        SparseVectors[] rows = SparseVectors.Generate(100, 400, entries: 5);
        NeuralNetworkMulticlassTrainer.Options options = Options;
        options.Network = NetworkSpec.Input(400).BatchNorm().Dense(3);
        NeuralNetworkMulticlassTransformer model = Fit(rows, options), other = Fit(SparseVectors.WrittenOut(rows), options);
        Assert.Equal(Parameters(model), Parameters(other));
        Assert.Equal(Scores(model, rows), Scores(model, SparseVectors.WrittenOut(rows)));
    }

    [Fact]
    public void Streaming_writes_sparse_vectors_out_and_so_learns_otherwise_than_from_those_kept_in_memory()
    {
        SparseVectors[] rows = SparseVectors.Generate(300, Width, entries: 20);
        float[] inMemory = Parameters(Fit(rows)), streamed = Parameters(Fit(rows, In(DataMode.Streaming)));
        Assert.Equal(streamed, Parameters(Fit(SparseVectors.WrittenOut(rows), In(DataMode.Streaming))));
        Assert.Equal(streamed, Parameters(Fit(SparseVectors.WithStoredZeros(rows), In(DataMode.Streaming))));
        Assert.NotEqual(inMemory, streamed);

        // It is the updates of the first weights that differ, and not the rows or their order: with a first layer that does not
        // read sparse rows all is the same.
        NeuralNetworkMulticlassTrainer.Options held = In(DataMode.InMemory), read = In(DataMode.Streaming);
        held.Network = read.Network = NetworkSpec.Input(Width).BatchNorm().Dense(3);
        Assert.Equal(Parameters(Fit(rows, held)), Parameters(Fit(rows, read)));

        static NeuralNetworkMulticlassTrainer.Options In(DataMode mode)
        {
            NeuralNetworkMulticlassTrainer.Options options = Options;
            options.DataMode = mode;
            return options;
        }
    }

    [Fact]
    public void Weights_are_averaged_by_themselves_only_where_features_are_not_kept_sparse()
    {
        SparseVectors[] sparse = SparseVectors.Generate(100, Width, entries: 20), dense = SparseVectors.Generate(100, Width, entries: Width / 2);
        Assert.Equal(Parameters(Fit(sparse, Averaging(0))), Parameters(Fit(sparse, Averaging(null))));
        Assert.Equal(Parameters(Fit(dense, Averaging(0.999))), Parameters(Fit(dense, Averaging(null))));
        Assert.NotEqual(Parameters(Fit(sparse, Averaging(0))), Parameters(Fit(sparse, Averaging(0.999))));

        static NeuralNetworkMulticlassTrainer.Options Averaging(double? beta)
        {
            NeuralNetworkMulticlassTrainer.Options options = Options;
            options.WeightAveraging = beta;
            return options;
        }
    }

    [Theory]
    [InlineData(DataMode.Auto, 400, 50, 1)]
    [InlineData(DataMode.Auto, 400, 51, 0)]
    [InlineData(DataMode.Auto, 255, 1, 0)] // Not kept sparse in memory either.
    [InlineData(DataMode.Streaming, 400, 50, 0)]
    public void One_warning_says_that_rows_of_mostly_zeros_came_to_be_streamed(DataMode mode, int width, int nonZeros, int warnings)
    {
        var row = new VBuffer<float>(width, nonZeros, [.. Enumerable.Repeat(1f, nonZeros)], [.. Enumerable.Range(0, nonZeros)]);
        SparseVectors[] rows = [.. Enumerable.Range(0, 200).Select(i => new SparseVectors { Label = (uint)i % 3, Features = row })];
        foreach (Func<IEnumerable<SparseVectors>, SparseVectors[]> form in new[] { SparseVectors.WrittenOut, rows => [.. rows] })
        {
            var context = new MLContext(seed: 1);
            var log = new LogRecorder(context, nameof(NeuralNetworkMulticlassTrainer));
            NeuralNetworkMulticlassTrainer.Options options = Options;
            options.DataMode = mode;
            options.InMemoryLimit = 1000;
            options.MaximumEpochs = 2;
            context.MulticlassClassification.Trainers.NeuralNetwork(options).Fit(SparseVectors.Load(context, form(rows)));
            Assert.Equal(
                Enumerable.Repeat(
                    "10000 of the 80000 features of the training data are not 0, but all are written out while they are streamed; " +
                    "set DataMode to InMemory if they fit without their zeros.",
                    warnings),
                log.Of(ChannelMessageKind.Warning));
        }
    }

    [Fact]
    public void Neither_training_nor_scoring_writes_the_rows_out()
    {
        // Written out, the rows would take 480 MB, and a batch of them 15 MB.
        const int width = 60_000, units = 4;
        SparseVectors[] rows = SparseVectors.Generate(2000, width, entries: 10);
        IDataView data = SparseVectors.Load(_context, rows);
        NeuralNetworkMulticlassTrainer.Options options = Options;
        options.HiddenUnits = [units];
        options.MaximumEpochs = 2;
        options.BatchSize = 64;

        long before = GC.GetAllocatedBytesForCurrentThread();
        NeuralNetworkMulticlassTransformer model = _context.MulticlassClassification.Trainers.NeuralNetwork(options).Fit(data);
        Scores(model, data);
        // Weights in strips of 16, some times over: as they are, the best, two moments, what predicts.
        long weights = sizeof(float) * width * 16L;
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 12 * weights);
    }

    private static NeuralNetworkMulticlassTrainer.Options Options => new()
    {
        HiddenUnits = [16],
        LearningRate = 0.01,
        BatchSize = 32,
        MaximumEpochs = 15,
        KeepProbability = 1,
        Schedule = new Constant(),
        WeightAveraging = 0,
        NumberOfThreads = 1,
        Seed = 1,
    };

    private NeuralNetworkMulticlassTransformer Fit(SparseVectors[] rows, NeuralNetworkMulticlassTrainer.Options? options = null) =>
        _context.MulticlassClassification.Trainers.NeuralNetwork(options ?? Options).Fit(SparseVectors.Load(_context, rows));

    private static SparseVectors With(SparseVectors row, float value)
    {
        float[] values = [.. row.Features.GetValues()];
        values[^1] = value;
        var features = new VBuffer<float>(Width, values.Length, values, [.. row.Features.GetIndices()]);
        return new SparseVectors { Label = row.Label, Features = features };
    }

    private static float[] Parameters(NeuralNetworkMulticlassTransformer model)
    {
        ParameterStore<float> store = model.Model.ToNetwork().Parameters;
        return [.. store.Slots.Concat(store.Buffers).SelectMany(store.Read)];
    }

    private float[][] Scores(ITransformer model, SparseVectors[] rows) => Scores(model, SparseVectors.Load(_context, rows));

    private static float[][] Scores(ITransformer model, IDataView rows) =>
        [.. model.Transform(rows).GetColumn<float[]>("Score")];

    private sealed class Article
    {
        public string Text { get; set; } = "";

        public string Topic { get; set; } = "";
    }

    private sealed class Prediction
    {
        public float[] Score { get; set; } = [];
    }
}
