using Microsoft.ML;
using MLNet.DeepExt.Neural.Augmentations;
using MLNet.DeepExt.Trainers;
using MLNet.DeepExt.Transforms;
using MLNet.DeepExt.Transforms.Tabular;

namespace MLNet.DeepExt.Tests.Contracts;

/// <summary>Every estimator of the package, public or not. A new one needs a case here.</summary>
internal static class EstimatorCases
{
    public static readonly EstimatorCase[] All =
    [
        new("Binary", ml => Binary(ml), ["Features"], "Yes"),
        new("Binary, features with categories", ml => Binary(ml, "Mixed"), ["Mixed"], "Yes"),
        new("Binary, within ML.NET's combinations", ml => Binary(ml).AsPredictorTrainer(), ["Features"], "Yes"),
        new("Multiclass, keys", ml => ml.MulticlassClassification.Trainers.NeuralNetwork(Fast<NeuralNetworkMulticlassTrainer.Options>("Class")),
            ["Features"], "Class"),
        new("Multiclass, keys of texts",
            ml => ml.MulticlassClassification.Trainers.NeuralNetwork(Fast<NeuralNetworkMulticlassTrainer.Options>("Species")),
            ["Features"], "Species"),
        new("Regression", ml => ml.Regression.Trainers.NeuralNetwork(Fast<NeuralNetworkRegressionTrainer.Options>("Target")), ["Features"], "Target"),
        new("Regression, quantiles", Quantiles, ["Features"], "Target"),
        new("MultiLabel, numbers", ml => ml.MultiLabelClassification.Trainers.NeuralNetwork(Fast<NeuralNetworkMultiLabelTrainer.Options>("Flags")),
            ["Features"], "Flags"),
        new("MultiLabel, Booleans", ml => ml.MultiLabelClassification.Trainers.NeuralNetwork(Fast<NeuralNetworkMultiLabelTrainer.Options>("Answers")),
            ["Features"], "Answers"),
        new("MultiTarget", ml => ml.MultiTargetRegression.Trainers.NeuralNetwork(Fast<NeuralNetworkMultiTargetTrainer.Options>("Targets")),
            ["Features"], "Targets"),
        .. Enum.GetValues<NormalizationMethod>().SelectMany(method => new[]
        {
            new EstimatorCase($"{method} of a vector, in place", ml => Normalize(ml, method, new InputOutputColumnPair("Features")), ["Features"]),
            new EstimatorCase($"{method} of a number", ml => Normalize(ml, method, new InputOutputColumnPair("Aged", "Age")), ["Age"]),
            new EstimatorCase($"{method} of categories, a vector and a number",
                ml => Normalize(ml, method, new("Out", "Mixed"), new("Features"), new("Age")),
                ["Mixed", "Features", "Age"]),
        }),
        Table("every type", "Age", "Gaps", "Children", "Born", "Seen", "Took", "City", "Yes", "Class", "Features", "Pixels"),
        Table("numbers without gaps", "Age", "Features"),
        Table("numbers with gaps", "Gaps", "Age"),
        Table("vectors with categories", "Mixed"),
        Table("texts", "City"),
        Table("keys of texts", "Species"),
        Table("dates", "Born", "Took"),
        Table("texts and numbers", "City", "Age"),
        new("TabularFeatures, all columns but one", ml => ml.Transforms.TabularFeatures(
            new TabularFeaturesEstimator.Options { OutputColumnName = "Table", LabelColumnName = "Class", ExcludedColumnNames = ["Words"] }),
            ["Age", "City", "Features"], "Class"),
        new("ImageFeatures of bytes", ml => ml.Transforms.ImageFeatures("Image", "Pixels", height: 2, width: 2, colors: ImageColors.Rgb), ["Pixels"]),
        new("ImageFeatures of floats, in place", ml => ml.Transforms.ImageFeatures("Picture", "Picture", height: 2, width: 2), ["Picture"]),
        new("MixWithNoise", ml => ml.Transforms.MixWithNoise("Features", ContractRow.Load(ml), snrDb: 10, noiseColumnName: "Picture"), ["Features"]),
        new("AugmentImages", ml => ml.Transforms.AugmentImages("Picture", Augment.Rotate(10).OnImages(2, 2)), ["Picture"]),
        new("AugmentImages, another column", ml => ml.Transforms.AugmentImages(
            new AugmentImagesEstimator.Options { OutputColumnName = "Turned", InputColumnName = "Picture",
            Recipe = Augment.Rotate(10).OnImages(2, 2) }), ["Picture"]),
        new("Contributions", Contributions, ["Features"]),
        new("Dates",
            ml => new DatePartsEstimator(ml, new("BornParts", "Born"), new("SeenParts", "Seen"), new("TookParts", "Took")), ["Born", "Seen", "Took"]),
    ];

    public static TheoryData<string> Names => [.. All.Select(one => one.Name)];

    public static EstimatorCase Of(string name) => Array.Find(All, one => one.Name == name)!;

    private static NeuralNetworkBinaryTrainer Binary(MLContext context, string features = "Features") =>
        context.BinaryClassification.Trainers.NeuralNetwork(Fast<NeuralNetworkBinaryTrainer.Options>("Yes", features));

    private static NeuralNetworkRegressionTrainer Quantiles(MLContext context)
    {
        var options = Fast<NeuralNetworkRegressionTrainer.Options>("Target");
        options.Quantiles = [0.1, 0.5, 0.9];
        return context.Regression.Trainers.NeuralNetwork(options);
    }

    private static FeatureContributionEstimator Contributions(MLContext context) =>
        context.Transforms.CalculateFeatureContribution(Binary(context).Fit(ContractRow.Load(context)));

    private static NormalizeInputsEstimator Normalize(MLContext context, NormalizationMethod method, params InputOutputColumnPair[] columns) =>
        context.Transforms.NormalizeInputs(new NormalizeInputsEstimator.Options { Columns = columns, Method = method });

    private static EstimatorCase Table(string what, params string[] columns) => new(
        $"TabularFeatures of {what}",
        ml => ml.Transforms.TabularFeatures(
            new TabularFeaturesEstimator.Options { OutputColumnName = "Table", LabelColumnName = "Target", InputColumnNames = columns }),
        columns);

    private static TOptions Fast<TOptions>(string label, string features = "Features")
        where TOptions : NeuralNetworkOptions, new() => new()
        {
            LabelColumnName = label,
            FeatureColumnName = features,
            ExampleWeightColumnName = "Weight",
            HiddenUnits = [4],
            MaximumEpochs = 2,
            BatchSize = 16,
            NumberOfThreads = 1,
            Seed = 1,
        };
}
