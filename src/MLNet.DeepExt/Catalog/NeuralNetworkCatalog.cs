using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Trainers;

namespace Microsoft.ML;

/// <summary>Adds <c>NeuralNetwork</c> to the trainers of a context.</summary>
public static class NeuralNetworkCatalog
{
    /// <summary>Creates a <see cref="NeuralNetworkMulticlassTrainer"/>, which predicts one of several classes with a neural network.</summary>
    /// <param name="catalog">The trainers for multiclass classification.</param>
    /// <param name="labelColumnName">The column of labels, a key.</param>
    /// <param name="featureColumnName">The column of features, a known-sized vector of <see cref="float"/>.</param>
    /// <param name="exampleWeightColumnName">A column of example weights, <see cref="float"/>; by default all rows weigh alike.</param>
    /// <param name="hiddenUnits">The units of each hidden layer; by default 256 and 128.</param>
    /// <param name="learningRate">The step size of Adam, above 0.</param>
    /// <param name="maximumEpochs">Passes over the training rows, at most; early stopping usually ends sooner.</param>
    /// <exception cref="ArgumentException">A value is out of its range; the message names it, and the remedy.</exception>
    /// <example>
    /// <code>
    /// var pipeline = ml.Transforms.Conversion.MapValueToKey("Label")
    ///     .Append(ml.Transforms.NormalizeInputs("Features"))
    ///     .Append(ml.MulticlassClassification.Trainers.NeuralNetwork())
    ///     .Append(ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
    /// ITransformer model = pipeline.Fit(train);
    /// </code>
    /// </example>
    public static NeuralNetworkMulticlassTrainer NeuralNetwork(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        string labelColumnName = "Label",
        string featureColumnName = "Features",
        string? exampleWeightColumnName = null,
        int[]? hiddenUnits = null,
        double learningRate = 0.001,
        int maximumEpochs = 200)
    {
        var options = new NeuralNetworkMulticlassTrainer.Options
        {
            LabelColumnName = labelColumnName,
            FeatureColumnName = featureColumnName,
            ExampleWeightColumnName = exampleWeightColumnName,
            LearningRate = learningRate,
            MaximumEpochs = maximumEpochs,
        };
        if (hiddenUnits is not null)
            options.HiddenUnits = hiddenUnits;
        return catalog.NeuralNetwork(options);
    }

    /// <summary>Creates a <see cref="NeuralNetworkMulticlassTrainer"/> with all that can be set on it.</summary>
    /// <param name="catalog">The trainers for multiclass classification.</param>
    /// <param name="options">The options. They are copied: later changes do not reach the trainer.</param>
    /// <exception cref="ArgumentException">A value is out of its range; the message names it, and the remedy.</exception>
    public static NeuralNetworkMulticlassTrainer NeuralNetwork(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, NeuralNetworkMulticlassTrainer.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new NeuralNetworkMulticlassTrainer(CatalogEnvironment.Of(catalog), options);
    }
}
