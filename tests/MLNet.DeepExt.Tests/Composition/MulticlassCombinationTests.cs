using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Tests.Support;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Tests.Composition;

/// <summary>Multiclass models made of binary networks by ML.NET's own combinations.</summary>
public sealed class MulticlassCombinationTests
{
    private readonly MLContext _context = new(seed: 1);
    private readonly IDataView _train;
    private readonly IDataView _test;

    public MulticlassCombinationTests()
    {
        _train = _context.Data.LoadFromEnumerable(SampleRow.Generate(300, seed: 1));
        _test = _context.Data.LoadFromEnumerable(SampleRow.Generate(300, seed: 2));
    }

    public static TheoryData<string> Combinations => ["OneVersusAll", "PairwiseCoupling"];

    [Theory]
    [MemberData(nameof(Combinations))]
    public void They_predict_as_well_as_one_network_of_all_classes(string combination)
    {
        double one = Accuracy(SamplePipeline.Create(_context, SampleOptions()).Fit(_train));
        double combined = Accuracy(Pipeline(combination).Fit(_train));
        Assert.True(combined > one - 0.03, $"{combined} but {one}");
    }

    [Theory]
    [MemberData(nameof(Combinations))]
    public void Columns_and_annotations_are_those_of_a_combination_of_in_box_trainers(string combination)
    {
        IDataView prepared = SamplePipeline.Preparation(_context).Fit(_train).Transform(_train);
        var linear = _context.BinaryClassification.Trainers.LbfgsLogisticRegression();
        var trainers = _context.MulticlassClassification.Trainers;
        IEstimator<ITransformer> inBox = combination == "OneVersusAll" ? trainers.OneVersusAll(linear) : trainers.PairwiseCoupling(linear);
        DataViewSchema theirs = inBox.Fit(prepared).Transform(prepared).Schema;
        DataViewSchema ours = Trainer(combination).Fit(prepared).Transform(prepared).Schema;
        Assert.Equal(theirs.Select(column => column.Name), ours.Select(column => column.Name));
        foreach (string name in new[] { "PredictedLabel", "Score" })
        {
            Assert.Equal(theirs[name].Type, ours[name].Type);
            Assert.Equal(AnnotationText.Of(theirs[name]), AnnotationText.Of(ours[name]));
        }
    }

    [Theory]
    [MemberData(nameof(Combinations))]
    public async Task They_load_in_a_fresh_process_and_predict_the_same(string combination)
    {
        ITransformer model = Pipeline(combination).Fit(_train);
        SampleRow[] rows = SampleRow.Generate(50, seed: 3);
        using var directory = new TemporaryDirectory();
        _context.Model.Save(model, _train.Schema, directory.PathOf("model.zip"));
        File.WriteAllLines(directory.PathOf("rows.tsv"), rows.Select(row =>
            FormattableString.Invariant($"{row.A:R}\t{row.B:R}\t{row.C:R}\t{row.Label}")));
        string[] lines = await ProbeProcess.Run(
            "MLNet.DeepExt.Tests.LoadProbe", [directory.PathOf("model.zip"), directory.PathOf("rows.tsv")]);
        Assert.Equal(OutputText.Of(model, _context.Data.LoadFromEnumerable(rows)), lines);
    }

    [Fact]
    public void One_versus_all_scores_are_the_probabilities_of_its_networks_over_their_sum()
    {
        IDataView prepared = SamplePipeline.Preparation(_context).Fit(_train).Transform(_train);
        IDataView scored = Trainer("OneVersusAll").Fit(prepared).Transform(prepared);
        float[][] scores = [.. scored.GetColumn<float[]>("Score")];
        Assert.All(scores, row => Assert.Equal(1, row.Sum(), 1e-5));

        // By hand: a network for each class against the others, with the same seed.
        for (int key = 1; key <= 3; key++)
        {
            uint wanted = (uint)key;
            IDataView binary = _context.Transforms.CustomMapping<KeyLabel, YesLabel>(
                (from, to) => to.Label = from.Label == wanted, contractName: null).Fit(prepared).Transform(prepared);
            float[] probabilities = [.. BinaryTrainer().Fit(binary).Transform(binary).GetColumn<float>("Probability")];
            for (int row = 0; row < 20; row++)
            {
                double expected = probabilities[row] / Sum(row);
                Assert.Equal(expected, scores[row][key - 1], 1e-4);
            }

            double Sum(int row) => probabilities[row] / scores[row][wanted - 1];
        }
    }

    [Fact]
    public void A_label_column_of_another_name_is_refused()
    {
        var binary = _context.BinaryClassification.Trainers.NeuralNetwork("Yes");
        const string Expected = "The binary trainer reads label column 'Yes' but the classes are in 'Label'; give both the same name.";
        Assert.Equal(
            Expected, Assert.Throws<ArgumentException>(() => _context.MulticlassClassification.Trainers.OneVersusAll(binary)).WithoutParameter());
        Assert.Equal(
            Expected, Assert.Throws<ArgumentException>(() => _context.MulticlassClassification.Trainers.PairwiseCoupling(binary)).WithoutParameter());
    }

    private static NeuralNetworkMulticlassTrainer.Options SampleOptions()
    {
        NeuralNetworkMulticlassTrainer.Options options = SamplePipeline.Options;
        options.MaximumEpochs = 15;
        return options;
    }

    private double Accuracy(ITransformer model) => _context.MulticlassClassification.Evaluate(model.Transform(_test)).MicroAccuracy;

    private IEstimator<ITransformer> Pipeline(string combination) => SamplePipeline.Preparation(_context)
        .Append(Trainer(combination))
        .Append(_context.Transforms.Conversion.MapKeyToValue("PredictedLabel"));

    private IEstimator<ITransformer> Trainer(string combination)
    {
        var trainers = _context.MulticlassClassification.Trainers;
        return combination == "OneVersusAll" ? trainers.OneVersusAll(BinaryTrainer()) : trainers.PairwiseCoupling(BinaryTrainer());
    }

    private NeuralNetworkBinaryTrainer BinaryTrainer() => _context.BinaryClassification.Trainers.NeuralNetwork(
        new NeuralNetworkBinaryTrainer.Options
        {
            HiddenUnits = [8],
            LearningRate = 0.02,
            BatchSize = 32,
            MaximumEpochs = 15,
            NumberOfThreads = 1,
            Seed = 1,
        });

    private sealed class KeyLabel
    {
        [KeyType(3)]
        public uint Label { get; set; }
    }

    private sealed class YesLabel
    {
        public bool Label { get; set; }
    }
}
