using System.Text;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop.Combining;
using MLNet.DeepExt.Interop.Models;
using MLNet.DeepExt.Interop.Schemas;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Persistence;
using MLNet.DeepExt.Trainers;
using MLNet.DeepExt.Transforms.Tabular;

namespace MLNet.DeepExt.Tests.Interop.Models;

/// <summary>What stands in an entry of a model file fits together, or the entry is refused, whatever its checksum says.</summary>
public sealed class FittingPartsTests
{
    private const string GetAgain = "; the file is damaged or changed.";

    private const string BinaryNeeds = "one output and BinaryCrossEntropy or Focal";
    private const string ClassesNeed = "at least two outputs and SoftmaxCrossEntropy";
    private const string LabelsNeed = "at least one output and BinaryCrossEntropy or Focal";
    private const string NumberNeeds = "one output and SquaredError, AbsoluteError or Huber, or one output for each quantile of Quantile";
    private const string NumbersNeed = "at least one output and SquaredError, AbsoluteError or Huber";

    private static readonly DataViewType Yes = BooleanDataViewType.Instance, Number = NumberDataViewType.Single;

    public static TheoryData<string, int, string, string> Misfits => new()
    {
        { "Binary", 1, "SquaredError", "SquaredError for binary classification, which needs " + BinaryNeeds },
        { "Binary", 2, "BinaryCrossEntropy", "BinaryCrossEntropy for binary classification, which needs " + BinaryNeeds },
        { "BinaryPredictor", 2, "Focal", "Focal for binary classification, which needs " + BinaryNeeds },
        { "BinaryPredictor", 1, "Huber", "Huber for binary classification, which needs " + BinaryNeeds },
        { "Multiclass", 3, "BinaryCrossEntropy", "BinaryCrossEntropy for multiclass classification, which needs " + ClassesNeed },
        { "MultiLabel", 3, "SoftmaxCrossEntropy", "SoftmaxCrossEntropy for multi-label classification, which needs " + LabelsNeed },
        { "Regression", 3, "SoftmaxCrossEntropy", "SoftmaxCrossEntropy for regression, which needs " + NumberNeeds },
        { "Regression", 2, "SquaredError", "SquaredError for regression, which needs " + NumberNeeds },
        { "Regression", 6, "Quantile", "Quantile for regression, which needs " + NumberNeeds },
        { "MultiTarget", 3, "Quantile", "Quantile for multi-target regression, which needs " + NumbersNeed },
        { "MultiTarget", 2, "BinaryCrossEntropy", "BinaryCrossEntropy for multi-target regression, which needs " + NumbersNeed },
    };

    [Theory, MemberData(nameof(Misfits))]
    public void A_network_whose_loss_or_outputs_are_of_another_task_is_refused(string task, int outputs, string loss, string message) =>
        AssertRefused(
            $"The model file has a network of {outputs} outputs with {message}{GetAgain}",
            () => Load(task, Entry(task, outputs, LossOf(loss), Number)));

    public static TheoryData<string, int, string, string> Labels => new()
    {
        { "Binary", 1, "Single", "Single for binary classification" },
        { "Multiclass", 3, "Key 4", "Key<UInt32, 0-3> for multiclass classification" },
        { "Multiclass", 3, "Single", "Single for multiclass classification" },
        { "Regression", 1, "Boolean", "Boolean for regression" },
        { "MultiLabel", 3, "Boolean 2", "Vector<Boolean, 2> for multi-label classification" },
        { "MultiLabel", 3, "Boolean", "Boolean for multi-label classification" },
        { "MultiTarget", 3, "Single 4", "Vector<Single, 4> for multi-target regression" },
        { "MultiTarget", 3, "Boolean 3", "Vector<Boolean, 3> for multi-target regression" },
    };

    [Theory, MemberData(nameof(Labels))]
    public void A_label_of_another_type_is_refused(string task, int outputs, string label, string message) => AssertRefused(
        $"The model file has label column 'Label' of type {message} and a network of {outputs} outputs, which do not fit{GetAgain}",
        () => Load(task, Entry(task, outputs, UsualLoss(task), TypeOf(label))));

    [Theory]
    [InlineData("Multiclass", "Key 3", "KeyValues", 2)]
    [InlineData("Multiclass", "Key 3", "KeyValues", 4)]
    [InlineData("MultiLabel", "Boolean 3", "SlotNames", 2)]
    [InlineData("MultiLabel", "Single 3", "SlotNames", 4)]
    [InlineData("MultiTarget", "Single 3", "SlotNames", 1)]
    public void Names_that_are_more_or_fewer_than_the_outputs_are_refused(string task, string label, string kind, int names)
    {
        AssertRefused(
            $"The model file has {kind} of type Vector<String, {names}> in column 'Label' where 3 "
            + $"{(kind == "KeyValues" ? "values" : "texts")} belong{GetAgain}",
            () => Load(task, Entry(task, 3, UsualLoss(task), TypeOf(label), Names(kind, names))));
        Load(task, Entry(task, 3, UsualLoss(task), TypeOf(label), Names(kind, 3)));
    }

    [Fact]
    public void Keys_stand_for_values_of_any_type_but_keys_and_slots_are_named_by_texts()
    {
        DataViewType key = TypeOf("Key 3");
        Load("Multiclass", Entry("Multiclass", 3, UsualLoss("Multiclass"), key, Values("KeyValues", Yes, new[] { true, false, true })));
        Load("Multiclass", Entry("Multiclass", 3, UsualLoss("Multiclass"), key, Values("KeyValues", Number, new[] { 1f, 2, 3 })));
        AssertRefused(
            $"The model file has KeyValues of type Vector<Key<UInt32, 0-4>, 3> in column 'Label' where 3 values belong{GetAgain}",
            () => Load("Multiclass", Entry(
                "Multiclass", 3, UsualLoss("Multiclass"), key, Values("KeyValues", new KeyDataViewType(typeof(uint), 5), new uint[] { 1, 2, 3 }))));
        AssertRefused(
            $"The model file has SlotNames of type Vector<Single, 3> in column 'Label' where 3 texts belong{GetAgain}",
            () => Load("MultiLabel", Entry(
                "MultiLabel", 3, UsualLoss("MultiLabel"), TypeOf("Boolean 3"), Values("SlotNames", Number, new[] { 1f, 2, 3 }))));
    }

    [Fact]
    public void Features_of_another_type_or_with_other_names_than_the_network_has_inputs_are_refused()
    {
        AssertRefused(
            $"The model file has feature column 'Features' of type Vector<Single, 3> and a network of 2 inputs, which do not fit{GetAgain}",
            () => Load("Binary", Entry("Binary", 1, new BinaryCrossEntropy(), Yes, features: new VectorDataViewType(NumberDataViewType.Single, 3))));
        AssertRefused(
            $"The model file has feature column 'Features' of type Single and a network of 2 inputs, which do not fit{GetAgain}",
            () => Load("Binary", Entry("Binary", 1, new BinaryCrossEntropy(), Yes, features: Number)));
        AssertRefused(
            $"The model file has SlotNames of type Vector<String, 3> in column 'Features' where 2 texts belong{GetAgain}",
            () => Load("Binary", Entry("Binary", 1, new BinaryCrossEntropy(), Yes, namesOfFeatures: Names("SlotNames", 3))));
    }

    [Theory]
    [InlineData("Other", "Label", "feature column 'Other'")]
    [InlineData("Features", "Other", "label column 'Other'")]
    public void A_column_that_the_schema_lacks_is_refused(string features, string label, string message) => AssertRefused(
        $"The model file names {message} but has only 'Features' and 'Label'{GetAgain}",
        () => Load("Binary", Entry("Binary", 1, new BinaryCrossEntropy(), Yes, featureName: features, labelName: label)));

    [Theory]
    [InlineData(0f)]
    [InlineData(1f)]
    [InlineData(float.NaN)]
    public void A_threshold_that_is_no_probability_is_refused(float threshold) => AssertRefused(
        FormattableString.Invariant($"The model file is not valid: Threshold must be above 0 and below 1 but is {threshold}; it is a probability, ")
        + "and 0.5 says yes where yes is the likelier answer.",
        () => Load("Binary", [.. Entry("Binary", 1, new BinaryCrossEntropy(), Yes), .. BitConverter.GetBytes(threshold)]));

    [Fact]
    public void A_missing_number_that_an_infinite_one_would_replace_is_refused()
    {
        byte[] content = Written(writer =>
        {
            writer.Write("Out");
            writer.Write("In");
            writer.Write(1);
            writer.Write(float.PositiveInfinity);
            writer.Write(-1); // no indicator
            writer.Write(0);
            writer.Write(1);
            writer.Write(0.0);
            writer.Write(1.0);
        });
        AssertRefused(
            $"The model file replaces a missing number by an infinite one in slot 0{GetAgain}", () => Load<TabularNumbersTransformer>(content));
    }

    [Fact]
    public void Dates_that_end_before_they_begin_are_refused()
    {
        byte[] content = Written(writer =>
        {
            writer.Write("");
            writer.Write(1);
            writer.Write("Out");
            writer.Write("Born");
            writer.Write(5L);
            writer.Write(4L);
        });
        AssertRefused(
            $"The model file has dates of column 'Born' from tick 5 to tick 4, of which there are none{GetAgain}",
            () => Load<DatePartsTransformer>(content));
    }

    [Theory]
    [InlineData("Age", 9, 1ul)]
    [InlineData("Age", 0, 0ul)]
    [InlineData("", 0, 1ul)]
    public void Columns_that_no_table_has_are_refused(string column, byte kind, ulong count)
    {
        byte[] content = Written(writer =>
        {
            writer.Write(1);
            writer.Write(column);
            writer.Write(kind);
            writer.Write(count);
        });
        AssertRefused(
            $"The model file has column '{column}' of kind {kind} and {count} values, which no table has{GetAgain}",
            () => Load<TabularInputsTransformer>(content));
    }

    private static void AssertRefused(string message, Action load) => Assert.Equal(message, Assert.Throws<InvalidDataException>(load).Message);

    private static void Load(string task, byte[] content) => _ = task switch
    {
        "Binary" => (object)Load<NeuralNetworkBinaryTransformer>(content),
        "BinaryPredictor" => Load<BinaryPredictor>(content),
        "Multiclass" => Load<NeuralNetworkMulticlassTransformer>(content),
        "MultiLabel" => Load<NeuralNetworkMultiLabelTransformer>(content),
        "MultiTarget" => Load<NeuralNetworkMultiTargetTransformer>(content),
        _ => Load<NeuralNetworkRegressionTransformer>(content),
    };

    private static TModel Load<TModel>(byte[] content)
        where TModel : class, ILoadableModel<TModel> => TModel.Load(Host(), new ContentReader(content, new MemoryBudget(content.Length)));

    // What stands after the name of the loader.
    private static byte[] Entry(
        string task, int outputs, Loss loss, DataViewType label, DataViewSchema.Annotations? names = null, DataViewType? features = null,
        DataViewSchema.Annotations? namesOfFeatures = null, string featureName = "Features", string labelName = "Label") => Written(writer =>
    {
        if (task != "BinaryPredictor")
        {
            var schema = new DataViewSchema.Builder();
            schema.AddColumn("Features", features ?? new VectorDataViewType(NumberDataViewType.Single, 2), namesOfFeatures);
            schema.AddColumn("Label", label, names);
            writer.Write(featureName);
            writer.Write(labelName);
            SchemaContent.Write(writer, Host(), schema.ToSchema());
            writer.Flush();
        }

        NetworkFile.Save(writer.BaseStream, new Network<float>(NetworkSpec.Input(2).Dense(outputs), seed: 1), loss);
    });

    private static byte[] Written(Action<BinaryWriter> write)
    {
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true))
            write(writer);
        return stream.ToArray();
    }

    private static Loss LossOf(string name) => name switch
    {
        "BinaryCrossEntropy" => new BinaryCrossEntropy(),
        "Focal" => new Focal(),
        "Huber" => new Huber(),
        "Quantile" => new Quantile(), // three of them
        "SoftmaxCrossEntropy" => new SoftmaxCrossEntropy(),
        _ => new SquaredError(),
    };

    private static Loss UsualLoss(string task) => task switch
    {
        "Binary" or "MultiLabel" => new BinaryCrossEntropy(),
        "Multiclass" => new SoftmaxCrossEntropy(),
        _ => new SquaredError(),
    };

    private static DataViewType TypeOf(string name) => name.Split(' ') switch
    {
        ["Key", var count] => new KeyDataViewType(typeof(uint), ulong.Parse(count, null)),
        ["Boolean", var size] => new VectorDataViewType(BooleanDataViewType.Instance, int.Parse(size, null)),
        ["Single", var size] => new VectorDataViewType(NumberDataViewType.Single, int.Parse(size, null)),
        ["Boolean"] => Yes,
        _ => Number,
    };

    private static DataViewSchema.Annotations Values<T>(string kind, DataViewType item, T[] values)
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.Add(
            kind, new VectorDataViewType((PrimitiveDataViewType)item, values.Length),
            (ref VBuffer<T> value) => value = new VBuffer<T>(values.Length, values));
        return annotations.ToAnnotations();
    }

    private static DataViewSchema.Annotations Names(string kind, int count) =>
        new AnnotationBuilder().Texts(kind, [.. Enumerable.Range(0, count).Select(i => $"name {i}")]).Build();

    private static IHost Host() => ((IHostEnvironment)new MLContext()).Register("Loader");
}
