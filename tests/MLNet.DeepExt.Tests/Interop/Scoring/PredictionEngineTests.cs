using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Tests.Support;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Tests.Interop.Scoring;

public sealed class PredictionEngineTests
{
    [Fact]
    public void One_row_gives_the_bits_that_it_gives_in_a_batch()
    {
        (ITransformer model, _) = SamplePipeline.Fit();
        SampleRow[] rows = SampleRow.Generate(500, seed: 99);
        PredictionEngine<SampleRow, SamplePrediction> engine = new MLContext().Model.CreatePredictionEngine<SampleRow, SamplePrediction>(model);
        Assert.Equal(SamplePrediction.Of(model, rows), rows.Select(row => engine.Predict(row).ToString()));
    }

    [Fact]
    public void Engines_on_several_threads_share_one_model()
    {
        (ITransformer model, _) = SamplePipeline.Fit();
        SampleRow[] rows = SampleRow.Generate(200, seed: 99);
        string[] expected = SamplePrediction.Of(model, rows);
        Parallel.For(0, 4, _ =>
        {
            PredictionEngine<SampleRow, SamplePrediction> engine =
                new MLContext().Model.CreatePredictionEngine<SampleRow, SamplePrediction>(model);
            Assert.Equal(expected, rows.Select(row => engine.Predict(row).ToString()));
        });
    }

    [Fact]
    public void Columns_before_the_scores_can_be_read_too()
    {
        (ITransformer model, _) = SamplePipeline.Fit();
        PredictionEngine<SampleRow, WithInputs> engine = new MLContext().Model.CreatePredictionEngine<SampleRow, WithInputs>(model);
        SampleRow row = SampleRow.Generate(1, seed: 99)[0];
        WithInputs prediction = engine.Predict(row);
        Assert.Equal(row.A, prediction.A);
        Assert.Equal(3, prediction.Features.Length);
        Assert.Equal(1f, prediction.Score.Sum(), 1e-5f);
    }

    [Fact]
    public void A_row_with_a_missing_or_infinite_feature_gets_no_scores_and_no_label()
    {
        (ITransformer model, _) = SamplePipeline.Fit();
        SampleRow[] rows = SampleRow.Generate(3, seed: 99);
        SamplePrediction whole = Predict()[1];
        rows[0].B = float.NaN;
        rows[2].C = float.PositiveInfinity;

        SamplePrediction[] predictions = Predict();

        Assert.All([predictions[0], predictions[2]], prediction => Assert.All(prediction.Score, score => Assert.Equal(float.NaN, score)));
        Assert.All([predictions[0], predictions[2]], prediction => Assert.Equal("", prediction.PredictedLabel));
        Assert.Equal(whole.ToString(), predictions[1].ToString());
        Assert.NotEqual("", whole.PredictedLabel);

        SamplePrediction[] Predict()
        {
            var context = new MLContext();
            IDataView scored = model.Transform(context.Data.LoadFromEnumerable(rows));
            return [.. context.Data.CreateEnumerable<SamplePrediction>(scored, reuseRowObject: false)];
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_row_whose_features_make_the_network_overflow_gets_no_scores_and_no_label(bool batchNormalization)
    {
        const int width = 64;
        var context = new MLContext(seed: 1);
        var random = new Random(1);
        var definition = SchemaDefinition.Create(typeof(KeyRow));
        definition["Label"].ColumnType = new KeyDataViewType(typeof(uint), 3);
        definition["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, width);
        KeyRow[] rows = [.. Enumerable.Range(0, 60).Select(i => new KeyRow
        {
            Label = (uint)(i % 3),
            Features = [.. Enumerable.Range(0, width).Select(_ => random.NextSingle())],
        })];
        NeuralNetworkMulticlassTrainer.Options options = SamplePipeline.Options;
        options.BatchNormalization = batchNormalization;
        IDataView data = context.Data.LoadFromEnumerable(rows, definition);
        NeuralNetworkMulticlassTransformer transformer = context.MulticlassClassification.Trainers.NeuralNetwork(options).Fit(data);

        rows[1].Features.AsSpan().Fill(3e38f);

        IDataView scored = transformer.Transform(data);
        float[][] scores = [.. scored.GetColumn<float[]>("Score")];
        uint[] labels = [.. scored.GetColumn<uint>("PredictedLabel")];
        Assert.All(scores[1], score => Assert.Equal(float.NaN, score));
        Assert.Equal(0u, labels[1]);
        Assert.All(scores[2], score => Assert.True(float.IsFinite(score)));
        Assert.NotEqual(0u, labels[2]);
    }

    [Fact]
    public void A_vector_of_another_length_than_its_type_says_is_an_error()
    {
        (ITransformer model, _) = SamplePipeline.Fit();
        NeuralNetworkMulticlassTransformer transformer = ((IEnumerable<ITransformer>)model)
            .SelectMany(part => part as IEnumerable<ITransformer> ?? [part]).OfType<NeuralNetworkMulticlassTransformer>().Single();
        IDataView scored = transformer.Transform(LyingDataView.AboutLength(VectorRow.Dense(new MLContext(), [[1, 2]]), length: 3));
        var exception = Assert.Throws<InvalidOperationException>(() => scored.GetColumn<float[]>("Score").ToArray());
        Assert.Equal("Column 'Features' must hold vectors of length 3, as its type says, but a row has length 2.", exception.Message);
    }

    private sealed class KeyRow
    {
        public uint Label { get; set; }

        public float[] Features { get; set; } = [];
    }

    private sealed class WithInputs
    {
        public float A { get; set; }

        public float[] Features { get; set; } = [];

        public float[] Score { get; set; } = [];
    }
}
