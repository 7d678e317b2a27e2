using Microsoft.ML.Data;
using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Interop.Schemas;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Tasks;
using MLNet.DeepExt.Trainers;

namespace Microsoft.ML;

/// <summary>
/// Makes transformers of networks that are trained already: by the engine, or in PyTorch and imported with <c>SafetensorsFile</c>. They are
/// those that the trainers make: saved into <c>model.zip</c>, exported, taken up by <c>TransferFrom</c> and <c>ContinueFrom</c>.
/// </summary>
/// <remarks>
/// The network is copied. Its last layer gives logits, or numbers; softmax and sigmoid belong to the loss and come after it. It does not hold
/// what was done to features before: prepare rows as those that it was trained on.
/// </remarks>
public static class FromNetworkCatalog
{
    /// <summary>A transformer that tells classes apart, as <see cref="NeuralNetworkMulticlassTrainer"/> makes it.</summary>
    /// <param name="catalog">The catalog of the task.</param>
    /// <param name="network">The trained network; an output for each class, two at least.</param>
    /// <param name="classNames">
    /// What the classes are called, in the order of the outputs: <c>MapKeyToValue("PredictedLabel")</c> gives them. Null, the default, for
    /// classes that are numbers from 1 on.
    /// </param>
    /// <param name="featureColumnName">The column of features, a vector of as many <see cref="float"/> as the network has inputs.</param>
    /// <param name="loss">The loss that it was trained with, which turns logits into scores; null, the default, for softmax.</param>
    /// <exception cref="ArgumentException">The outputs are not those of classes, or the names are not one for each.</exception>
    /// <example>
    /// <code>
    /// var network = new Network&lt;float&gt;(NetworkSpec.Input(4).Dense(16).Relu().Dense(3), seed: 1);
    /// SafetensorsFile.Read(stream).ImportInto(network);
    /// var model = ml.MulticlassClassification.FromNetwork(network, ["setosa", "versicolor", "virginica"]);
    /// ml.Model.Save(model, data.Schema, "model.zip");
    /// </code>
    /// </example>
    public static NeuralNetworkMulticlassTransformer FromNetwork(
        this MulticlassClassificationCatalog catalog,
        Network<float> network,
        IReadOnlyList<string>? classNames = null,
        string featureColumnName = "Features",
        SoftmaxCrossEntropy? loss = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        Require(network, featureColumnName);
        if (network.Spec.Outputs < 2)
        {
            throw new ArgumentException(
                $"The network has {network.Spec.Outputs} output but classes need one each; use BinaryClassification.FromNetwork for yes or no.",
                nameof(network));
        }

        var label = new KeyDataViewType(typeof(uint), network.Spec.Outputs);
        DataViewSchema.Annotations? names = GivenNetwork.Names(AnnotationKinds.KeyValues, classNames, network, nameof(classNames));
        return new NeuralNetworkMulticlassTransformer(
            CatalogEnvironment.Of(catalog).Register(nameof(NeuralNetworkMulticlassTransformer)),
            GivenNetwork.Content(network, loss ?? new SoftmaxCrossEntropy(), featureColumnName, label, names));
    }

    /// <summary>A transformer that says yes or no, as <see cref="NeuralNetworkBinaryTrainer"/> makes it.</summary>
    /// <param name="catalog">The catalog of the task.</param>
    /// <param name="network">The trained network; its one output is the logit of yes.</param>
    /// <param name="featureColumnName">The column of features, a vector of as many <see cref="float"/> as the network has inputs.</param>
    /// <param name="loss">The loss that it was trained with; null, the default, for <see cref="BinaryCrossEntropy"/>.</param>
    /// <exception cref="ArgumentException">The network has several outputs.</exception>
    public static NeuralNetworkBinaryTransformer FromNetwork(
        this BinaryClassificationCatalog catalog, Network<float> network, string featureColumnName = "Features", BinaryLoss? loss = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        Require(network, featureColumnName);
        GivenNetwork.RequireOneOutput(
            network, "use MulticlassClassification.FromNetwork for classes, MultiLabelClassification.FromNetwork for several answers");
        return new NeuralNetworkBinaryTransformer(
            CatalogEnvironment.Of(catalog).Register(nameof(NeuralNetworkBinaryTransformer)),
            GivenNetwork.Content(network, loss ?? new BinaryCrossEntropy(), featureColumnName, BooleanDataViewType.Instance),
            NeuralNetworkBinaryTransformer.DefaultThreshold);
    }

    /// <summary>A transformer that predicts a number or its quantiles, as <see cref="NeuralNetworkRegressionTrainer"/> makes it.</summary>
    /// <param name="catalog">The catalog of the task.</param>
    /// <param name="network">The trained network; one output, or one for each quantile of <paramref name="loss"/>.</param>
    /// <param name="featureColumnName">The column of features, a vector of as many <see cref="float"/> as the network has inputs.</param>
    /// <param name="loss">
    /// The loss that it was trained with, whose <see cref="ElementwiseLoss.Scaling"/> brings outputs back into the units of the target; null,
    /// the default, for <see cref="SquaredError"/> of targets as they are.
    /// </param>
    /// <exception cref="ArgumentException">The network has other outputs than the loss wants.</exception>
    public static NeuralNetworkRegressionTransformer FromNetwork(
        this RegressionCatalog catalog, Network<float> network, string featureColumnName = "Features", ElementwiseLoss? loss = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        Require(network, featureColumnName);
        if (loss is Quantile quantile ? network.Spec.Outputs != quantile.Quantiles.Count : network.Spec.Outputs != 1)
        {
            throw new ArgumentException(
                $"The network has {network.Spec.Outputs} outputs but the loss is of {(loss as Quantile)?.Quantiles.Count ?? 1}; give the Quantile " +
                "that it was trained with, or use MultiTargetRegression.FromNetwork for several targets.", nameof(network));
        }

        return new NeuralNetworkRegressionTransformer(
            CatalogEnvironment.Of(catalog).Register(nameof(NeuralNetworkRegressionTransformer)),
            GivenNetwork.Content(network, loss ?? new SquaredError(), featureColumnName, NumberDataViewType.Single));
    }

    /// <summary>A transformer that gives several answers of yes or no, as <see cref="NeuralNetworkMultiLabelTrainer"/> makes it.</summary>
    /// <param name="catalog">The catalog of the task.</param>
    /// <param name="network">The trained network; an output for each label, its logit of yes.</param>
    /// <param name="labelNames">What the labels are called, in the order of the outputs; null, the default, for none.</param>
    /// <param name="featureColumnName">The column of features, a vector of as many <see cref="float"/> as the network has inputs.</param>
    /// <param name="loss">The loss that it was trained with; null, the default, for <see cref="BinaryCrossEntropy"/>.</param>
    /// <exception cref="ArgumentException">The names are not one for each output.</exception>
    public static NeuralNetworkMultiLabelTransformer FromNetwork(
        this MultiLabelClassificationCatalog catalog,
        Network<float> network,
        IReadOnlyList<string>? labelNames = null,
        string featureColumnName = "Features",
        BinaryLoss? loss = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        Require(network, featureColumnName);
        var label = new VectorDataViewType(BooleanDataViewType.Instance, network.Spec.Outputs);
        DataViewSchema.Annotations? names = GivenNetwork.Names(AnnotationKinds.SlotNames, labelNames, network, nameof(labelNames));
        return new NeuralNetworkMultiLabelTransformer(
            catalog.Environment.Register(nameof(NeuralNetworkMultiLabelTransformer)),
            GivenNetwork.Content(network, loss ?? new BinaryCrossEntropy(), featureColumnName, label, names));
    }

    /// <summary>A transformer that predicts several numbers, as <see cref="NeuralNetworkMultiTargetTrainer"/> makes it.</summary>
    /// <param name="catalog">The catalog of the task.</param>
    /// <param name="network">The trained network; an output for each target.</param>
    /// <param name="targetNames">What the targets are called, in the order of the outputs; null, the default, for none.</param>
    /// <param name="featureColumnName">The column of features, a vector of as many <see cref="float"/> as the network has inputs.</param>
    /// <param name="loss">
    /// The loss that it was trained with, whose <see cref="ElementwiseLoss.Scaling"/> brings outputs back into the units of the targets; null,
    /// the default, for <see cref="SquaredError"/> of targets as they are.
    /// </param>
    /// <exception cref="ArgumentException">The names are not one for each output, or the loss is <see cref="Quantile"/>.</exception>
    public static NeuralNetworkMultiTargetTransformer FromNetwork(
        this MultiTargetRegressionCatalog catalog,
        Network<float> network,
        IReadOnlyList<string>? targetNames = null,
        string featureColumnName = "Features",
        ElementwiseLoss? loss = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        Require(network, featureColumnName);
        if (loss is Quantile)
        {
            throw new ArgumentException(
                "The loss is Quantile, which is of several numbers for each target; use Regression.FromNetwork for the quantiles of one target.",
                nameof(loss));
        }

        var label = new VectorDataViewType(NumberDataViewType.Single, network.Spec.Outputs);
        DataViewSchema.Annotations? names = GivenNetwork.Names(AnnotationKinds.SlotNames, targetNames, network, nameof(targetNames));
        return new NeuralNetworkMultiTargetTransformer(
            catalog.Environment.Register(nameof(NeuralNetworkMultiTargetTransformer)),
            GivenNetwork.Content(network, loss ?? new SquaredError(), featureColumnName, label, names));
    }

    private static void Require(Network<float> network, string featureColumnName)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentException.ThrowIfNullOrEmpty(featureColumnName);
    }
}
