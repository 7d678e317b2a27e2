using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MLNet.DeepExt.Tests.Support;
using MLNet.DeepExt.Trainers;
using MLNet.DeepExt.Transforms;

namespace MLNet.DeepExt.Onnx.Tests;

/// <summary>Whole pipelines, as ONNX Runtime computes them.</summary>
public sealed class PipelineExportTests
{
    private static readonly string[] Cities = ["Paris", "Rome", "İzmir", ""];

    private readonly MLContext _context = new(seed: 1);
    private readonly IDataView _tasks;
    private readonly IDataView _mixed;

    public PipelineExportTests()
    {
        _tasks = _context.Data.LoadFromEnumerable(TaskRow.Generate(300, seed: 1));
        _mixed = _context.Data.LoadFromEnumerable(MixedRow.Generate(300, seed: 1));
    }

    [Theory]
    [MemberData(nameof(TrainerKind.Names), MemberType = typeof(TrainerKind))]
    public void Every_kind_of_trainer_behind_normalization(string kind)
    {
        ITransformer model = TaskRow.Preparation(_context).Append(TrainerKind.Of(kind).Create(_context)).Fit(_tasks);
        using OnnxSession session = OnnxSession.Of(_context, model, _tasks.Schema);
        Assert.Equal(["A", "B", "C"], session.Inputs.Order()); // the labels are not asked for
        AssertSame(session, model, _tasks);
    }

    [Theory]
    [MemberData(nameof(TrainerKind.Names), MemberType = typeof(TrainerKind))]
    public void The_converter_of_ML_NET_writes_the_same(string kind)
    {
        ITransformer model = TaskRow.Preparation(_context).Append(TrainerKind.Of(kind).Create(_context)).Fit(_tasks);
        using OnnxSession session = OnnxSession.OfConverter(_context, model, _tasks, "Score");
        Assert.Equal(["Score.output"], session.Outputs);
        AssertSame(session, model, _tasks);
    }

    [Theory]
    [MemberData(nameof(TrainerKind.Names), MemberType = typeof(TrainerKind))]
    public void Every_kind_of_trainer_with_the_members_of_a_preset_for_tables(string kind)
    {
        IDataView rows = _context.Data.LoadFromEnumerable(TaskRow.Generate(1200, seed: 1));
        ITransformer model = _context.Transforms.Concatenate("Features", "A", "B", "C")
            .Append(TrainerKind.Of(kind).Create(_context, options =>
            {
                options.Preset = NetworkPreset.Best;
                options.LearningRate = 0.001; // the logit of a mean of probabilities near 1 has few digits
            })).Fit(rows);
        using OnnxSession session = OnnxSession.Of(_context, model, rows.Schema);
        AssertSame(session, model, _tasks);
    }

    [Theory]
    [InlineData(new[] { 0.05, 0.95 })]
    [InlineData(new[] { 0.05, 0.4, 0.75, 0.95 })]
    [InlineData(new[] { 0.6, 0.9 })]
    public void The_median_of_quantiles_without_it(double[] quantiles)
    {
        NeuralNetworkRegressionTrainer.Options options = Fast<NeuralNetworkRegressionTrainer.Options>();
        (options.Quantiles, options.LabelColumnName) = (quantiles, "Number");
        ITransformer model = TaskRow.Preparation(_context).Append(_context.Regression.Trainers.NeuralNetwork(options)).Fit(_tasks);
        using OnnxSession session = OnnxSession.Of(_context, model, _tasks.Schema);
        AssertSame(session, model, _tasks);
    }

    [Fact]
    public void Noise_that_was_mixed_in_for_training_is_not_exported()
    {
        ITransformer model = TaskRow.Preparation(_context)
            .Append(_context.Transforms.MixWithNoise("Features", _tasks, snrDb: 10, noiseColumnName: "Numbers", copies: 1))
            .Append(TrainerKind.Binary.Create(_context)).Fit(_tasks);
        using OnnxSession session = OnnxSession.Of(_context, model, _tasks.Schema);
        AssertSame(session, model, _tasks);
    }

    [Fact]
    public void Classes_go_to_keys_and_back_to_their_texts()
    {
        ITransformer model = _context.Transforms.Conversion.MapValueToKey("Label", "City")
            .Append(_context.Transforms.Concatenate("Features", "Age", "Height"))
            .Append(_context.Transforms.NormalizeInputs("Features"))
            .Append(_context.MulticlassClassification.Trainers.NeuralNetwork(Fast<NeuralNetworkMulticlassTrainer.Options>()))
            .Append(_context.Transforms.Conversion.MapKeyToValue("City", "PredictedLabel")).Fit(_mixed);
        using OnnxSession session = OnnxSession.Of(_context, model, _mixed.Schema, "City", "Score");
        Assert.Equal(["City.output", "Score.output"], session.Outputs);
        Assert.Equal(["Age", "Height"], session.Inputs.Order());
        AssertSame(session, model, _mixed);
    }

    [Theory]
    [InlineData("one-hot")]
    [InlineData("mean and variance")]
    [InlineData("minimum and maximum")]
    [InlineData("missing values")]
    [InlineData("converted types")]
    [InlineData("copies")]
    [InlineData("keys to vectors")]
    [InlineData("unit length")]
    public void Transforms_of_ML_NET_in_front_of_the_network(string transform)
    {
        TransformsCatalog transforms = _context.Transforms;
        IEstimator<ITransformer> features = transform switch
        {
            "one-hot" => transforms.Categorical.OneHotEncoding("Hot", "City").Append(transforms.Concatenate("Features", "Hot", "Age")),
            "mean and variance" => transforms.Concatenate("Features", "Age", "Height").Append(transforms.NormalizeMeanVariance("Features")),
            "minimum and maximum" => transforms.Concatenate("Features", "Age", "Height").Append(transforms.NormalizeMinMax("Features")),
            "missing values" => transforms.Concatenate("Raw", "Gaps", "Age")
                .Append(transforms.ReplaceMissingValues("Full", "Raw", MissingValueReplacingEstimator.ReplacementMode.Mean))
                .Append(transforms.IndicateMissingValues("Missing", "Raw"))
                .Append(transforms.Conversion.ConvertType("MissingNumber", "Missing", DataKind.Single))
                .Append(transforms.Concatenate("Features", "Full", "MissingNumber")),
            "converted types" => transforms.Conversion.ConvertType("ChildrenNumber", "Children", DataKind.Single)
                .Append(transforms.Conversion.ConvertType("MemberNumber", "Member", DataKind.Single))
                .Append(transforms.Concatenate("Features", "ChildrenNumber", "MemberNumber", "Age")),
            "copies" => transforms.CopyColumns("Copy", "Age").Append(transforms.Concatenate("Features", "Copy", "Height")),
            "keys to vectors" => transforms.Conversion.MapValueToKey("Key", "City").Append(transforms.Conversion.MapKeyToVector("Hot", "Key"))
                .Append(transforms.Concatenate("Features", "Hot", "Age")),
            _ => transforms.Concatenate("Features", "Age", "Height").Append(transforms.NormalizeLpNorm("Features")),
        };
        ITransformer model = features.Append(Binary()).Fit(_mixed);
        using OnnxSession session = OnnxSession.Of(_context, model, _mixed.Schema, "PredictedLabel", "Score", "Probability");
        AssertSame(session, model, _mixed);
    }

    [Fact]
    public void Chains_within_chains_and_columns_that_are_replaced()
    {
        ITransformer inner = _context.Transforms.Concatenate("Features", "Age", "Height")
            .Append(_context.Transforms.NormalizeInputs("Features"))
            .Append(_context.Transforms.NormalizeInputs("Age")).Fit(_mixed);
        ITransformer model = inner.Append(
            _context.Transforms.Concatenate("Features", "Features", "Age").Append(Binary()).Fit(inner.Transform(_mixed)));
        using OnnxSession session = OnnxSession.Of(_context, model, _mixed.Schema, "Age", "Score");
        AssertSame(session, model, _mixed);
    }

    [Fact]
    public void A_table_whose_columns_become_features_by_their_types()
    {
        ITransformer model = _context.Transforms.TabularFeatures("Features", "Member", ["Age", "Gaps", "Children", "City"])
            .Append(Binary()).Fit(_mixed);
        using OnnxSession session = OnnxSession.Of(_context, model, _mixed.Schema, "Features", "PredictedLabel", "Score");
        Assert.Equal(["Age", "Children", "City", "Gaps"], session.Inputs.Order());
        AssertSame(session, model, _mixed);
    }

    [Theory]
    [InlineData("alone")]
    [InlineData("normalized")]
    [InlineData("beside other columns")]
    [InlineData("of features that are pictures already")]
    public void Features_of_images_in_front_of_the_network(string place)
    {
        TransformsCatalog transforms = _context.Transforms;
        IEstimator<ITransformer> pixels = transforms.Concatenate("Image", "Age", "Height", "Age", "Height", "Height", "Age");
        IEstimator<ITransformer> features = place switch
        {
            "alone" => pixels.Append(transforms.ImageFeatures("Features", "Image", height: 2, width: 3)),
            "normalized" => pixels.Append(transforms.ImageFeatures("Features", "Image", height: 2, width: 3))
                .Append(transforms.NormalizeInputs("Features")),
            "beside other columns" => pixels.Append(transforms.ImageFeatures("Pixels", "Image", height: 2, width: 3))
                .Append(transforms.Concatenate("Features", "Pixels", "Age")),
            _ => pixels.Append(transforms.ImageFeatures("Picture", "Image", height: 2, width: 3))
                .Append(transforms.ImageFeatures("Features", "Picture", height: 1, width: 2, colors: ImageColors.Rgb)),
        };
        ITransformer model = features.Append(Binary()).Fit(_mixed);
        using OnnxSession session = OnnxSession.Of(_context, model, _mixed.Schema, "Features", "PredictedLabel", "Score", "Probability");
        AssertSame(session, model, _mixed);
    }

    [Fact]
    public void A_threshold_and_the_calibrator_of_Platt_are_exported()
    {
        var features = _context.Transforms.Concatenate("Features", "Age", "Height");
        ITransformer careful = _context.BinaryClassification.ChangeProbabilityThreshold(features.Append(Binary()).Fit(_mixed), 0.3f);
        using (OnnxSession session = OnnxSession.Of(_context, careful, _mixed.Schema, "PredictedLabel"))
            AssertSame(session, careful, _mixed);
        ITransformer calibrated = features.Append(Binary()).Append(_context.BinaryClassification.Calibrators.Platt("Member")).Fit(_mixed);
        using (OnnxSession session = OnnxSession.Of(_context, calibrated, _mixed.Schema, "Probability"))
            AssertSame(session, calibrated, _mixed);
    }

    [Fact]
    public void Rows_with_missing_features_have_missing_scores_there_too()
    {
        ITransformer model = _context.Transforms.Concatenate("Features", "Gaps", "Age").Append(Binary()).Fit(_mixed);
        using OnnxSession session = OnnxSession.Of(_context, model, _mixed.Schema, "Score");
        Assert.Contains(float.NaN, model.Transform(_mixed).GetColumn<float>("Score"));
        AssertSame(session, model, _mixed);
    }

    [Fact]
    public void An_export_is_the_same_in_every_culture()
    {
        ITransformer model = TaskRow.Preparation(_context).Append(TrainerKind.Regression.Create(_context)).Fit(_tasks);
        byte[] expected = Export(model);
        using (new CultureScope("tr-TR"))
            Assert.Equal(expected, Export(model));

        byte[] Export(ITransformer model)
        {
            using var stream = new MemoryStream();
            _context.Model.ExportOnnx(model, _tasks.Schema, stream);
            return stream.ToArray();
        }
    }

    [Fact]
    public void What_cannot_be_exported_is_refused_by_name_and_nothing_is_written()
    {
        ITransformer custom = _context.Transforms.CustomMapping<MixedRow, Doubled>((from, to) => to.Twice = 2 * from.Age, "twice")
            .Append(_context.Transforms.Concatenate("Features", "Twice")).Append(Binary()).Fit(_mixed);
        AssertRefused<NotSupportedException>(
            "Column 'Twice' cannot be exported: ml.Transforms.CustomMapping(...) cannot be written as ONNX. Fit it as a model of its own, and " +
            "export the model of what comes behind it, fitted to its output.",
            custom);

        AssertRefused<ArgumentException>(
            "The model adds no column, as it replaces columns or none; name the columns to export.",
            _context.Transforms.NormalizeMinMax("Age").Fit(_mixed));
        ITransformer model = _context.Transforms.Concatenate("Features", "Age").Append(Binary()).Fit(_mixed);
        AssertRefused<ArgumentException>(
            "There is no column 'Scores' to export; the model gives Features, PredictedLabel, Score, Probability.", model, "Scores");
        AssertRefused<ArgumentException>("Output column 'Score' is named twice; name each once.", model, "Score", "Score");
        AssertRefused<ArgumentException>("One of the names of output columns is empty; leave it out.", model, "");
        AssertRefused<NotSupportedException>(
            "Column 'Visits' cannot be exported: ONNX has no type for Vector<DateTime, 2>; name other output columns.", model, "Visits");
    }

    [Fact]
    public void What_cannot_be_exported_is_named_by_the_call_that_made_it()
    {
        const string Remedy = " cannot be written as ONNX. Fit it as a model of its own, and export the model of what comes behind it, fitted to " +
            "its output.";
        AssertRefused<NotSupportedException>(
            "Column 'Features' cannot be exported: ml.Transforms.Text.FeaturizeText(\"Features\", \"City\")" + Remedy,
            _context.Transforms.Text.FeaturizeText("Features", "City").Append(Binary()).Fit(_mixed));
        AssertRefused<NotSupportedException>(
            "Column 'Features' cannot be exported: ml.Transforms.ApproximatedKernelMap(\"Features\", \"Place\")" + Remedy,
            _context.Transforms.Concatenate("Place", "Age", "Height")
                .Append(_context.Transforms.ApproximatedKernelMap("Features", "Place", rank: 2)).Append(Binary()).Fit(_mixed));
        AssertRefused<NotSupportedException>(
            "Columns 'PredictedLabel', 'Score' cannot be exported: ml.AnomalyDetection.Trainers.RandomizedPca(...)" + Remedy,
            _context.Transforms.Concatenate("Features", "Age", "Height")
                .Append(_context.AnomalyDetection.Trainers.RandomizedPca(rank: 1)).Fit(_mixed));
    }

    [Fact]
    public void A_date_that_something_else_than_TabularFeatures_reads_is_refused_and_no_number()
    {
        ITransformer model = _context.Transforms.Conversion.MapValueToKey("Day", "Born")
            .Append(_context.Transforms.Concatenate("Features", "Age")).Append(Binary()).Fit(_mixed);
        using (OnnxSession session = OnnxSession.Of(_context, model, _mixed.Schema, "Score"))
            AssertSame(session, model, _mixed);
        AssertRefused<NotSupportedException>(
            "Column 'Day' cannot be exported: ml.Transforms.Conversion.MapValueToKey(\"Day\", \"Born\") cannot be written as ONNX; " +
            "name other output columns.",
            model,
            "Day");
    }

    [Fact]
    public void A_column_that_is_lost_is_blamed_on_the_first_that_could_not_be_written()
    {
        ITransformer model = _context.Transforms.Categorical.OneHotEncoding("BornHot", "Born")
            .Append(_context.Transforms.Concatenate("Features", "Age", "BornHot")).Append(Binary()).Fit(_mixed);
        AssertRefused<NotSupportedException>(
            "Column 'Score' cannot be exported: ml.Transforms.Categorical.OneHotEncoding(\"BornHot\", \"Born\") cannot be written as ONNX; name " +
            "other output columns.",
            model,
            "Score");
    }

    [Fact]
    public void Several_columns_of_one_call_are_given_in_pairs()
    {
        ITransformer model = _context.Transforms.Conversion
            .MapValueToKey([new InputOutputColumnPair("Day", "Born"), new InputOutputColumnPair("Place", "City")]).Fit(_mixed);
        AssertRefused<NotSupportedException>(
            "Column 'Day' cannot be exported: ml.Transforms.Conversion.MapValueToKey([new(\"Day\", \"Born\"), new(\"Place\", \"City\")]) cannot be " +
            "written as ONNX; name other output columns.",
            model,
            "Day");
    }

    [Fact]
    public void A_transformer_that_several_calls_make_is_named_with_all_of_them()
    {
        ITransformer model = _context.Transforms.NormalizeBinning("AgeBin", "Age").Fit(_mixed);
        AssertRefused<NotSupportedException>(
            "Column 'AgeBin' cannot be exported: NormalizingTransformer (made by ml.Transforms.NormalizeBinning or " +
            "ml.Transforms.NormalizeLogMeanVariance or ml.Transforms.NormalizeMeanVariance or ml.Transforms.NormalizeMinMax or " +
            "ml.Transforms.NormalizeRobustScaling or ml.Transforms.NormalizeSupervisedBinning) cannot be written as ONNX; name other output " +
            "columns.",
            model,
            "AgeBin");
    }

    [Fact]
    public void A_table_of_many_columns_with_gaps_takes_little_space()
    {
        const int Columns = 400;
        var random = new Random(1);
        var definition = SchemaDefinition.Create(typeof(WideRow));
        definition[nameof(WideRow.Values)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, Columns);
        IDataView data = _context.Data.LoadFromEnumerable(
            Enumerable.Range(0, 50).Select(_ => new WideRow
            {
                Values = [.. Enumerable.Range(0, Columns).Select(_ => random.Next(3) == 0 ? float.NaN : random.NextSingle())],
            }).ToArray(),
            definition);
        ITransformer model = _context.Transforms.TabularFeatures(inputColumnNames: ["Values"]).Fit(data);
        using var stream = new MemoryStream();
        _context.Model.ExportOnnx(model, data.Schema, stream, "Features");
        Assert.True(stream.Length < 100 * Columns, $"{stream.Length} bytes"); // a float for each pair of columns would be 4 · 400²
        using OnnxSession session = OnnxSession.Of(_context, model, data.Schema, "Features");
        AssertSame(session, model, data);
    }

    [Fact]
    public void Numbers_of_a_vector_that_are_missing_together_in_training_but_not_at_prediction_are_marked()
    {
        IDataView training = _context.Data.LoadFromEnumerable(Enumerable.Range(0, 30).Select(i => new PairRow
        {
            Single = i % 4 == 0 ? float.NaN : i,
            Pair = i % 5 == 0 ? [float.NaN, float.NaN] : [i, -i],
            Last = i % 7 == 0 ? float.NaN : i,
        }).ToArray());
        IDataView others = _context.Data.LoadFromEnumerable(
            [new PairRow { Pair = [1, float.NaN] }, new PairRow { Pair = [float.NaN, 1], Last = float.NaN }, new PairRow { Pair = [1, 1] }]);
        ITransformer model = _context.Transforms.TabularFeatures(inputColumnNames: ["Single", "Pair", "Last"]).Fit(training);
        using OnnxSession session = OnnxSession.Of(_context, model, training.Schema, "Features");
        AssertSame(session, model, others);
    }

    private static void AssertSame(OnnxSession session, ITransformer model, IDataView data)
    {
        foreach (int count in new[] { 1, 7, 300 })
        {
            IDataView rows = new MLContext().Data.TakeRows(data, count);
            IDataView expected = model.Transform(rows);
            foreach ((string name, object actual) in session.Run(rows))
                AssertSame(expected, name, actual);
        }
    }

    private static void AssertSame(IDataView expected, string name, object actual)
    {
        switch (actual)
        {
            case float[] numbers:
                Close.Assert(
                    expected.Schema[name].Type is VectorDataViewType
                        ? [.. expected.GetColumn<float[]>(name).SelectMany(row => row)]
                        : [.. expected.GetColumn<float>(name)],
                    numbers);
                break;
            case bool[] answers when expected.Schema[name].Type is VectorDataViewType:
                Assert.Equal(expected.GetColumn<bool[]>(name).SelectMany(row => row), answers);
                break;
            case bool[] answers:
                Assert.Equal(expected.GetColumn<bool>(name), answers);
                break;
            case uint[] keys:
                Assert.Equal(expected.GetColumn<uint>(name), keys);
                break;
            case string[] texts:
                Assert.Equal(expected.GetColumn<string>(name), texts);
                break;
            default:
                Assert.Fail($"{name} is of type {actual.GetType()}");
                break;
        }
    }

    private void AssertRefused<TException>(string expected, ITransformer model, params string[] outputs)
        where TException : Exception
    {
        using var stream = new MemoryStream();
        TException exception = Assert.Throws<TException>(() => _context.Model.ExportOnnx(model, _mixed.Schema, stream, outputs));
        Assert.Equal(expected, exception is ArgumentException fault ? fault.WithoutParameter() : exception.Message);
        Assert.Equal(0, stream.Length);
    }

    private NeuralNetworkBinaryTrainer Binary() =>
        _context.BinaryClassification.Trainers.NeuralNetwork(Fast<NeuralNetworkBinaryTrainer.Options>("Member"));

    private static TOptions Fast<TOptions>(string label = "Label")
        where TOptions : NeuralNetworkOptions, new() =>
        new() { LabelColumnName = label, HiddenUnits = [8], MaximumEpochs = 3, BatchSize = 32, NumberOfThreads = 1, Seed = 1 };

    private sealed class MixedRow
    {
        public float Age { get; set; }

        public float Height { get; set; }

        public float Gaps { get; set; }

        public int Children { get; set; }

        public bool Member { get; set; }

        public string City { get; set; } = "";

        public DateTime Born { get; set; }

        [VectorType(2)]
        public DateTime[] Visits { get; set; } = [];

        public static MixedRow[] Generate(int count, int seed)
        {
            var random = new Random(seed);
            return [.. Enumerable.Range(0, count).Select(i => new MixedRow
            {
                Age = 20 + 50 * random.NextSingle(),
                Height = 1500 + 400 * random.NextSingle(),
                Gaps = random.Next(4) == 0 ? float.NaN : random.NextSingle(),
                Children = random.Next(5),
                Member = random.Next(2) == 0,
                City = Cities[random.Next(3)],
                Born = new DateTime(1980, 1, 1).AddDays(i),
                Visits = [new DateTime(2024, 1, 1), new DateTime(2025, 1, 1)],
            })];
        }
    }

    private sealed class WideRow
    {
        public float[] Values { get; set; } = [];
    }

    private sealed class PairRow
    {
        public float Single { get; set; }

        [VectorType(2)]
        public float[] Pair { get; set; } = [];

        public float Last { get; set; }
    }

    private sealed class Doubled
    {
        public float Twice { get; set; }
    }
}
