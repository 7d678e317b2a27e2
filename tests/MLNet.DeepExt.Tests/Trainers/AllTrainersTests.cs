using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Interop.Schemas;
using MLNet.DeepExt.Tests.Support;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Tests.Trainers;

/// <summary>What holds for every trainer, whatever it learns.</summary>
public sealed class AllTrainersTests
{
    private static readonly TaskRow[] Rows = TaskRow.Generate(200, seed: 1);

    private readonly MLContext _context = new(seed: 1);
    private readonly IDataView _data;

    public AllTrainersTests() => _data = TaskRow.Prepare(_context, Rows);

    public static TheoryData<string> Kinds => TrainerKind.Names;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void It_learns(string kind)
    {
        NeuralNetworkTransformer model = TrainerKind.Of(kind).Fit(_context, _data, options => options.MaximumEpochs = 30);
        Assert.True(
            model.Model.History!.Epochs.Min(epoch => epoch.ValidationLoss) < 0.7 * model.Model.History.Epochs[0].ValidationLoss,
            string.Join(", ", model.Model.History.Epochs.Select(epoch => epoch.ValidationLoss)));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_promised_schema_is_the_one_that_comes(string kind)
    {
        IEstimator<NeuralNetworkTransformer> trainer = TrainerKind.Of(kind).Create(_context);
        string[] promised = SchemaText.Of(trainer.GetOutputSchema(SchemaShapes.Of(_data.Schema)));
        NeuralNetworkTransformer transformer = trainer.Fit(_data);
        Assert.Equal(SchemaText.Of(SchemaShapes.Of(transformer.GetOutputSchema(_data.Schema))), promised);
        Assert.Equal(SchemaText.Of(SchemaShapes.Of(transformer.Transform(_data).Schema)), promised);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Columns_that_are_missing_or_of_another_type_are_errors_of_ML_NET(string kind)
    {
        const string columns = "name one of 'A', 'B', 'C', 'Weight', 'Yes', 'Class', 'Number', 'Numbers', 'Flags', 'Answers' and 1 more.";
        AssertRefused(
            $"Could not find feature column 'Nothing'; {columns} (Parameter 'inputSchema')", options => options.FeatureColumnName = "Nothing");
        AssertRefused(
            $"Could not find label column 'Nothing'; {columns} (Parameter 'inputSchema')", options => options.LabelColumnName = "Nothing");
        AssertRefused(
            $"Could not find weight column 'Nothing'; {columns} (Parameter 'inputSchema')", options => options.ExampleWeightColumnName = "Nothing");
        AssertRefused(
            "Schema mismatch for feature column 'A': expected Vector<Single>, got Single; " +
            "make a vector of it with Concatenate(\"Features\", \"A\"). (Parameter 'inputSchema')",
            options => options.FeatureColumnName = "A");
        AssertRefused(
            "Schema mismatch for weight column 'Class': expected Single, got Key<UInt32>; name another column. (Parameter 'inputSchema')",
            options => options.ExampleWeightColumnName = "Class");
        string type = kind switch
        {
            "Binary" => "Boolean",
            "Multiclass" => "Key<UInt32>",
            "MultiLabel" => "Vector<Boolean> or Vector<Single>",
            "MultiTarget" => "Vector<Single>",
            _ => "Single",
        };
        (string wrong, string wrongType) = kind is "Multiclass" ? ("Yes", "Boolean") : ("Class", "Key<UInt32>");
        string remedy = kind is "Multiclass"
            ? "make keys of it with Conversion.MapValueToKey(\"Yes\")"
            : "use ml.MulticlassClassification for keys, or name another column";
        AssertRefused(
            $"Schema mismatch for label column '{wrong}': expected {type}, got {wrongType}; {remedy}. (Parameter 'inputSchema')",
            options => options.LabelColumnName = wrong);

        void AssertRefused(string expected, Action<NeuralNetworkOptions> spoil)
        {
            IEstimator<NeuralNetworkTransformer> trainer = TrainerKind.Of(kind).Create(_context, spoil);
            SchemaShape shape = SchemaShapes.Of(_data.Schema);
            Assert.Equal(expected, Assert.Throws<ArgumentOutOfRangeException>(() => trainer.GetOutputSchema(shape)).Message);
            Assert.Equal(expected, Assert.Throws<ArgumentOutOfRangeException>(() => trainer.Fit(_data)).Message);
            Assert.Equal(
                expected,
                Assert.Throws<ArgumentOutOfRangeException>(() => TrainerKind.Of(kind).Fit(_context, _data, _data, spoil)).Message);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Streaming_with_a_buffer_for_all_rows_gives_the_bits_of_training_in_memory(string kind)
    {
        string[] inMemory = Outputs(kind, options =>
        {
            options.DataMode = DataMode.InMemory;
            options.ExampleWeightColumnName = "Weight";
        });
        Assert.Equal(inMemory, Outputs(kind, options =>
        {
            options.DataMode = DataMode.Streaming;
            options.ExampleWeightColumnName = "Weight";
        }));
        Assert.NotEqual(inMemory, Outputs(kind));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_number_of_threads_changes_no_bit(string kind)
    {
        string[] one = Outputs(kind);
        Assert.Equal(one, Outputs(kind, options => options.NumberOfThreads = 3));
        Assert.NotEqual(one, Outputs(kind, options => options.Seed = 2));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_culture_changes_nothing(string kind)
    {
        string[] expected = Outputs(kind);
        using var _ = new CultureScope("tr-TR");
        Assert.Equal(expected, Outputs(kind));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Rows_of_weight_zero_teach_nothing(string kind)
    {
        Action<NeuralNetworkOptions> weighted = options =>
        {
            options.ExampleWeightColumnName = "Weight";
            options.ValidationFraction = 0;
        };
        TaskRow[] half = TaskRow.Generate(100, seed: 5);
        TaskRow[] withOthers = [.. TaskRow.Generate(50, seed: 6).Select(WithoutWeight), .. half];
        IDataView all = Features(withOthers), some = Features(half);
        Assert.Equal(
            OutputText.Of(TrainerKind.Of(kind).Fit(_context, some, weighted), _data),
            OutputText.Of(TrainerKind.Of(kind).Fit(_context, all, weighted), _data));

        static TaskRow WithoutWeight(TaskRow row)
        {
            row.Weight = 0;
            return row;
        }

        // Normalized alike, whatever the rows are.
        IDataView Features(TaskRow[] rows) =>
            TaskRow.Preparation(_context).Fit(_context.Data.LoadFromEnumerable(Rows)).Transform(_context.Data.LoadFromEnumerable(rows));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Validation_data_is_used_to_stop_and_not_to_learn(string kind)
    {
        IDataView validation = _context.Data.TakeRows(_data, 50);
        NeuralNetworkTransformer with = TrainerKind.Of(kind).Fit(_context, _data, validation, options =>
        {
            options.MaximumEpochs = 1;
            if (options is NeuralNetworkRegressionTrainer.Options regression)
                regression.QuantileCalibration = false; // which shifts quantiles by these rows
        });
        Assert.NotNull(with.Model.History!.Epochs[0].ValidationLoss);
        NeuralNetworkTransformer without = TrainerKind.Of(kind).Fit(_context, _data, options =>
        {
            options.MaximumEpochs = 1;
            options.ValidationFraction = 0;
        });
        Assert.Null(without.Model.History!.Epochs[0].ValidationLoss);
        Assert.Equal(OutputText.Of(without, _data), OutputText.Of(with, _data));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Training_that_is_cancelled_before_it_begins_makes_no_model(string kind)
    {
        foreach (DataMode mode in new[] { DataMode.InMemory, DataMode.Streaming })
        {
            OperationCanceledException error = Assert.Throws<OperationCanceledException>(() => TrainerKind.Of(kind).Fit(_context, _data, options =>
            {
                options.CancellationToken = new CancellationToken(canceled: true);
                options.DataMode = mode;
            }));
            Assert.Equal(
                "Fit was cancelled before its first epoch ended, so there is no trained network; cancel it later to keep the best so far.",
                error.Message);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_row_without_finite_features_gets_no_scores(string kind)
    {
        NeuralNetworkTransformer model = TrainerKind.Of(kind).Fit(_context, _data);
        TaskRow row = TaskRow.Generate(1, seed: 1)[0];
        row.A = float.NaN;
        IDataView data = TaskRow.Preparation(_context).Fit(_context.Data.LoadFromEnumerable(Rows))
            .Transform(_context.Data.LoadFromEnumerable([row]));
        string expected = kind switch
        {
            "Binary" => "False NaN NaN",
            "Multiclass" => "0 NaN NaN NaN",
            "MultiLabel" => "False False False NaN NaN NaN NaN NaN NaN",
            "Regression" => "NaN",
            "Quantiles" => "NaN NaN NaN NaN",
            _ => "NaN NaN",
        };
        Assert.Equal([expected], OutputText.Of(model, data));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_loaded_model_predicts_the_same_bits_and_can_be_saved_again(string kind)
    {
        NeuralNetworkTransformer model = TrainerKind.Of(kind).Fit(_context, _data);
        ITransformer once = SaveAndLoad(model);
        ITransformer twice = SaveAndLoad(once);
        Assert.Equal(OutputText.Of(model, _data), OutputText.Of(once, _data));
        Assert.Equal(OutputText.Of(model, _data), OutputText.Of(twice, _data));
        Assert.Equal(
            SchemaText.Of(SchemaShapes.Of(model.GetOutputSchema(_data.Schema))),
            SchemaText.Of(SchemaShapes.Of(twice.GetOutputSchema(_data.Schema))));
        var network = (NeuralNetworkTransformer)twice;
        Assert.Equal(TrainerKind.Of(kind).LabelColumnName, network.LabelColumnName);
        Assert.Equal(model.Model.Spec, network.Model.Spec);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Only_labels_that_are_there_teach(string kind)
    {
        // ML.NET counts the keys of an object from 0 and takes what is out of range for missing. A yes or no is never missing.
        TaskRow[] unlabelled = TaskRow.Generate(30, seed: 9);
        foreach (TaskRow row in unlabelled)
        {
            row.Class = 7;
            row.Number = float.NaN;
            row.Numbers = [float.NaN, float.NaN];
            row.Flags = [float.NaN, float.NaN, float.NaN];
        }

        if (kind == "Binary")
            return;
        var log = new LogRecorder(_context, "NeuralNetwork");
        IDataView data = TaskRow.Preparation(_context).Fit(_context.Data.LoadFromEnumerable(Rows))
            .Transform(_context.Data.LoadFromEnumerable((TaskRow[])[.. Rows, .. unlabelled]));
        Assert.Equal(Outputs(kind), OutputText.Of(TrainerKind.Of(kind).Fit(_context, data), _data));
        Assert.Contains(
            "Skipped 30 of 230 rows (30 without a label) of the training data; check label column "
                + $"'{TrainerKind.Of(kind).LabelColumnName}'.",
            log.Of(Microsoft.ML.Runtime.ChannelMessageKind.Warning));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_fresh_process_that_only_loads_the_file_predicts_the_same_bits(string kind)
    {
        IDataView rows = _context.Data.LoadFromEnumerable(Rows);
        ITransformer model = TaskRow.Preparation(_context).Append(TrainerKind.Of(kind).Create(_context)).Fit(rows);
        using var directory = new TemporaryDirectory();
        _context.Model.Save(model, rows.Schema, directory.PathOf("model.zip"));
        File.WriteAllLines(directory.PathOf("rows.tsv"), Rows.Select(row =>
            string.Create(CultureInfo.InvariantCulture, $"{row.A:R}\t{row.B:R}\t{row.C:R}\t?")));

        string[] lines = await ProbeProcess.Run(
            "MLNet.DeepExt.Tests.LoadProbe", [directory.PathOf("model.zip"), directory.PathOf("rows.tsv")], ("LC_ALL", "tr_TR.UTF-8"));

        Assert.Equal(OutputText.Of(model, rows), lines);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_prediction_engine_gives_what_a_whole_data_view_gives(string kind)
    {
        IDataView rows = _context.Data.LoadFromEnumerable(Rows);
        ITransformer model = TaskRow.Preparation(_context).Append(TrainerKind.Of(kind).Create(_context)).Fit(rows);
        IDataView scored = model.Transform(rows);
        if (scored.Schema["Score"].Type is VectorDataViewType)
        {
            PredictionEngine<TaskRow, Scores> engine = _context.Model.CreatePredictionEngine<TaskRow, Scores>(model);
            Assert.Equal(scored.GetColumn<float[]>("Score"), Rows.Select(row => engine.Predict(row).Score.ToArray()));
        }
        else
        {
            PredictionEngine<TaskRow, OneScore> engine = _context.Model.CreatePredictionEngine<TaskRow, OneScore>(model);
            Assert.Equal(scored.GetColumn<float>("Score"), Rows.Select(row => engine.Predict(row).Score));
        }
    }

    private static ITransformer SaveAndLoad(ITransformer model)
    {
        using var stream = new MemoryStream();
        new MLContext().Model.Save(model, null, stream);
        stream.Position = 0;
        return new MLContext().Model.Load(stream, out _);
    }

    private string[] Outputs(string kind, Action<NeuralNetworkOptions>? set = null) =>
        OutputText.Of(TrainerKind.Of(kind).Fit(_context, _data, set), _data);

    private sealed class OneScore
    {
        public float Score { get; set; }
    }

    private sealed class Scores
    {
        public float[] Score { get; set; } = [];
    }
}
