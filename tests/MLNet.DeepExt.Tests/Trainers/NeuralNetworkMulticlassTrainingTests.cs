using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Tests.Interop.Models;
using MLNet.DeepExt.Tests.Support;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Tests.Trainers;

/// <summary>What happens while the trainer trains. Reports, cancellation and validation data have files of their own.</summary>
public sealed partial class NeuralNetworkMulticlassTrainingTests
{
    private const string Source = "NeuralNetworkMulticlassTrainer";

    private static readonly SampleRow[] Rows = SampleRow.Generate(300, seed: 3);

    [Fact]
    public void It_learns()
    {
        var context = new MLContext(seed: 1);
        NeuralNetworkMulticlassTrainer.Options options = SamplePipeline.Options;
        options.MaximumEpochs = 60;
        ITransformer model = SamplePipeline.Create(context, options).Fit(context.Data.LoadFromEnumerable(Rows));
        IDataView test = context.Data.LoadFromEnumerable(SampleRow.Generate(1000, seed: 4));
        Assert.True(context.MulticlassClassification.Evaluate(model.Transform(test)).MicroAccuracy > 0.9);
    }

    [Fact]
    public void Who_changes_a_copy_of_the_network_changes_nothing_of_the_model()
    {
        var context = new MLContext(seed: 1);
        NeuralNetworkMulticlassTransformer transformer = Fit(context);
        float[] before = Values(transformer.Model.ToNetwork());
        Assert.Contains(before, value => value != 0);
        byte[] saved = Save();

        Network<float> copy = transformer.Model.ToNetwork();
        foreach (Slot slot in copy.Parameters.Slots)
            copy.Parameters.Write(slot, new float[copy.Parameters.Read(slot).Length]);

        Assert.All(Values(copy), value => Assert.Equal(0, value));
        Assert.Equal(before, Values(transformer.Model.ToNetwork()));
        Assert.Equal(saved, Save());
        Assert.Equal(copy.Spec, transformer.Model.Spec);

        static float[] Values(Network<float> network) => [.. network.Parameters.Slots.SelectMany(network.Parameters.Read)];

        byte[] Save()
        {
            using var stream = new MemoryStream();
            context.Model.Save(transformer, null, stream);
            var file = new ZipBytes(stream.ToArray());
            return file.Read(file.ContentEntries.Single());
        }
    }

    [Fact]
    public void A_context_with_a_seed_gives_the_same_model_again()
    {
        Assert.Equal(Predict(contextSeed: 1), Predict(contextSeed: 1));
        Assert.NotEqual(Predict(contextSeed: 1), Predict(contextSeed: 2));
    }

    [Fact]
    public void The_seed_of_the_options_comes_before_that_of_the_context()
    {
        Assert.Equal(Predict(contextSeed: 1, Seeded), Predict(contextSeed: 2, Seeded));

        static void Seeded(NeuralNetworkMulticlassTrainer.Options options) => options.Seed = 5;
    }

    [Fact]
    public void A_trainer_gives_the_same_model_each_time()
    {
        var context = new MLContext();
        IDataView data = Prepare(context, Rows);
        NeuralNetworkMulticlassTrainer trainer = context.MulticlassClassification.Trainers.NeuralNetwork(SamplePipeline.Options);
        Assert.Equal(ScoresOf(trainer.Fit(data), data), ScoresOf(trainer.Fit(data), data));
    }

    [Fact]
    public void The_number_of_threads_changes_no_bit()
    {
        string[] one = Predict(contextSeed: 1, options => options.NumberOfThreads = 1);
        Assert.Equal(one, Predict(contextSeed: 1, options => options.NumberOfThreads = 2));
        Assert.Equal(one, Predict(contextSeed: 1, options => options.NumberOfThreads = 3));
        Assert.Equal(one, Predict(contextSeed: 1, options => options.NumberOfThreads = null));
    }

    [Theory]
    [InlineData("tr-TR")]
    [InlineData("de-DE")]
    public void The_culture_changes_nothing(string culture)
    {
        string[] expected = Predict(contextSeed: 1);
        using var _ = new CultureScope(culture);
        Assert.Equal(expected, Predict(contextSeed: 1));
    }

    [Fact]
    public void A_label_with_one_value_is_refused()
    {
        var context = new MLContext(seed: 1);
        IDataView data = KeyRows(context, classes: 1, features: 2);
        var exception = Assert.Throws<InvalidOperationException>(
            () => context.MulticlassClassification.Trainers.NeuralNetwork().Fit(data));
        Assert.Equal(
            "Label column 'Label' is a key of 1 value, but two are needed; check it, and the file, or the filter, that the rows come from.",
            exception.Message);
    }

    [Fact]
    public void Features_that_are_all_NaN_are_refused()
    {
        var context = new MLContext(seed: 1);
        SampleRow[] rows = SampleRow.Generate(40, seed: 1);
        foreach (SampleRow row in rows)
            row.A = float.NaN;
        var exception = Assert.Throws<InvalidOperationException>(() => SamplePipeline.Create(context).Fit(context.Data.LoadFromEnumerable(rows)));
        Assert.Equal(
            "No row of the training data can be used: skipped 40 of 40 rows (40 with NaN or infinite features); "
                + "replace and mark missing values with TabularFeatures.", exception.Message);
    }

    [Fact]
    public void Weights_change_what_is_learned()
    {
        var context = new MLContext(seed: 1);
        IDataView data = context.Transforms.CustomMapping<SampleRow, Weighted>(
            (row, weighted) => weighted.Weight = row.Label == "red" ? 100 : 1, contractName: null).Fit(context.Data.LoadFromEnumerable(Rows))
            .Transform(context.Data.LoadFromEnumerable(Rows));
        data = SamplePipeline.Preparation(context).Fit(data).Transform(data);
        NeuralNetworkMulticlassTrainer.Options options = SamplePipeline.Options;
        options.Seed = 1;
        double plain = ShareOfFirstClass(options);
        options.ExampleWeightColumnName = "Weight";
        double weighted = ShareOfFirstClass(options);
        Assert.True(weighted > plain + 0.05, $"{weighted} against {plain} without weights.");

        double ShareOfFirstClass(NeuralNetworkMulticlassTrainer.Options options)
        {
            IDataView scored = context.MulticlassClassification.Trainers.NeuralNetwork(options).Fit(data).Transform(data);
            VBuffer<ReadOnlyMemory<char>> names = default;
            scored.Schema["PredictedLabel"].GetKeyValues(ref names);
            int red = names.DenseValues().Select(name => name.ToString()).ToList().IndexOf("red") + 1;
            return scored.GetColumn<uint>("PredictedLabel").Average(key => key == red ? 1.0 : 0.0);
        }
    }

    [Fact]
    public void It_wants_normalized_features_and_no_cache()
    {
        TrainerInfo info = new MLContext().MulticlassClassification.Trainers.NeuralNetwork().Info;
        Assert.True(info.NeedNormalization);
        Assert.False(info.WantCaching);
    }

    [Fact]
    public void Cross_validation_accepts_the_pipeline()
    {
        var context = new MLContext(seed: 1);
        var results = context.MulticlassClassification.CrossValidate(
            context.Data.LoadFromEnumerable(Rows), SamplePipeline.Create(context), numberOfFolds: 3);
        Assert.Equal(3, results.Count);
        Assert.All(results, result => Assert.True(result.Metrics.MicroAccuracy > 0.5));
    }

    [Fact]
    public void Permutation_feature_importance_accepts_the_transformer_and_a_chain_that_ends_with_it()
    {
        var context = new MLContext(seed: 1);
        IDataView data = Prepare(context, Rows);
        NeuralNetworkMulticlassTransformer transformer = Fit(context);
        var byTransformer = context.MulticlassClassification.PermutationFeatureImportance(transformer, data, permutationCount: 2);
        var byChain = context.MulticlassClassification.PermutationFeatureImportance(
            new TransformerChain<ITransformer>(transformer), data, permutationCount: 2);
        Assert.Equal(3, byTransformer.Length);
        Assert.Equal(["A", "B", "C"], byChain.Keys.Order(StringComparer.Ordinal));
        Assert.All(byTransformer, slot => Assert.True(slot.MicroAccuracy.Mean < 0));
    }

    private static NeuralNetworkMulticlassTransformer Fit(MLContext context, Action<NeuralNetworkMulticlassTrainer.Options>? set = null)
    {
        NeuralNetworkMulticlassTrainer.Options options = SamplePipeline.Options;
        set?.Invoke(options);
        return context.MulticlassClassification.Trainers.NeuralNetwork(options).Fit(Prepare(context, Rows));
    }

    private static string[] Predict(int contextSeed, Action<NeuralNetworkMulticlassTrainer.Options>? set = null)
    {
        NeuralNetworkMulticlassTrainer.Options options = SamplePipeline.Options;
        set?.Invoke(options);
        var context = new MLContext(contextSeed);
        return SamplePrediction.Of(SamplePipeline.Create(context, options).Fit(context.Data.LoadFromEnumerable(Rows)), Rows);
    }

    private static IDataView Prepare(MLContext context, SampleRow[] rows)
    {
        IDataView data = context.Data.LoadFromEnumerable(rows);
        return SamplePipeline.Preparation(context).Fit(data).Transform(data);
    }

    private static float[][] ScoresOf(ITransformer transformer, IDataView data) =>
        [.. transformer.Transform(data).GetColumn<float[]>("Score")];

    private static IDataView KeyRows(MLContext context, int classes, int features)
    {
        var random = new Random(1);
        var definition = SchemaDefinition.Create(typeof(KeyRow));
        definition["Label"].ColumnType = new KeyDataViewType(typeof(uint), classes);
        definition["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, features);
        return context.Data.LoadFromEnumerable(Enumerable.Range(0, 60).Select(i => new KeyRow
        {
            Label = (uint)(i % classes),
            Features = [.. Enumerable.Range(0, features).Select(_ => random.NextSingle())],
        }).ToArray(), definition);
    }

    private sealed class KeyRow
    {
        public uint Label { get; set; }

        public float[] Features { get; set; } = [];
    }

    private sealed class Weighted
    {
        public float Weight { get; set; }
    }
}
