using Microsoft.ML;
using Microsoft.ML.Runtime;
using Microsoft.ML.SearchSpace;
using Microsoft.ML.Trainers;
using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Neural.Losses;

namespace MLNet.DeepExt.Trainers;

/// <summary>
/// Trains a neural network to tell two or more classes apart: hidden layers as NetworkPreset says, softmax and
/// cross-entropy at the end, Adam, early stopping on the loss of a validation set with the best parameters restored.
/// </summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// To create this trainer, use [NeuralNetwork](xref:Microsoft.ML.NeuralNetworkCatalog.NeuralNetwork*).
///
/// ### Input and Output Columns
/// The label column must be a [key](xref:Microsoft.ML.Data.KeyDataViewType) of two values or more, the feature column a
/// known-sized vector of <xref:System.Single>, the optional weight column a <xref:System.Single>.
///
/// | Output Column Name | Column Type | Description |
/// | -- | -- | -- |
/// | `Score` | Vector of <xref:System.Single> | The probability of each class; they sum to 1. |
/// | `PredictedLabel` | [key](xref:Microsoft.ML.Data.KeyDataViewType) type | The most probable class, with the label's key values. |
///
/// ### Trainer Characteristics
/// | | |
/// | -- | -- |
/// | Machine learning task | Multiclass classification |
/// | Is normalization required? | Not for tables of 1,000 rows or more, see NetworkPreset; otherwise yes: NormalizeInputs |
/// | Is caching required? | No |
/// | Required NuGet in addition to Microsoft.ML | MLNet.DeepExt |
/// | Exportable to ONNX | Yes: ExportOnnx of the package MLNet.DeepExt.Onnx |
///
/// What holds for every trainer of neural networks (rows that cannot be used, sparse features, data larger than memory,
/// repeatability) is told at <xref:MLNet.DeepExt.Trainers.NeuralNetworkOptions>.
/// ]]></format>
/// </remarks>
public sealed class NeuralNetworkMulticlassTrainer
    : ITrainerEstimator<NeuralNetworkMulticlassTransformer, NeuralNetworkModelParameters>
{
    private readonly TrainerCore _core;

    internal NeuralNetworkMulticlassTrainer(IHostEnvironment environment, Options options)
    {
        _core = new TrainerCore(environment.Register(nameof(NeuralNetworkMulticlassTrainer)), options, new MulticlassTask(
            new SoftmaxCrossEntropy { LabelSmoothing = options.LabelSmoothing }, options.ClassWeights)
        {
            IsSmoothingGiven = options.IsGiven(nameof(options.LabelSmoothing)),
        });
    }

    /// <summary>What ML.NET wants to know of a trainer: it wants normalized features and takes validation data.</summary>
    public TrainerInfo Info => TrainerInfos.NeuralNetwork;

    /// <summary>Trains; a share of <paramref name="input"/> is set aside to stop early by.</summary>
    /// <param name="input">The training data. It is read once, or where it is streamed, again for every epoch.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is of another type.</exception>
    /// <exception cref="InvalidOperationException">There is nothing to learn from; the message says why.</exception>
    public NeuralNetworkMulticlassTransformer Fit(IDataView input) => new(_core.Host, _core.Fit(input));

    /// <summary>Trains on one data set, and stops early by another.</summary>
    /// <param name="trainData">The training data. It is read once, or where it is streamed, again for every epoch.</param>
    /// <param name="validationData">
    /// Other data of the same schema; no parameter is learned from it. It is read as the training data is.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is of another type.</exception>
    /// <exception cref="InvalidOperationException">There is nothing to learn from; the message says why.</exception>
    public NeuralNetworkMulticlassTransformer Fit(IDataView trainData, IDataView validationData) =>
        new(_core.Host, _core.Fit(trainData, validationData));

    /// <summary>The schema after the fitted transformer: that of the input, PredictedLabel and Score.</summary>
    /// <param name="inputSchema">The schema of the data before it.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is of another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => _core.GetOutputSchema(inputSchema);

    /// <summary>What can be set on <see cref="NeuralNetworkMulticlassTrainer"/>. Nothing has to be.</summary>
    public sealed class Options : NeuralNetworkOptions
    {
        /// <summary>
        /// The share of a label that is spread evenly over all classes, in [0, 1), so that the network does not become surer than the
        /// labels deserve; 0.1 is a usual value. Not set, it is by the preset: 0.1 on tables with three classes or more, and 0 otherwise.
        /// </summary>
        [Range(0d, 0.2d, 0d)]
        public double LabelSmoothing { get; set => field = Given(value); }

        /// <summary>
        /// What the weights of rows are multiplied by according to their label, such as <see cref="LabelWeights.Balanced"/>. Default
        /// <see cref="LabelWeights.None"/>.
        /// </summary>
        public LabelWeights ClassWeights { get; set; } = LabelWeights.None;

        private protected override OptionFault? FindOwnFault() =>
            ClassWeights is null ? new(nameof(ClassWeights), "ClassWeights is null; use LabelWeights.None to weigh all labels alike.") : null;
    }
}
