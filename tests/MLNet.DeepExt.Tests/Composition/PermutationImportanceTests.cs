using System.Collections.Immutable;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Tests.Support;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Tests.Composition;

/// <summary>ML.NET's permutation feature importance over transformers of this library, and over chains that end with one.</summary>
public sealed class PermutationImportanceTests
{
    private readonly MLContext _context = new(seed: 1);
    private readonly IDataView _rows;

    // Of TaskRow, Yes is told by A and B and Number by all three; Noise is told by nothing.
    public PermutationImportanceTests() => _rows = WithNoise(TaskRow.Generate(400, seed: 1));

    [Fact]
    public void Of_a_binary_transformer_the_noise_matters_least()
    {
        IDataView prepared = Preparation().Fit(_rows).Transform(_rows);
        NeuralNetworkBinaryTransformer model = Binary().Fit(prepared);
        ImmutableArray<BinaryClassificationMetricsStatistics> bySlot = _context.BinaryClassification.PermutationFeatureImportance(
            model, prepared, labelColumnName: "Yes", permutationCount: 3);
        double[] drops = [.. bySlot.Select(slot => slot.AreaUnderRocCurve.Mean)];
        Assert.Equal(4, drops.Length);
        Assert.True(drops[0] < -0.05, $"{drops[0]}");
        Assert.True(drops[1] < -0.05, $"{drops[1]}");
        Assert.True(Math.Abs(drops[3]) < 0.02, $"{drops[3]}");
    }

    [Fact]
    public void Of_a_whole_chain_it_is_told_by_name_for_every_kind_that_ML_NET_has()
    {
        ITransformer binary = Preparation().Append(Binary()).Fit(_rows);
        ImmutableDictionary<string, BinaryClassificationMetricsStatistics> yes =
            _context.BinaryClassification.PermutationFeatureImportanceNonCalibrated(
                binary, binary.Transform(_rows), "Yes", permutationCount: 2);
        Assert.Equal(["A", "B", "C", "Noise"], yes.Keys.Order());
        Assert.True(yes["A"].Accuracy.Mean < yes["Noise"].Accuracy.Mean - 0.05);

        ITransformer multiclass = Preparation().Append(TrainerKind.Multiclass.Create(_context, Set)).Fit(_rows);
        ImmutableDictionary<string, MulticlassClassificationMetricsStatistics> classes =
            _context.MulticlassClassification.PermutationFeatureImportance(
                multiclass, multiclass.Transform(_rows), "Class", permutationCount: 2);
        Assert.True(classes["A"].MicroAccuracy.Mean < classes["Noise"].MicroAccuracy.Mean - 0.05);

        ITransformer regression = Preparation().Append(TrainerKind.Regression.Create(_context, Set)).Fit(_rows);
        ImmutableDictionary<string, RegressionMetricsStatistics> numbers =
            _context.Regression.PermutationFeatureImportance(regression, regression.Transform(_rows), "Number", permutationCount: 2);
        Assert.True(numbers["A"].RSquared.Mean < numbers["Noise"].RSquared.Mean - 0.05);
    }

    [Fact]
    public void It_is_what_comes_of_scoring_rows_with_one_slot_shuffled()
    {
        // One permutation of a slot that is the same in all rows changes nothing; ML.NET's statistics must say so to the digit.
        IDataView constant = WithNoise(TaskRow.Generate(200, seed: 3), noise: 7);
        IDataView prepared = Preparation().Fit(constant).Transform(constant);
        NeuralNetworkBinaryTransformer model = Binary().Fit(prepared);
        var bySlot = _context.BinaryClassification.PermutationFeatureImportance(model, prepared, labelColumnName: "Yes");
        Assert.Equal(0, bySlot[3].AreaUnderRocCurve.Mean);
        Assert.NotEqual(0, bySlot[0].AreaUnderRocCurve.Mean);
    }

    // Nothing that is ours: the in-box trainer shows the same.
    [Fact]
    public void Without_slot_names_the_chain_is_refused_by_ML_NET_whoever_trained_it()
    {
        IDataView data = _context.Data.LoadFromEnumerable(TaskRow.Generate(100, seed: 1).Select(row => new NamelessRow
        {
            Yes = row.Yes,
            Features = [row.A, row.B],
        }));
        ITransformer ours = _context.Transforms.NormalizeInputs("Features").Append(Binary()).Fit(data);
        ITransformer theirs = _context.Transforms.NormalizeMeanVariance("Features")
            .Append(_context.BinaryClassification.Trainers.LbfgsLogisticRegression("Yes")).Fit(data);
        Exception refused = Assert.ThrowsAny<Exception>(() => Importance(theirs));
        Assert.Equal(refused.GetType(), Assert.ThrowsAny<Exception>(() => Importance(ours)).GetType());

        // The transformer itself is told by number.
        var last = (NeuralNetworkBinaryTransformer)((IEnumerable<ITransformer>)ours).Last();
        Assert.Equal(2, _context.BinaryClassification.PermutationFeatureImportance(last, ours.Transform(data), "Yes").Length);

        object Importance(ITransformer model) =>
            _context.BinaryClassification.PermutationFeatureImportanceNonCalibrated(model, model.Transform(data), "Yes");
    }

    private static void Set(NeuralNetworkOptions options) => options.MaximumEpochs = 40;

    private IEstimator<ITransformer> Preparation() => _context.Transforms.Concatenate("Features", "A", "B", "C", "Noise")
        .Append(_context.Transforms.NormalizeInputs("Features"));

    private NeuralNetworkBinaryTrainer Binary() => _context.BinaryClassification.Trainers.NeuralNetwork(
        new NeuralNetworkBinaryTrainer.Options { LabelColumnName = "Yes", HiddenUnits = [8], MaximumEpochs = 30, BatchSize = 32, Seed = 1 });

    private IDataView WithNoise(TaskRow[] rows, float? noise = null)
    {
        var random = new Random(5);
        return _context.Data.LoadFromEnumerable(rows.Select(row => new NoisyRow
        {
            A = row.A,
            B = row.B,
            C = row.C,
            Noise = noise ?? random.NextSingle(),
            Yes = row.Yes,
            Class = row.Class,
            Number = row.Number,
        }).ToArray());
    }

    private sealed class NoisyRow
    {
        public float A { get; set; }

        public float B { get; set; }

        public float C { get; set; }

        public float Noise { get; set; }

        public bool Yes { get; set; }

        [KeyType(3)]
        public uint Class { get; set; }

        public float Number { get; set; }
    }

    private sealed class NamelessRow
    {
        public bool Yes { get; set; }

        [VectorType(2)]
        public float[] Features { get; set; } = [];
    }
}
