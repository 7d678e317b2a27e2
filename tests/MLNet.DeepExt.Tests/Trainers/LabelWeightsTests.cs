using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Tests.Support;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Tests.Trainers;

/// <summary>Weights of labels, by what the labels are called.</summary>
public sealed class LabelWeightsTests
{
    private readonly MLContext _context = new(seed: 1);
    private readonly IDataView _colours;
    private readonly IDataView _answers;

    public LabelWeightsTests()
    {
        IDataView rows = _context.Data.LoadFromEnumerable(SampleRow.Generate(200, seed: 1));
        _colours = SamplePipeline.Preparation(_context).Fit(rows).Transform(rows);
        _answers = TaskRow.Prepare(_context, TaskRow.Generate(200, seed: 1));
    }

    [Fact]
    public void A_label_that_weighs_more_is_said_more_often()
    {
        double Share(LabelWeights weights) => Multiclass(weights).Fit(_colours).Transform(_colours)
            .GetColumn<uint>("PredictedLabel").Average(key => key == KeyOf("red") ? 1.0 : 0);
        Assert.True(Share(Of(("red", 50))) > Share(LabelWeights.None) + 0.05);
        Assert.Equal(0, Share(Of(("red", 0))));

        double Yes(LabelWeights weights) =>
            Binary(weights).Fit(_answers).Transform(_answers).GetColumn<bool>("PredictedLabel").Average(yes => yes ? 1.0 : 0);
        Assert.True(Yes(Of((true, 50))) > Yes(LabelWeights.None) + 0.05);
        Assert.True(Yes(Of((false, 50))) < Yes(LabelWeights.None) - 0.05);
    }

    [Fact]
    public void Weights_of_labels_are_weights_of_their_rows()
    {
        IDataView weighted = _context.Transforms.CustomMapping<TaskRow, Weighted>(
            (row, result) => result.LabelWeight = row.Yes ? 4 : 1, contractName: null).Fit(_answers).Transform(_answers);
        Assert.Equal(
            OutputText.Of(Binary(LabelWeights.None, "LabelWeight").Fit(weighted), weighted),
            OutputText.Of(Binary(Of((true, 4))).Fit(weighted), weighted));
    }

    [Fact]
    public void Balanced_weights_are_those_of_a_table_with_the_counts_of_the_rows()
    {
        bool[] labels = [.. _answers.GetColumn<bool>("Yes")];
        double yes = labels.Count(label => label), no = labels.Length - yes;
        string[] balanced = OutputText.Of(Binary(LabelWeights.Balanced, fraction: 0).Fit(_answers), _answers);
        LabelWeights table = Of((true, labels.Length / (2 * yes)), (false, labels.Length / (2 * no)));
        Assert.Equal(balanced, OutputText.Of(Binary(table, fraction: 0).Fit(_answers), _answers));
        Assert.NotEqual(balanced, OutputText.Of(Binary(LabelWeights.None, fraction: 0).Fit(_answers), _answers));
    }

    [Fact]
    public void A_weight_for_an_unknown_label_is_refused_before_any_row_is_read()
    {
        AssertRefused(
            "ClassWeights has a weight for 'purple' but label column 'Label' has the values "
            + string.Join(", ", NamesOf().Select(name => $"'{name}'")) + "; name one of these.",
            data => Multiclass(Of(("purple", 2))).Fit(data),
            _colours);
        AssertRefused(
            "ClassWeights has a weight for 'yes' but label column 'Yes' has the values 'False', 'True'; name one of these.",
            data => Binary(Of(("yes", 2))).Fit(data),
            _answers);
        AssertRefused(
            "ClassWeights has a weight for '4' but label column 'Class' has the values '1', '2', '3'; name one of these.",
            data => Multiclass(Of((4, 2)), "Class").Fit(data),
            _answers);

        static void AssertRefused(string expected, Action<IDataView> fit, IDataView data)
        {
            var watched = new WatchedDataView(data, _ => { });
            Assert.Equal(expected, Assert.Throws<ArgumentException>(() => fit(watched)).WithoutParameter());
            Assert.Equal(0, watched.Cursors);
        }
    }

    [Fact]
    public void Weights_that_leave_one_label_or_none_are_refused_before_any_row_is_read()
    {
        AssertRefused(1, "'Yes'", 2, data => Binary(Of((true, 0))).Fit(data), _answers);
        AssertRefused(0, "'Yes'", 2, data => Binary(Of((true, 0), (false, 0))).Fit(data), _answers);
        AssertRefused(1, "'Label'", 3, data => Multiclass(Of(("red", 0), ("blue", 0), ("green", 2))).Fit(data), _colours);

        static void AssertRefused(int left, string column, int labels, Action<IDataView> fit, IDataView data)
        {
            var watched = new WatchedDataView(data, _ => { });
            Assert.Equal(
                $"ClassWeights leaves {left} of the {labels} values of label column {column} a weight above 0, "
                + "but two are needed; raise another one.",
                Assert.Throws<ArgumentException>(() => fit(watched)).WithoutParameter());
            Assert.Equal(0, watched.Cursors);
        }
    }

    [Fact]
    public void A_weight_out_of_its_range_is_refused()
    {
        using var _ = new CultureScope("tr-TR");
        Assert.Equal(
            "The weight of label 'red' must be at least 0 and finite but is -0.5; 1 leaves its rows as they are. (Parameter 'weights')",
            Assert.Throws<ArgumentException>(() => Of(("red", -0.5))).Message);
        Assert.Equal(
            "ClassWeights is null; use LabelWeights.None to weigh all labels alike.",
            Assert.Throws<ArgumentException>(() => Multiclass(null!)).WithoutParameter());
        Assert.Equal(
            "ClassWeights is null; use LabelWeights.None to weigh all labels alike.",
            Assert.Throws<ArgumentException>(() => Binary(null!)).WithoutParameter());
    }

    private static LabelWeights Of<TLabel>(params (TLabel Label, double Weight)[] weights)
        where TLabel : notnull => LabelWeights.Of(weights.ToDictionary(entry => entry.Label, entry => entry.Weight));

    private string[] NamesOf()
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        _colours.Schema["Label"].GetKeyValues(ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }

    private uint KeyOf(string name) => (uint)Array.IndexOf(NamesOf(), name) + 1;

    private NeuralNetworkMulticlassTrainer Multiclass(LabelWeights weights, string label = "Label")
    {
        NeuralNetworkMulticlassTrainer.Options options = SamplePipeline.Options;
        (options.ClassWeights, options.Seed, options.LabelColumnName) = (weights, 1, label);
        return _context.MulticlassClassification.Trainers.NeuralNetwork(options);
    }

    private NeuralNetworkBinaryTrainer Binary(LabelWeights weights, string? weightColumnName = null, double fraction = 0.1) =>
        _context.BinaryClassification.Trainers.NeuralNetwork(new NeuralNetworkBinaryTrainer.Options
        {
            LabelColumnName = "Yes",
            ExampleWeightColumnName = weightColumnName,
            ClassWeights = weights,
            HiddenUnits = [8],
            LearningRate = 0.02,
            BatchSize = 32,
            MaximumEpochs = 4,
            ValidationFraction = fraction,
            Seed = 1,
        });

    private sealed class Weighted
    {
        public float LabelWeight { get; set; }
    }
}
