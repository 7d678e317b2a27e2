using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Interop.Schemas;
using MLNet.DeepExt.Tests.Support;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Tests.Trainers;

/// <summary>What the trainer demands of the schema before it, and promises of the one after it.</summary>
public sealed class NeuralNetworkMulticlassSchemaTests
{
    private readonly MLContext _context = new(seed: 1);
    private readonly IDataView _rows;
    private readonly IDataView _prepared;

    public NeuralNetworkMulticlassSchemaTests()
    {
        _rows = _context.Data.LoadFromEnumerable(SampleRow.Generate(60, seed: 1));
        _prepared = SamplePipeline.Preparation(_context).Fit(_rows).Transform(_rows);
    }

    [Fact]
    public void The_promised_schema_is_the_one_that_comes()
    {
        AssertPromiseIsKept(Trainer(), _prepared);
    }

    [Fact]
    public void The_promised_schema_is_the_one_that_comes_when_labels_are_numbers()
    {
        IDataView data = _context.Transforms.CustomMapping<SampleRow, NumberLabel>(
                (row, label) => label.Label = row.Label.Length, contractName: null)
            .Append(_context.Transforms.Conversion.MapValueToKey("Label"))
            .Append(_context.Transforms.Concatenate("Features", "A", "B", "C"))
            .Fit(_rows).Transform(_rows);
        AssertPromiseIsKept(Trainer(), data);
        Assert.DoesNotContain("SlotNames", AnnotationsOf(Trainer().Fit(data).Transform(data).Schema["Score"]));
    }

    [Fact]
    public void The_promised_schema_is_the_one_that_comes_when_labels_have_no_names()
    {
        AssertPromiseIsKept(Trainer(), NamelessLabels());
    }

    [Fact]
    public void Columns_are_those_of_an_in_box_trainer()
    {
        foreach (IDataView data in new[] { _prepared, NamelessLabels() })
        {
            DataViewSchema ours = Trainer().Fit(data).Transform(data).Schema;
            DataViewSchema theirs = _context.MulticlassClassification.Trainers.LbfgsMaximumEntropy().Fit(data).Transform(data).Schema;
            foreach (string name in new[] { "PredictedLabel", "Score" })
            {
                Assert.Equal(theirs[name].Type, ours[name].Type);
                Assert.Equal(AnnotationsOf(theirs[name]), AnnotationsOf(ours[name]));
            }
        }
    }

    [Fact]
    public void Values_of_annotations_are_those_of_an_in_box_trainer()
    {
        DataViewSchema ours = Trainer().Fit(_prepared).Transform(_prepared).Schema;
        DataViewSchema theirs = _context.MulticlassClassification.Trainers.LbfgsMaximumEntropy().Fit(_prepared).Transform(_prepared).Schema;
        foreach (string name in new[] { "PredictedLabel", "Score" })
        {
            Assert.Equal(TextOf(theirs[name], "ScoreColumnKind"), TextOf(ours[name], "ScoreColumnKind"));
            Assert.Equal(TextOf(theirs[name], "ScoreValueKind"), TextOf(ours[name], "ScoreValueKind"));
        }

        Assert.Equal(["blue", "green", "red"], NamesOf(ours["Score"], "SlotNames").Order(StringComparer.Ordinal));
        Assert.Equal(NamesOf(theirs["Score"], "SlotNames"), NamesOf(ours["Score"], "SlotNames"));
        Assert.Equal(NamesOf(theirs["Score"], "TrainingLabelValues"), NamesOf(ours["Score"], "TrainingLabelValues"));
        Assert.Equal(NamesOf(theirs["PredictedLabel"], "KeyValues"), NamesOf(ours["PredictedLabel"], "KeyValues"));
    }

    [Fact]
    public void Scorers_that_follow_one_another_are_told_apart()
    {
        IDataView once = Trainer().Fit(_prepared).Transform(_prepared);
        IDataView twice = Trainer().Fit(_prepared).Transform(once);
        Assert.Equal(SetIdOf(once.Schema["Score"]) + 1, SetIdOf(twice.Schema["Score"]));
        Assert.Equal(SetIdOf(twice.Schema["PredictedLabel"]), SetIdOf(twice.Schema["Score"]));
    }

    [Theory]
    [InlineData(
        "Nothing", "Label", null, "Could not find feature column 'Nothing'; name one of 'A', 'B', 'C', 'Label', 'Features'. " +
        "(Parameter 'inputSchema')")]
    [InlineData(
        "Features", "Nothing", null, "Could not find label column 'Nothing'; name one of 'A', 'B', 'C', 'Label', 'Features'. " +
        "(Parameter 'inputSchema')")]
    [InlineData(
        "Features", "Label", "Nothing", "Could not find weight column 'Nothing'; name one of 'A', 'B', 'C', 'Label', 'Features'. " +
        "(Parameter 'inputSchema')")]
    [InlineData(
        "A", "Label", null, "Schema mismatch for feature column 'A': expected Vector<Single>, got Single; " +
        "make a vector of it with Concatenate(\"Features\", \"A\"). (Parameter 'inputSchema')")]
    [InlineData(
        "Label", "Label", null, "Schema mismatch for feature column 'Label': expected Vector<Single>, got Key<UInt32>; " +
        "make features of it with TabularFeatures. (Parameter 'inputSchema')")]
    [InlineData(
        "Features", "A", null, "Schema mismatch for label column 'A': expected Key<UInt32>, got Single; " +
        "make keys of it with Conversion.MapValueToKey(\"A\"). (Parameter 'inputSchema')")]
    [InlineData(
        "Features", "Label", "Label", "Schema mismatch for weight column 'Label': expected Single, got Key<UInt32>; " +
        "name another column. (Parameter 'inputSchema')")]
    public void Missing_columns_and_wrong_types_are_errors_of_ML_NET(string features, string label, string? weight, string expected)
    {
        NeuralNetworkMulticlassTrainer trainer = _context.MulticlassClassification.Trainers.NeuralNetwork(label, features, weight);
        SchemaShape shape = SchemaShapes.Of(_prepared.Schema);
        Assert.Equal(expected, Assert.Throws<ArgumentOutOfRangeException>(() => trainer.GetOutputSchema(shape)).Message);
        Assert.Equal(expected, Assert.Throws<ArgumentOutOfRangeException>(() => trainer.Fit(_prepared)).Message);
        Assert.Equal(expected, Assert.Throws<ArgumentOutOfRangeException>(() => trainer.Fit(_prepared, _prepared)).Message);
    }

    [Fact]
    public void Vectors_of_unknown_size_are_an_error_of_ML_NET()
    {
        IDataView data = VectorRow.Load(_context, [new VBuffer<float>(1, [1f])], length: 0);
        var exception = Assert.Throws<ArgumentOutOfRangeException>(() => Trainer().Fit(data));
        Assert.Equal(
            "Schema mismatch for feature column 'Features': expected Vector<Single>, got Vector<Single>, length unknown; " +
            "give its length with [VectorType(length)] on the property of the rows, or in a SchemaDefinition. " +
            "(Parameter 'inputSchema')",
            exception.Message);
    }

    [Fact]
    public void The_fitted_transformer_refuses_other_features()
    {
        NeuralNetworkMulticlassTransformer transformer = Trainer().Fit(_prepared);
        IDataView shorter = VectorRow.Dense(_context, [[1, 2]]);
        AssertRefused(
            shorter,
            "Schema mismatch for feature column 'Features': expected Vector<Single, 3>, got Vector<Single, 2>; " +
            "give it the columns that it was fitted with, behind the same transforms. (Parameter 'inputSchema')");
        AssertRefused(_rows, "Could not find feature column 'Features'; name one of 'A', 'B', 'C', 'Label'. (Parameter 'inputSchema')");

        void AssertRefused(IDataView data, string expected)
        {
            Assert.Equal(expected, Assert.Throws<ArgumentOutOfRangeException>(() => transformer.Transform(data)).Message);
            Assert.Equal(expected, Assert.Throws<ArgumentOutOfRangeException>(() => transformer.GetOutputSchema(data.Schema)).Message);
            Assert.Equal(
                expected, Assert.Throws<ArgumentOutOfRangeException>(() => ((ITransformer)transformer).GetRowToRowMapper(data.Schema)).Message);
        }
    }

    [Fact]
    public void The_label_is_not_needed_to_predict()
    {
        NeuralNetworkMulticlassTransformer transformer = Trainer().Fit(_prepared);
        IDataView unlabelled = _context.Transforms.SelectColumns("Features").Fit(_prepared).Transform(_prepared);
        Assert.Equal(
            transformer.Transform(_prepared).GetColumn<float[]>("Score"), transformer.Transform(unlabelled).GetColumn<float[]>("Score"));
    }

    private NeuralNetworkMulticlassTrainer Trainer() =>
        _context.MulticlassClassification.Trainers.NeuralNetwork(SamplePipeline.Options);

    private IDataView NamelessLabels()
    {
        var random = new Random(1);
        return _context.Data.LoadFromEnumerable(Enumerable.Range(0, 60).Select(i =>
            new NamelessLabel { Label = (uint)(i % 3), Features = [i % 3 + random.NextSingle(), random.NextSingle()] }).ToArray());
    }

    private static void AssertPromiseIsKept(NeuralNetworkMulticlassTrainer trainer, IDataView data)
    {
        string[] promised = SchemaText.Of(trainer.GetOutputSchema(SchemaShapes.Of(data.Schema)));
        NeuralNetworkMulticlassTransformer transformer = trainer.Fit(data);
        Assert.Equal(SchemaText.Of(SchemaShapes.Of(transformer.GetOutputSchema(data.Schema))), promised);
        Assert.Equal(SchemaText.Of(SchemaShapes.Of(transformer.Transform(data).Schema)), promised);
    }

    private static string[] AnnotationsOf(DataViewSchema.Column column) =>
        [.. column.Annotations.Schema.Select(annotation => $"{annotation.Name}: {annotation.Type}").Order(StringComparer.Ordinal)];

    private static string TextOf(DataViewSchema.Column column, string kind)
    {
        ReadOnlyMemory<char> text = default;
        column.Annotations.GetValue(kind, ref text);
        return text.ToString();
    }

    private static string[] NamesOf(DataViewSchema.Column column, string kind)
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        column.Annotations.GetValue(kind, ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }

    private static uint SetIdOf(DataViewSchema.Column column)
    {
        uint id = 0;
        column.Annotations.GetValue("ScoreColumnSetId", ref id);
        return id;
    }

    private sealed class NumberLabel
    {
        public float Label { get; set; }
    }

    private sealed class NamelessLabel
    {
        [KeyType(3)]
        public uint Label { get; set; }

        [VectorType(2)]
        public float[] Features { get; set; } = [];
    }
}
