using Microsoft.ML;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;
using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Neural.Losses;

namespace MLNet.DeepExt.Trainers;

/// <summary>
/// Trains a neural network to answer several questions of yes or no at once, each with a probability of its own: what the hidden layers
/// learn serves all of them. Labels may be missing.
/// </summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// To create this trainer, use [NeuralNetwork](xref:Microsoft.ML.NeuralNetworkCatalog.NeuralNetwork*).
///
/// ### Input and Output Columns
/// The label column must be a known-sized vector of <xref:System.Boolean>, or of <xref:System.Single> with 1 for yes, 0 for no and NaN
/// for unknown; the feature column a known-sized vector of <xref:System.Single>, the optional weight column a <xref:System.Single>.
/// The slots of the output columns have the names of the label's.
///
/// | Output Column Name | Column Type | Description |
/// | -- | -- | -- |
/// | `PredictedLabel` | Vector of <xref:System.Boolean> | Whether each probability is above 0.5. |
/// | `Score` | Vector of <xref:System.Single> | The logits z, unbounded; above 0 for yes. |
/// | `Probability` | Vector of <xref:System.Single> | The probability of each yes, 1 / (1 + e⁻ᶻ); they do not sum to 1. |
///
/// ### Trainer Characteristics
/// | | |
/// | -- | -- |
/// | Machine learning task | Multi-label classification |
/// | Is normalization required? | Not for tables of 1,000 rows or more, see NetworkPreset; otherwise yes: NormalizeInputs |
/// | Is caching required? | No |
/// | Required NuGet in addition to Microsoft.ML | MLNet.DeepExt |
/// | Exportable to ONNX | Yes: ExportOnnx of the package MLNet.DeepExt.Onnx |
///
/// ### Missing labels
/// Nothing is learned of a label that is NaN, and the others of its row are learned as ever: their pull does not depend on how many
/// are known. A row without any label is left out.
///
/// What holds for every trainer of neural networks (rows that cannot be used, sparse features, data larger than memory,
/// repeatability) is told at <xref:MLNet.DeepExt.Trainers.NeuralNetworkOptions>.
/// ]]></format>
/// </remarks>
public sealed class NeuralNetworkMultiLabelTrainer
    : ITrainerEstimator<NeuralNetworkMultiLabelTransformer, NeuralNetworkModelParameters>
{
    private readonly TrainerCore _core;

    internal NeuralNetworkMultiLabelTrainer(IHostEnvironment environment, Options options)
    {
        _core = new TrainerCore(environment.Register(nameof(NeuralNetworkMultiLabelTrainer)), options, new MultiLabelTask(options.Loss));
    }

    /// <summary>What ML.NET wants to know of a trainer: it wants normalized features and takes validation data.</summary>
    public TrainerInfo Info => TrainerInfos.NeuralNetwork;

    /// <summary>Trains; a share of <paramref name="input"/> is set aside to stop early by.</summary>
    /// <param name="input">The training data. It is read once, or where it is streamed, again for every epoch.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is of another type.</exception>
    /// <exception cref="InvalidOperationException">There is nothing to learn from; the message says why.</exception>
    public NeuralNetworkMultiLabelTransformer Fit(IDataView input) => new(_core.Host, _core.Fit(input));

    /// <summary>Trains on one data set, and stops early by another.</summary>
    /// <param name="trainData">The training data. It is read once, or where it is streamed, again for every epoch.</param>
    /// <param name="validationData">
    /// Other data of the same schema; no parameter is learned from it. It is read as the training data is.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is of another type.</exception>
    /// <exception cref="InvalidOperationException">There is nothing to learn from; the message says why.</exception>
    public NeuralNetworkMultiLabelTransformer Fit(IDataView trainData, IDataView validationData) =>
        new(_core.Host, _core.Fit(trainData, validationData));

    /// <summary>The schema after the fitted transformer: that of the input, PredictedLabel, Score and Probability.</summary>
    /// <param name="inputSchema">The schema of the data before it.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is of another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => _core.GetOutputSchema(inputSchema);

    /// <summary>What can be set on <see cref="NeuralNetworkMultiLabelTrainer"/>. Nothing has to be.</summary>
    public sealed class Options : NeuralNetworkOptions
    {
        /// <summary>
        /// What training minimizes: <see cref="BinaryCrossEntropy"/>, the default, or <see cref="Focal"/> for answers of which one is
        /// rare and the other mostly easy.
        /// </summary>
        public BinaryLoss Loss { get; set; } = new BinaryCrossEntropy();

        private protected override OptionFault? FindOwnFault() =>
            Loss is null ? new(nameof(Loss), "Loss is null; use new BinaryCrossEntropy() unless you have a reason not to.") : null;
    }
}
