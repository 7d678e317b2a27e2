using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;
using MLNet.DeepExt.Interop.Combining;
using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Neural.Losses;

namespace MLNet.DeepExt.Trainers;

/// <summary>
/// Trains a neural network to tell yes from no: hidden layers as NetworkPreset says, a logistic output and cross-entropy at
/// the end, Adam, early stopping on the loss of a validation set with the best parameters restored.
/// </summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// To create this trainer, use [NeuralNetwork](xref:Microsoft.ML.NeuralNetworkCatalog.NeuralNetwork*).
///
/// ### Input and Output Columns
/// The label column must be <xref:System.Boolean>, the feature column a known-sized vector of <xref:System.Single>, the optional
/// weight column a <xref:System.Single>.
///
/// | Output Column Name | Column Type | Description |
/// | -- | -- | -- |
/// | `PredictedLabel` | <xref:System.Boolean> | Whether the probability is above the threshold, 0.5 if not set. |
/// | `Score` | <xref:System.Single> | The logit z, unbounded; above 0 for yes. |
/// | `Probability` | <xref:System.Single> | The probability of yes, 1 / (1 + e⁻ᶻ). |
///
/// ### Trainer Characteristics
/// | | |
/// | -- | -- |
/// | Machine learning task | Binary classification |
/// | Is normalization required? | Not for tables of 1,000 rows or more, see NetworkPreset; otherwise yes: NormalizeInputs |
/// | Is caching required? | No |
/// | Required NuGet in addition to Microsoft.ML | MLNet.DeepExt |
/// | Exportable to ONNX | Yes: ExportOnnx of the package MLNet.DeepExt.Onnx |
///
/// What holds for every trainer of neural networks (rows that cannot be used, sparse features, data larger than memory,
/// repeatability) is told at <xref:MLNet.DeepExt.Trainers.NeuralNetworkOptions>.
/// ]]></format>
/// </remarks>
public sealed class NeuralNetworkBinaryTrainer
    : ITrainerEstimator<NeuralNetworkBinaryTransformer, NeuralNetworkModelParameters>
{
    private readonly TrainerCore _core;
    private readonly float _threshold;

    internal NeuralNetworkBinaryTrainer(IHostEnvironment environment, Options options)
    {
        _threshold = options.Threshold;
        LabelColumnName = options.LabelColumnName;
        _core = new TrainerCore(environment.Register(nameof(NeuralNetworkBinaryTrainer)), options, new BinaryTask(
            options.Loss, options.ClassWeights, options.Threshold));
    }

    /// <summary>What ML.NET wants to know of a trainer: it wants normalized features and takes validation data.</summary>
    public TrainerInfo Info => TrainerInfos.NeuralNetwork;

    /// <summary>Trains; a share of <paramref name="input"/> is set aside to stop early by.</summary>
    /// <param name="input">The training data. It is read once, or where it is streamed, again for every epoch.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is of another type.</exception>
    /// <exception cref="InvalidOperationException">There is nothing to learn from; the message says why.</exception>
    public NeuralNetworkBinaryTransformer Fit(IDataView input) => new(_core.Host, _core.Fit(input), _threshold);

    /// <summary>Trains on one data set, and stops early by another.</summary>
    /// <param name="trainData">The training data. It is read once, or where it is streamed, again for every epoch.</param>
    /// <param name="validationData">
    /// Other data of the same schema; no parameter is learned from it. It is read as the training data is.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is of another type.</exception>
    /// <exception cref="InvalidOperationException">There is nothing to learn from; the message says why.</exception>
    public NeuralNetworkBinaryTransformer Fit(IDataView trainData, IDataView validationData) =>
        new(_core.Host, _core.Fit(trainData, validationData), _threshold);

    /// <summary>The schema after the fitted transformer: that of the input, PredictedLabel, Score and Probability.</summary>
    /// <param name="inputSchema">The schema of the data before it.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is of another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => _core.GetOutputSchema(inputSchema);

    internal string LabelColumnName { get; }

    /// <summary>The trainer in the form in which ML.NET combines binary models to a multiclass one.</summary>
    internal ITrainerEstimator<BinaryPredictionTransformer<BinaryPredictor>, BinaryPredictor> AsPredictorTrainer() =>
        new BinaryPredictorTrainer<NeuralNetworkBinaryTransformer, NeuralNetworkModelParameters>(
            _core.Host, this, fitted => (fitted.Content.Model.Network, fitted.Content.Loss));

    /// <summary>What can be set on <see cref="NeuralNetworkBinaryTrainer"/>. Nothing has to be.</summary>
    public sealed class Options : NeuralNetworkOptions
    {
        /// <summary>
        /// What training minimizes: <see cref="BinaryCrossEntropy"/>, the default, or <see cref="Focal"/> for answers of which one is
        /// rare and the other mostly easy.
        /// </summary>
        public BinaryLoss Loss { get; set; } = new BinaryCrossEntropy();

        /// <summary>
        /// What the weights of rows are multiplied by according to their label, such as <see cref="LabelWeights.Balanced"/>. Default
        /// <see cref="LabelWeights.None"/>.
        /// </summary>
        public LabelWeights ClassWeights { get; set; } = LabelWeights.None;

        /// <summary>
        /// The probability above which PredictedLabel is yes, in (0, 1). Default 0.5. Lower finds more of what is there, at the price of
        /// false alarms. It changes nothing of what is learned, and <c>ml.BinaryClassification.ChangeProbabilityThreshold</c> changes it afterwards.
        /// </summary>
        public float Threshold { get; set; } = NeuralNetworkBinaryTransformer.DefaultThreshold;

        private protected override OptionFault? FindOwnFault() =>
            Loss is null ? new(nameof(Loss), "Loss is null; use new BinaryCrossEntropy() unless you have a reason not to.")
            : ClassWeights is null ? new(nameof(ClassWeights), "ClassWeights is null; use LabelWeights.None to weigh all labels alike.")
            : NeuralNetworkBinaryTransformer.FindFaultOfThreshold(Threshold) is { } fault ? new(nameof(Threshold), fault)
            : null;
    }
}
