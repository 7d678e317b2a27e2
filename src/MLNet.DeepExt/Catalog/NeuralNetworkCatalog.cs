using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Tasks;
using MLNet.DeepExt.Trainers;

namespace Microsoft.ML;

/// <summary>Adds <c>NeuralNetwork</c> to the trainers of a context.</summary>
public static class NeuralNetworkCatalog
{
    /// <summary>Creates a <see cref="NeuralNetworkBinaryTrainer"/>, which tells yes from no with a neural network.</summary>
    /// <param name="catalog">The trainers for binary classification.</param>
    /// <param name="labelColumnName">The column of labels, a <see cref="bool"/>.</param>
    /// <param name="featureColumnName">The column of features, a known-sized vector of <see cref="float"/>.</param>
    /// <param name="exampleWeightColumnName">A column of example weights, <see cref="float"/>; by default all rows weigh alike.</param>
    /// <param name="hiddenUnits">The units of each hidden layer; by default by the preset, Balanced.</param>
    /// <param name="learningRate">The step size of Adam, above 0; by default by the preset, Balanced.</param>
    /// <param name="maximumEpochs">Passes over the training rows, at most; by default by the preset, Balanced.</param>
    /// <exception cref="ArgumentException">A value is out of its range; the message names it, and the remedy.</exception>
    /// <example>
    /// <code>
    /// var pipeline = ml.Transforms.NormalizeInputs("Features")
    ///     .Append(ml.BinaryClassification.Trainers.NeuralNetwork());
    /// ITransformer model = pipeline.Fit(train);
    /// CalibratedBinaryClassificationMetrics metrics = ml.BinaryClassification.Evaluate(model.Transform(test));
    /// </code>
    /// </example>
    public static NeuralNetworkBinaryTrainer NeuralNetwork(
        this BinaryClassificationCatalog.BinaryClassificationTrainers catalog,
        string labelColumnName = "Label",
        string featureColumnName = "Features",
        string? exampleWeightColumnName = null,
        int[]? hiddenUnits = null,
        double? learningRate = null,
        int? maximumEpochs = null) =>
        catalog.NeuralNetwork(Options<NeuralNetworkBinaryTrainer.Options>(
            labelColumnName, featureColumnName, exampleWeightColumnName, hiddenUnits, learningRate, maximumEpochs));

    /// <summary>Creates a <see cref="NeuralNetworkBinaryTrainer"/> with all that can be set on it.</summary>
    /// <param name="catalog">The trainers for binary classification.</param>
    /// <param name="options">The options. They are copied: later changes do not reach the trainer.</param>
    /// <exception cref="ArgumentException">A value is out of its range; the message names it, and the remedy.</exception>
    public static NeuralNetworkBinaryTrainer NeuralNetwork(
        this BinaryClassificationCatalog.BinaryClassificationTrainers catalog, NeuralNetworkBinaryTrainer.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new NeuralNetworkBinaryTrainer(CatalogEnvironment.Of(catalog), options);
    }

    /// <summary>
    /// Creates a <see cref="NeuralNetworkMulticlassTrainer"/>, which predicts one of several classes with a neural network.
    /// </summary>
    /// <param name="catalog">The trainers for multiclass classification.</param>
    /// <param name="labelColumnName">The column of labels, a key.</param>
    /// <param name="featureColumnName">The column of features, a known-sized vector of <see cref="float"/>.</param>
    /// <param name="exampleWeightColumnName">A column of example weights, <see cref="float"/>; by default all rows weigh alike.</param>
    /// <param name="hiddenUnits">The units of each hidden layer; by default by the preset, Balanced.</param>
    /// <param name="learningRate">The step size of Adam, above 0; by default by the preset, Balanced.</param>
    /// <param name="maximumEpochs">Passes over the training rows, at most; by default by the preset, Balanced.</param>
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
        double? learningRate = null,
        int? maximumEpochs = null) =>
        catalog.NeuralNetwork(Options<NeuralNetworkMulticlassTrainer.Options>(
            labelColumnName, featureColumnName, exampleWeightColumnName, hiddenUnits, learningRate, maximumEpochs));

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

    /// <summary>
    /// Creates a <see cref="NeuralNetworkMultiLabelTrainer"/>, which answers several questions of yes or no with a neural network.
    /// </summary>
    /// <param name="catalog">The trainers for multi-label classification.</param>
    /// <param name="labelColumnName">
    /// The column of labels, a known-sized vector of <see cref="bool"/>, or of <see cref="float"/> with NaN where a label is missing.
    /// </param>
    /// <param name="featureColumnName">The column of features, a known-sized vector of <see cref="float"/>.</param>
    /// <param name="exampleWeightColumnName">A column of example weights, <see cref="float"/>; by default all rows weigh alike.</param>
    /// <param name="hiddenUnits">The units of each hidden layer; by default by the preset, Balanced.</param>
    /// <param name="learningRate">The step size of Adam, above 0; by default by the preset, Balanced.</param>
    /// <param name="maximumEpochs">Passes over the training rows, at most; by default by the preset, Balanced.</param>
    /// <exception cref="ArgumentException">A value is out of its range; the message names it, and the remedy.</exception>
    /// <example>
    /// <code>
    /// var pipeline = ml.Transforms.NormalizeInputs("Features")
    ///     .Append(ml.MultiLabelClassification.Trainers.NeuralNetwork());
    /// ITransformer model = pipeline.Fit(train);
    /// MultiLabelClassificationMetrics metrics = ml.MultiLabelClassification.Evaluate(model.Transform(test));
    /// </code>
    /// </example>
    public static NeuralNetworkMultiLabelTrainer NeuralNetwork(
        this MultiLabelClassificationCatalog.MultiLabelClassificationTrainers catalog,
        string labelColumnName = "Label",
        string featureColumnName = "Features",
        string? exampleWeightColumnName = null,
        int[]? hiddenUnits = null,
        double? learningRate = null,
        int? maximumEpochs = null) =>
        catalog.NeuralNetwork(Options<NeuralNetworkMultiLabelTrainer.Options>(
            labelColumnName, featureColumnName, exampleWeightColumnName, hiddenUnits, learningRate, maximumEpochs));

    /// <summary>Creates a <see cref="NeuralNetworkMultiLabelTrainer"/> with all that can be set on it.</summary>
    /// <param name="catalog">The trainers for multi-label classification.</param>
    /// <param name="options">The options. They are copied: later changes do not reach the trainer.</param>
    /// <exception cref="ArgumentException">A value is out of its range; the message names it, and the remedy.</exception>
    public static NeuralNetworkMultiLabelTrainer NeuralNetwork(
        this MultiLabelClassificationCatalog.MultiLabelClassificationTrainers catalog, NeuralNetworkMultiLabelTrainer.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new NeuralNetworkMultiLabelTrainer(catalog.Environment, options);
    }

    /// <summary>
    /// Creates a <see cref="NeuralNetworkRegressionTrainer"/>, which predicts a number, or its quantiles, with a neural network.
    /// </summary>
    /// <param name="catalog">The trainers for regression.</param>
    /// <param name="labelColumnName">The column of labels, a <see cref="float"/>.</param>
    /// <param name="featureColumnName">The column of features, a known-sized vector of <see cref="float"/>.</param>
    /// <param name="exampleWeightColumnName">A column of example weights, <see cref="float"/>; by default all rows weigh alike.</param>
    /// <param name="hiddenUnits">The units of each hidden layer; by default by the preset, Balanced.</param>
    /// <param name="learningRate">The step size of Adam, above 0; by default by the preset, Balanced.</param>
    /// <param name="maximumEpochs">Passes over the training rows, at most; by default by the preset, Balanced.</param>
    /// <exception cref="ArgumentException">A value is out of its range; the message names it, and the remedy.</exception>
    /// <example>
    /// <code>
    /// var pipeline = ml.Transforms.NormalizeInputs("Features")
    ///     .Append(ml.Regression.Trainers.NeuralNetwork(new NeuralNetworkRegressionTrainer.Options { Quantiles = [0.05, 0.5, 0.95] }));
    /// ITransformer model = pipeline.Fit(train);
    /// RegressionMetrics metrics = ml.Regression.Evaluate(model.Transform(test));
    /// </code>
    /// </example>
    public static NeuralNetworkRegressionTrainer NeuralNetwork(
        this RegressionCatalog.RegressionTrainers catalog,
        string labelColumnName = "Label",
        string featureColumnName = "Features",
        string? exampleWeightColumnName = null,
        int[]? hiddenUnits = null,
        double? learningRate = null,
        int? maximumEpochs = null) =>
        catalog.NeuralNetwork(Options<NeuralNetworkRegressionTrainer.Options>(
            labelColumnName, featureColumnName, exampleWeightColumnName, hiddenUnits, learningRate, maximumEpochs));

    /// <summary>Creates a <see cref="NeuralNetworkRegressionTrainer"/> with all that can be set on it.</summary>
    /// <param name="catalog">The trainers for regression.</param>
    /// <param name="options">The options. They are copied: later changes do not reach the trainer.</param>
    /// <exception cref="ArgumentException">A value is out of its range; the message names it, and the remedy.</exception>
    public static NeuralNetworkRegressionTrainer NeuralNetwork(
        this RegressionCatalog.RegressionTrainers catalog, NeuralNetworkRegressionTrainer.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new NeuralNetworkRegressionTrainer(CatalogEnvironment.Of(catalog), options);
    }

    /// <summary>Creates a <see cref="NeuralNetworkMultiTargetTrainer"/>, which predicts several numbers with a neural network.</summary>
    /// <param name="catalog">The trainers for multi-target regression.</param>
    /// <param name="labelColumnName">The column of labels, a known-sized vector of <see cref="float"/>, NaN where one is missing.</param>
    /// <param name="featureColumnName">The column of features, a known-sized vector of <see cref="float"/>.</param>
    /// <param name="exampleWeightColumnName">A column of example weights, <see cref="float"/>; by default all rows weigh alike.</param>
    /// <param name="hiddenUnits">The units of each hidden layer; by default by the preset, Balanced.</param>
    /// <param name="learningRate">The step size of Adam, above 0; by default by the preset, Balanced.</param>
    /// <param name="maximumEpochs">Passes over the training rows, at most; by default by the preset, Balanced.</param>
    /// <exception cref="ArgumentException">A value is out of its range; the message names it, and the remedy.</exception>
    /// <example>
    /// <code>
    /// var pipeline = ml.Transforms.NormalizeInputs("Features")
    ///     .Append(ml.MultiTargetRegression.Trainers.NeuralNetwork());
    /// ITransformer model = pipeline.Fit(train);
    /// MultiTargetRegressionMetrics metrics = ml.MultiTargetRegression.Evaluate(model.Transform(test));
    /// </code>
    /// </example>
    public static NeuralNetworkMultiTargetTrainer NeuralNetwork(
        this MultiTargetRegressionCatalog.MultiTargetRegressionTrainers catalog,
        string labelColumnName = "Label",
        string featureColumnName = "Features",
        string? exampleWeightColumnName = null,
        int[]? hiddenUnits = null,
        double? learningRate = null,
        int? maximumEpochs = null) =>
        catalog.NeuralNetwork(Options<NeuralNetworkMultiTargetTrainer.Options>(
            labelColumnName, featureColumnName, exampleWeightColumnName, hiddenUnits, learningRate, maximumEpochs));

    /// <summary>Creates a <see cref="NeuralNetworkMultiTargetTrainer"/> with all that can be set on it.</summary>
    /// <param name="catalog">The trainers for multi-target regression.</param>
    /// <param name="options">The options. They are copied: later changes do not reach the trainer.</param>
    /// <exception cref="ArgumentException">A value is out of its range; the message names it, and the remedy.</exception>
    public static NeuralNetworkMultiTargetTrainer NeuralNetwork(
        this MultiTargetRegressionCatalog.MultiTargetRegressionTrainers catalog, NeuralNetworkMultiTargetTrainer.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new NeuralNetworkMultiTargetTrainer(catalog.Environment, options);
    }

    private static TOptions Options<TOptions>(
        string labelColumnName, string featureColumnName, string? exampleWeightColumnName, int[]? hiddenUnits, double? learningRate,
        int? maximumEpochs)
        where TOptions : NeuralNetworkOptions, new()
    {
        var options = new TOptions
        {
            LabelColumnName = labelColumnName,
            FeatureColumnName = featureColumnName,
            ExampleWeightColumnName = exampleWeightColumnName,
        };
        if (hiddenUnits is not null)
            options.HiddenUnits = hiddenUnits;
        if (learningRate is { } rate)
            options.LearningRate = rate;
        if (maximumEpochs is { } epochs)
            options.MaximumEpochs = epochs;
        return options;
    }
}
