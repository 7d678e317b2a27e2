using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MLNet.DeepExt.Interop;
using MLNet.DeepExt.Neural.Training;
using MLNet.DeepExt.Tests.Support;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Tests.Interop;

/// <summary>A column is changed while a pipeline is fitted, and at no other time.</summary>
[Trait("Spec", "B3")]
public sealed class TrainingTimeTransformerTests
{
    private static readonly float[][] Clean = [[1, 2, 2], [0, 3, -4], [5, 5, 5], [1, 0, 0]];

    private readonly MLContext _context = new(seed: 1);
    private readonly IDataView _rows;
    private readonly IDataView _noise;

    public TrainingTimeTransformerTests()
    {
        _rows = VectorRow.Dense(_context, Clean);
        _noise = VectorRow.Dense(_context, [[1, -1, 1], [2, 0, 1]]);
    }

    [Fact]
    public void Estimators_after_it_see_changed_rows_and_everything_later_sees_clean_ones()
    {
        var spy = new FitSpy(_context);
        ITransformer model = Mix().Append(spy).Fit(_rows);
        float[][] seen = Assert.Single(spy.Seen);
        Assert.Equal(Clean.Length, seen.Length);
        Assert.All(seen.Zip(Clean), pair => Assert.NotEqual(pair.First, pair.Second));
        Assert.Equal(Clean, VectorRow.Read(model.Transform(_rows)));
    }

    [Fact]
    public void TransformForTraining_gives_what_the_estimators_after_it_see()
    {
        var spy = new FitSpy(_context);
        TransformerChain<ITransformer> model = Mix(copies: 2).Append(spy).Fit(_rows);
        var mixing = Assert.IsType<TrainingTimeTransformer>(model.First());
        Assert.Equal(spy.Seen.Single(), VectorRow.Read(mixing.TransformForTraining(_rows)));
    }

    [Fact]
    public void Within_a_chain_that_is_appended_to_another_it_is_lost_on_the_estimators_after_that_chain()
    {
        FitSpy inner = new(_context), outer = new(_context);
        IEstimator<ITransformer> chain = Mix().Append(inner);
        _context.Transforms.CopyColumns("Other", "Features").Append(chain).Append(outer).Fit(_rows);
        Assert.All(inner.Seen.Single().Zip(Clean), pair => Assert.NotEqual(pair.First, pair.Second));
        Assert.Equal(Clean, outer.Seen.Single());
    }

    [Fact]
    public void A_cache_checkpoint_after_it_keeps_the_changed_rows()
    {
        var spy = new FitSpy(_context);
        Mix(copies: 1).AppendCacheCheckpoint(_context).Append(spy).Append(spy).Fit(_rows);
        Assert.Equal(2 * Clean.Length, spy.Seen[0].Length);
        Assert.Equal(spy.Seen[0], spy.Seen[1]);
        Assert.Equal(Clean, spy.Seen[0].Where((_, row) => row % 2 == 0));
    }

    [Fact]
    public void Validation_data_stays_clean()
    {
        TaskRow[] rows = TaskRow.Generate(200, seed: 3);
        IDataView train = _context.Data.LoadFromEnumerable(rows[..150]), validation = _context.Data.LoadFromEnumerable(rows[150..]);
        IDataView noise = VectorRow.Dense(_context, [[50, -50, 50]]);
        var first = Loss(snrDb: 20);
        var second = Loss(snrDb: -100);
        // Rows trained on are drowned in noise, which the loss on validation rows knows nothing of before anything was learned.
        Assert.NotEqual(first.Training, second.Training, 1e-3);
        Assert.Equal(first.Validation, second.Validation, 1e-6);

        (double Training, double Validation) Loss(double snrDb)
        {
            EpochRecord record = _context.Transforms.Concatenate("Features", "A", "B", "C")
                .Append(_context.Transforms.MixWithNoise("Features", noise, snrDb, seed: 1))
                .Append(_context.BinaryClassification.Trainers.NeuralNetwork(new NeuralNetworkBinaryTrainer.Options
                {
                    LabelColumnName = "Yes",
                    HiddenUnits = [],
                    MaximumEpochs = 1,
                    LearningRate = 1e-12,
                    Seed = 1,
                }))
                .Fit(train, validation).LastTransformer.Model.History!.Epochs[0];
            return (record.TrainLoss, record.ValidationLoss!.Value);
        }
    }

    [Fact]
    public void Cross_validation_mixes_the_folds_that_are_trained_on_and_evaluates_clean_ones()
    {
        TaskRow[] rows = TaskRow.Generate(60, seed: 3);
        IDataView data = _context.Data.LoadFromEnumerable(rows);
        var spy = new FitSpy(_context);
        var chain = _context.Transforms.Concatenate("Features", "A", "B", "C")
            .Append(_context.Transforms.MixWithNoise("Features", _noise, snrDb: 0))
            .Append(spy)
            .Append(_context.BinaryClassification.Trainers.NeuralNetwork("Yes", hiddenUnits: [4], maximumEpochs: 2));
        var folds = _context.BinaryClassification.CrossValidateNonCalibrated(data, chain, numberOfFolds: 3, labelColumnName: "Yes");
        HashSet<string> clean = [.. rows.Select(row => Text([row.A, row.B, row.C]))];
        Assert.Equal(3, spy.Seen.Count);
        Assert.All(spy.Seen.SelectMany(seen => seen), row => Assert.DoesNotContain(Text(row), clean));
        Assert.Equal(rows.Length, folds.Sum(fold => VectorRow.Read(fold.ScoredHoldOutSet).Count(row => clean.Contains(Text(row)))));

        static string Text(float[] values) => string.Join(' ', values.Select(value => value.ToString("R", CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void A_saved_model_holds_a_copy_of_the_column_and_nothing_of_the_noise()
    {
        ITransformer model = Mix("Mixed", "Features").Fit(_rows);
        using var stream = new MemoryStream();
        _context.Model.Save(model, _rows.Schema, stream);
        stream.Position = 0;
        ITransformer loaded = new MLContext().Model.Load(stream, out _);
        ITransformer copy = loaded is IEnumerable<ITransformer> chain ? chain.Single() : loaded;
        Assert.IsType<ColumnCopyingTransformer>(copy);
        Assert.Equal(Clean, VectorRow.Read(loaded.Transform(_rows), "Mixed"));
    }

    [Fact]
    public async Task A_fresh_process_predicts_the_same_bits()
    {
        SampleRow[] rows = SampleRow.Generate(50, seed: 99);
        IDataView data = _context.Data.LoadFromEnumerable(SampleRow.Generate(200, seed: 1));
        ITransformer model = _context.Transforms.Concatenate("Features", "A", "B", "C")
            .Append(_context.Transforms.MixWithNoise("Features", _noise, snrDb: 20, copies: 1))
            .Append(_context.Transforms.Conversion.MapValueToKey("Label"))
            .Append(_context.Transforms.NormalizeInputs("Features"))
            .Append(_context.MulticlassClassification.Trainers.NeuralNetwork(SamplePipeline.Options))
            .Append(_context.Transforms.Conversion.MapKeyToValue("PredictedLabel"))
            .Fit(data);
        using var directory = new TemporaryDirectory();
        _context.Model.Save(model, data.Schema, directory.PathOf("model.zip"));
        File.WriteAllLines(directory.PathOf("rows.tsv"), rows.Select(row =>
            string.Create(CultureInfo.InvariantCulture, $"{row.A:R}\t{row.B:R}\t{row.C:R}\t{row.Label}")));
        string[] lines = await ProbeProcess.Run(
            "MLNet.DeepExt.Tests.LoadProbe", [directory.PathOf("model.zip"), directory.PathOf("rows.tsv")]);
        Assert.Equal(SamplePrediction.Of(model, rows), lines);
    }

    [Fact]
    public void A_prediction_engine_sees_the_row_as_it_is()
    {
        TrainingTimeTransformer model = _context.Transforms.MixWithNoise("Mixed", _noise, 0, "Numbers", "Features").Fit(
            _context.Data.LoadFromEnumerable(new[] { new Signal { Numbers = [1, 2, 3] } }));
        using PredictionEngine<Signal, MixedSignal> engine = _context.Model.CreatePredictionEngine<Signal, MixedSignal>(model);
        for (int i = 0; i < 3; i++)
            Assert.Equal([i, 2, 3], engine.Predict(new Signal { Numbers = [i, 2, 3] }).Mixed);
    }

    [Fact]
    public void A_missing_column_is_an_error_at_training_and_at_prediction()
    {
        TrainingTimeTransformer model = Mix().Fit(_rows);
        IDataView other = _context.Data.LoadFromEnumerable(new[] { new Signal { Numbers = [1, 2, 3] } });
        foreach (Func<IDataView, IDataView> transform in new[] { model.Transform, model.TransformForTraining })
        {
            Assert.Contains(
                "'Features'", Assert.Throws<ArgumentOutOfRangeException>(() => transform(other)).Message, StringComparison.Ordinal);
        }
    }

    private IEstimator<TrainingTimeTransformer> Mix(int copies) =>
        _context.Transforms.MixWithNoise("Features", _noise, snrDb: 0, copies: copies);

    private IEstimator<TrainingTimeTransformer> Mix(string output = "Features", string? input = null) =>
        _context.Transforms.MixWithNoise(output, _noise, snrDb: 0, input);

    private sealed class Signal
    {
        [VectorType(3)]
        public float[] Numbers { get; set; } = [];
    }

    private sealed class MixedSignal
    {
        [VectorType(3)]
        public float[] Mixed { get; set; } = [];
    }
}
