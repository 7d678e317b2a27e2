using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Training;
using MLNet.DeepExt.Tests.Interop.Models;
using MLNet.DeepExt.Tests.Support;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Tests.Trainers;

/// <summary>What happens while the trainer trains: seeds, threads, reports, cancellation, and data that will not do.</summary>
public sealed class NeuralNetworkMulticlassTrainingTests
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

    [Theory]
    [InlineData("")]
    [InlineData("de-DE")]
    public void The_log_has_one_line_for_each_epoch(string culture)
    {
        using var _ = new CultureScope(culture);
        var context = new MLContext(seed: 1);
        var log = new LogRecorder(context, Source);
        NeuralNetworkMulticlassTransformer transformer = Fit(context);

        string[] lines = log.Of(ChannelMessageKind.Info);
        Assert.Equal(SamplePipeline.Options.MaximumEpochs + 1, lines.Length);
        Assert.Equal($"Trained on 270 rows, validated on 30; best epoch {transformer.Model.History!.BestEpoch} of 4: MaximumEpochs.", lines[^1]);
        for (int i = 0; i < lines.Length - 1; i++)
        {
            EpochRecord epoch = transformer.Model.History!.Epochs[i];
            Assert.Matches(
                $@"^Epoch {i + 1}: training loss \d\.\d{{6}}, validation loss \d\.\d{{6}}, validation accuracy \d\.\d{{4}}, learning rate 0\.02, \d+ rows/s$",
                lines[i]);
            Assert.StartsWith(FormattableString.Invariant($"Epoch {epoch.Epoch}: training loss {epoch.TrainLoss:0.000000}, "), lines[i]);
        }
    }

    [Fact]
    public void The_log_leaves_out_validation_where_there_is_none()
    {
        var context = new MLContext(seed: 1);
        var log = new LogRecorder(context, Source);
        Fit(context, options => options.ValidationFraction = 0);
        Assert.Matches(@"^Epoch 1: training loss \d\.\d{6}, learning rate 0\.02, \d+ rows/s$", log.Of(ChannelMessageKind.Info)[0]);
        Assert.Equal("Trained on 300 rows, not validated; last epoch 4: MaximumEpochs.", log.Of(ChannelMessageKind.Info)[^1]);
        Assert.Empty(log.Of(ChannelMessageKind.Warning));
    }

    [Fact]
    public void One_warning_says_that_hardly_any_rows_were_set_aside_to_stop_by()
    {
        Assert.Equal(
            ["Only 3 of 30 rows were set aside for validation, too few to stop by; give validation data, or set ValidationFraction to 0 to train for all epochs."],
            Warnings(rows: 30, (trainer, data) => trainer.Fit(data)));
        Assert.Empty(Warnings(rows: 300, (trainer, data) => trainer.Fit(data)));
        Assert.Empty(Warnings(rows: 30, (trainer, data) => trainer.Fit(data, data)));
        Assert.Empty(Warnings(rows: 30, (trainer, data) => trainer.Fit(data), options => options.ValidationFraction = 0));

        static string[] Warnings(
            int rows, Action<NeuralNetworkMulticlassTrainer, IDataView> fit, Action<NeuralNetworkMulticlassTrainer.Options>? set = null)
        {
            var context = new MLContext(seed: 1);
            var log = new LogRecorder(context, Source);
            NeuralNetworkMulticlassTrainer.Options options = SamplePipeline.Options;
            set?.Invoke(options);
            fit(context.MulticlassClassification.Trainers.NeuralNetwork(options), Prepare(context, Rows[..rows]));
            return log.Of(ChannelMessageKind.Warning);
        }
    }

    [Fact]
    public void One_progress_channel_has_a_checkpoint_for_each_epoch()
    {
        var context = new MLContext(seed: 1);
        var recorder = new ProgressRecorder(context);
        NeuralNetworkMulticlassTransformer transformer =
            new NeuralNetworkMulticlassTrainer(recorder, SamplePipeline.Options).Fit(Prepare(context, Rows));

        ProgressRecorder.Channel channel = Assert.Single(recorder.Channels);
        Assert.True(channel.Disposed);
        Assert.Equal(
            ["training loss", "validation loss", "validation accuracy", "learning rate", "rows/s"], channel.Header!.MetricNames);
        Assert.Equal(["epochs"], channel.Header.UnitNames);
        Assert.Equal(
            transformer.Model.History!.Epochs.Select(epoch => new double?[]
            {
                epoch.TrainLoss, epoch.ValidationLoss, epoch.ValidationAccuracy, epoch.LearningRate, epoch.RowsPerSecond, epoch.Epoch,
            }),
            channel.Checkpoints);
        Assert.Equal(channel.Checkpoints, channel.Shown);
    }

    [Fact]
    public void Who_listens_is_told_of_every_epoch()
    {
        var listener = new Listener();
        NeuralNetworkMulticlassTransformer transformer = Fit(new MLContext(seed: 1), options => options.Progress = listener);
        Assert.Equal(transformer.Model.History!.Epochs, listener.Epochs);
        Assert.Equal(SamplePipeline.Options.MaximumEpochs, listener.Epochs.Count);
    }

    [Fact]
    public void Cancelling_the_context_throws_as_ML_NET_does()
    {
        var context = new MLContext(seed: 1);
        var listener = new Listener { OnReport = _ => context.CancelExecution() };
        var exception = Assert.Throws<OperationCanceledException>(() => Fit(context, options => options.Progress = listener));
        Assert.Equal("Operation was canceled.", exception.Message);
        Assert.Single(listener.Epochs);
    }

    [Fact]
    public void Cancelling_the_context_takes_effect_after_a_batch()
    {
        var context = new MLContext(seed: 1);
        var listener = new Listener();
        NeuralNetworkMulticlassTrainer.Options options = SamplePipeline.Options;
        options.Progress = listener;
        var data = new WatchedDataView(Prepare(context, Rows), row =>
        {
            if (row == Rows.Length)
                context.CancelExecution();
        });
        Assert.Throws<OperationCanceledException>(() => context.MulticlassClassification.Trainers.NeuralNetwork(options).Fit(data));
        Assert.Empty(listener.Epochs);
    }

    [Fact]
    public void Cancelling_the_context_stops_reading()
    {
        var context = new MLContext(seed: 1);
        int rowsRead = 0;
        var data = new WatchedDataView(Prepare(context, SampleRow.Generate(50_000, seed: 1)), row =>
        {
            rowsRead = row;
            if (row == 10)
                context.CancelExecution();
        });
        Assert.Throws<OperationCanceledException>(
            () => context.MulticlassClassification.Trainers.NeuralNetwork(SamplePipeline.Options).Fit(data));
        Assert.InRange(rowsRead, 10, 2048);
    }

    [Fact]
    public void The_token_stops_training_and_keeps_what_was_learned()
    {
        using var cancellation = new CancellationTokenSource();
        var listener = new Listener { OnReport = epoch => { if (epoch.Epoch == 2) cancellation.Cancel(); } };
        var context = new MLContext(seed: 1);
        var log = new LogRecorder(context, Source);
        NeuralNetworkMulticlassTransformer transformer = Fit(context, options =>
        {
            options.Progress = listener;
            options.CancellationToken = cancellation.Token;
        });
        Assert.Equal(2, transformer.Model.History!.Epochs.Count);
        Assert.Matches("^Trained on 270 rows, validated on 30; best epoch [12] of 2: Cancelled.$", log.Of(ChannelMessageKind.Info)[^1]);
    }

    [Fact]
    public void Validation_data_is_used_to_stop_and_not_to_learn()
    {
        var context = new MLContext(seed: 1);
        IDataView train = Prepare(context, Rows);
        IDataView validation = context.Data.TakeRows(train, 50);
        NeuralNetworkMulticlassTrainer.Options options = SamplePipeline.Options;
        options.Seed = 1;
        options.MaximumEpochs = 1;
        NeuralNetworkMulticlassTransformer with = context.MulticlassClassification.Trainers.NeuralNetwork(options).Fit(train, validation);
        Assert.NotNull(with.Model.History!.Epochs[0].ValidationLoss);

        options.ValidationFraction = 0;
        NeuralNetworkMulticlassTransformer without = context.MulticlassClassification.Trainers.NeuralNetwork(options).Fit(train);
        Assert.Null(without.Model.History!.Epochs[0].ValidationLoss);
        Assert.Equal(ScoresOf(without, train), ScoresOf(with, train));
    }

    [Fact]
    public void Validation_data_with_other_features_or_classes_is_refused()
    {
        var context = new MLContext(seed: 1);
        IDataView train = KeyRows(context, classes: 3, features: 2);
        NeuralNetworkMulticlassTrainer trainer = context.MulticlassClassification.Trainers.NeuralNetwork(SamplePipeline.Options);
        Assert.Equal(
            "Column 'Features' holds 4 features in the validation data but 2 in the training data; transform both with the same fitted pipeline.",
            Assert.Throws<InvalidOperationException>(() => trainer.Fit(train, KeyRows(context, classes: 3, features: 4))).Message);
        Assert.Equal(
            "Label column 'Label' has 5 classes in the validation data but 3 in the training data; transform both with the same fitted pipeline.",
            Assert.Throws<InvalidOperationException>(() => trainer.Fit(train, KeyRows(context, classes: 5, features: 2))).Message);
    }

    [Fact]
    public void Validation_data_whose_keys_stand_for_other_classes_is_refused()
    {
        AssertRefused("has value 'b' at key 1 in the validation data but 'a'", ["a", "b"], ["b", "a"]);
        AssertRefused("has value 'c' at key 2 in the validation data but 'b'", ["a", "b"], ["a", "c"]);
        AssertRefused("has value '2.5' at key 1 in the validation data but '1.5'", [1.5f, 2.5f], [2.5f, 1.5f]);
        AssertRefused("has value 'False' at key 1 in the validation data but 'True'", [true, false], [false, true]);
        AssertRefused("has value of type Single at key 1 in the validation data but of type Int32", [1, 2], [1f, 2f]);

        static void AssertRefused<TTrain, TValidation>(string fault, TTrain[] train, TValidation[] validation)
        {
            var exception = Assert.Throws<InvalidOperationException>(() => FitKeyed(train, validation));
            Assert.Equal($"Label column 'Label' {fault} in the training data; transform both with the same fitted pipeline.", exception.Message);
        }
    }

    [Fact]
    public void Validation_data_whose_keys_stand_for_the_same_classes_is_accepted()
    {
        FitKeyed(["a", "b"], ["a", "b"]);
        FitKeyed([1.5f, 2.5f], [1.5f, 2.5f]);
    }

    [Fact]
    public void Keys_that_stand_for_nothing_are_not_compared()
    {
        var context = new MLContext(seed: 1);
        IDataView named = Keyed(context, ["a", "b"]), nameless = KeyRows(context, classes: 2, features: 1);
        NeuralNetworkMulticlassTrainer trainer = context.MulticlassClassification.Trainers.NeuralNetwork(SamplePipeline.Options);
        trainer.Fit(nameless, nameless);
        trainer.Fit(named, nameless);
        trainer.Fit(nameless, named);
    }

    [Fact]
    public void A_label_with_one_value_is_refused()
    {
        var context = new MLContext(seed: 1);
        IDataView data = KeyRows(context, classes: 1, features: 2);
        var exception = Assert.Throws<InvalidOperationException>(
            () => context.MulticlassClassification.Trainers.NeuralNetwork().Fit(data));
        Assert.Equal(
            "Label column 'Label' is a key of 1 values, but 2 to 2147483647 are needed; make it with MapValueToKey.", exception.Message);
    }

    [Fact]
    public void Features_that_are_all_NaN_are_refused()
    {
        var context = new MLContext(seed: 1);
        SampleRow[] rows = SampleRow.Generate(10, seed: 1);
        foreach (SampleRow row in rows)
            row.A = float.NaN;
        var exception = Assert.Throws<InvalidOperationException>(() => SamplePipeline.Create(context).Fit(context.Data.LoadFromEnumerable(rows)));
        Assert.Equal(
            "No row of the training data can be used: skipped 10 of 10 rows (10 with NaN or infinite features); replace missing values, for instance with ReplaceMissingValues.", exception.Message);
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
        return context.Data.LoadFromEnumerable(Enumerable.Range(0, 30).Select(i => new KeyRow
        {
            Label = (uint)(i % classes),
            Features = [.. Enumerable.Range(0, features).Select(_ => random.NextSingle())],
        }).ToArray(), definition);
    }

    private static void FitKeyed<TTrain, TValidation>(TTrain[] train, TValidation[] validation)
    {
        using var _ = new CultureScope("de-DE");
        var context = new MLContext(seed: 1);
        context.MulticlassClassification.Trainers.NeuralNetwork(SamplePipeline.Options)
            .Fit(Keyed(context, train), Keyed(context, validation));
    }

    /// <summary>Rows whose keys stand for <paramref name="labels"/>, in that order.</summary>
    private static IDataView Keyed<TLabel>(MLContext context, TLabel[] labels)
    {
        var definition = SchemaDefinition.Create(typeof(LabelRow<TLabel>));
        definition["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 1);
        IDataView data = context.Data.LoadFromEnumerable(Enumerable.Range(0, 20).Select(i => new LabelRow<TLabel>
        {
            Label = labels[i % labels.Length],
            Features = [i % labels.Length],
        }).ToArray(), definition);
        return context.Transforms.Conversion.MapValueToKey("Label").Fit(data).Transform(data);
    }

    private sealed class Listener : IProgress<EpochRecord>
    {
        public List<EpochRecord> Epochs { get; } = [];

        public Action<EpochRecord>? OnReport { get; init; }

        public void Report(EpochRecord value)
        {
            Epochs.Add(value);
            OnReport?.Invoke(value);
        }
    }

    private sealed class KeyRow
    {
        public uint Label { get; set; }

        public float[] Features { get; set; } = [];
    }

    private sealed class LabelRow<TLabel>
    {
        public TLabel Label { get; set; } = default!;

        public float[] Features { get; set; } = [];
    }

    private sealed class Weighted
    {
        public float Weight { get; set; }
    }
}
