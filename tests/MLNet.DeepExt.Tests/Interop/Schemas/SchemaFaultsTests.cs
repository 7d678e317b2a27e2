using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Interop.Schemas;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Tests.Interop.Schemas;

public sealed class SchemaFaultsTests
{
    private readonly MLContext _context = new(seed: 1);
    private readonly IDataView _data;

    public SchemaFaultsTests()
    {
        Row[] rows = [.. Enumerable.Range(0, 40).Select(i => new Row
        {
            Features = [i, i % 3],
            Open = [i],
            Label = i > 20,
            Kind = "k" + i % 2,
            Number = i % 2,
            Whole = i % 2,
        })];
        _data = _context.Data.LoadFromEnumerable(rows);
    }

    [Theory]
    [InlineData("label", "Label")]
    [InlineData("Labels", "Label")]
    [InlineData("Lable", "Label")]
    [InlineData("nubmer", "Number")]
    public void A_misspelt_column_has_the_nearest_name_suggested(string name, string nearest) => AssertRefused(
        $"Could not find label column '{name}'; did you mean '{nearest}'? (Parameter 'inputSchema')",
        _context.BinaryClassification.Trainers.NeuralNetwork(name));

    [Fact]
    public void A_name_unlike_all_others_has_the_columns_listed() => AssertRefused(
        "Could not find label column 'Survived'; name one of 'Features', 'Open', 'Label', 'Kind', 'Number', 'Whole'. (Parameter 'inputSchema')",
        _context.BinaryClassification.Trainers.NeuralNetwork("Survived"));

    [Fact]
    public void A_label_that_is_missing_or_negative_becomes_true_as_the_message_says()
    {
        IDataView data = _context.Data.LoadFromEnumerable(new[] { 0, 1, -1, float.NaN }.Select(number => new Row { Number = number }).ToArray());
        IDataView converted = _context.Transforms.Conversion.ConvertType("Number", outputKind: DataKind.Boolean).Fit(data).Transform(data);
        Assert.Equal([false, true, true, true], converted.GetColumn<bool>("Number"));
    }

    [Theory]
    [InlineData("x", "Y", "Longer")]
    [InlineData("ab", "ac", "b")]
    public void Names_of_one_or_two_letters_are_no_misspelt_ones(string name, params string[] names) =>
        Assert.Null(SchemaFaults.Nearest(name, names));

    [Theory]
    [InlineData("x", "X")]
    [InlineData("ID", "Id")]
    public void Names_of_one_or_two_letters_are_found_in_another_case(string name, string other) =>
        Assert.Equal(other, SchemaFaults.Nearest(name, ["y", other]));

    [Fact]
    public void An_array_without_its_length_has_VectorType_suggested() => AssertRefused(
        "Schema mismatch for feature column 'Open': expected Vector<Single>, got Vector<Single>, length unknown; give its length with " +
        "[VectorType(length)] on the property of the rows, or in a SchemaDefinition. (Parameter 'inputSchema')",
        _context.BinaryClassification.Trainers.NeuralNetwork("Label", "Open"));

    [Theory]
    [InlineData("Number", "Single", "drop rows without a label, then ", ", which makes 0 false and every other value, also NaN and -1, true")]
    [InlineData("Whole", "Int32", "", ", which makes 0 false and every other value, also -1, true")]
    public void A_label_of_0_and_1_is_converted_as_the_message_says_and_trains(string label, string type, string before, string behind)
    {
        AssertRefused(
            $"Schema mismatch for label column '{label}': expected Boolean, got {type}; " +
            $"{before}convert it with Conversion.ConvertType(\"{label}\", outputKind: DataKind.Boolean){behind}. (Parameter 'inputSchema')",
            Binary(label));
        IDataView converted = _context.Transforms.Conversion.ConvertType(label, outputKind: DataKind.Boolean).Fit(_data).Transform(_data);
        Assert.Equal(Enumerable.Range(0, 40).Select(i => i % 2 == 1), converted.GetColumn<bool>(label));
        Assert.NotNull(Binary(label).Fit(converted));
    }

    [Fact]
    public void A_text_label_of_classes_is_mapped_to_keys_as_the_message_says_and_trains()
    {
        var trainer = _context.MulticlassClassification.Trainers.NeuralNetwork(new NeuralNetworkMulticlassTrainer.Options
        {
            LabelColumnName = "Kind",
            HiddenUnits = [2],
            MaximumEpochs = 1,
            Seed = 1,
        });
        AssertRefused(
            "Schema mismatch for label column 'Kind': expected Key<UInt32>, got String; make keys of it with " +
            "Conversion.MapValueToKey(\"Kind\"). (Parameter 'inputSchema')",
            trainer);
        Assert.NotNull(_context.Transforms.Conversion.MapValueToKey("Kind").Append(trainer).Fit(_data));
    }

    [Fact]
    public void Text_for_a_yes_no_label_has_both_ways_out() => AssertRefused(
        "Schema mismatch for label column 'Kind': expected Boolean, got String; map its texts to true and false with Conversion.MapValue, or " +
        "use ml.MulticlassClassification for keys of them. (Parameter 'inputSchema')",
        Binary("Kind"));

    private IEstimator<ITransformer> Binary(string label) => _context.BinaryClassification.Trainers.NeuralNetwork(
        new NeuralNetworkBinaryTrainer.Options { LabelColumnName = label, HiddenUnits = [2], MaximumEpochs = 1, Seed = 1 });

    private void AssertRefused(string expected, IEstimator<ITransformer> trainer)
    {
        var exception = Assert.Throws<ArgumentOutOfRangeException>(() => trainer.Fit(_data));
        Assert.Equal((expected, "inputSchema"), (exception.Message, exception.ParamName));
    }

    private sealed class Row
    {
        [VectorType(2)]
        public float[] Features { get; set; } = [];

        public float[] Open { get; set; } = [];

        public bool Label { get; set; }

        public string Kind { get; set; } = "";

        public float Number { get; set; }

        public int Whole { get; set; }
    }
}
