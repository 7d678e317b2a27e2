using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Tests.Support;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Tests.Trainers;

public sealed partial class NeuralNetworkMulticlassTrainingTests
{
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
        IDataView data = context.Data.LoadFromEnumerable(Enumerable.Range(0, 40).Select(i => new LabelRow<TLabel>
        {
            Label = labels[i % labels.Length],
            Features = [i % labels.Length],
        }).ToArray(), definition);
        return context.Transforms.Conversion.MapValueToKey("Label").Fit(data).Transform(data);
    }

    private sealed class LabelRow<TLabel>
    {
        public TLabel Label { get; set; } = default!;

        public float[] Features { get; set; } = [];
    }
}
