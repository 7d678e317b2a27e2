using Microsoft.ML;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;
using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Neural.Losses;

namespace MLNet.DeepExt.Trainers;

/// <summary>
/// Trains a neural network to predict several numbers at once: what the hidden layers learn serves all of them. Numbers may be missing.
/// </summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// To create this trainer, use [NeuralNetwork](xref:Microsoft.ML.NeuralNetworkCatalog.NeuralNetwork*).
///
/// ### Input and Output Columns
/// The label column must be a known-sized vector of <xref:System.Single>, the feature column another one, the optional weight column a
/// <xref:System.Single>. Labels need no normalization: the network learns each standardized, by the weighted mean and standard
/// deviation of all rows given to Fit as training data (those that it sets aside for validation included), so that all count alike, and
/// gives them back in their own units.
/// The slots of the output column have the names of the label's.
///
/// | Output Column Name | Column Type | Description |
/// | -- | -- | -- |
/// | `Score` | Vector of <xref:System.Single> | The predictions. |
///
/// ### Trainer Characteristics
/// | | |
/// | -- | -- |
/// | Machine learning task | Multi-target regression |
/// | Is normalization required? | Not for tables of 1,000 rows or more, see NetworkPreset; otherwise yes: NormalizeInputs |
/// | Is caching required? | No |
/// | Required NuGet in addition to Microsoft.ML | MLNet.DeepExt |
/// | Exportable to ONNX | Yes: ExportOnnx of the package MLNet.DeepExt.Onnx |
///
/// ### Missing numbers
/// Nothing is learned of a number that is NaN, and the others of its row are learned as ever; a warning counts the missing numbers of each slot.
/// A row without any number is left out. A slot without a number in any row to learn from is an error, and so is an infinite number.
///
/// What holds for every trainer of neural networks (rows that cannot be used, sparse features, data larger than memory,
/// repeatability) is told at <xref:MLNet.DeepExt.Trainers.NeuralNetworkOptions>.
/// ]]></format>
/// </remarks>
public sealed class NeuralNetworkMultiTargetTrainer
    : ITrainerEstimator<NeuralNetworkMultiTargetTransformer, NeuralNetworkModelParameters>
{
    private readonly TrainerCore _core;

    internal NeuralNetworkMultiTargetTrainer(IHostEnvironment environment, Options options)
    {
        _core = new TrainerCore(
            environment.Register(nameof(NeuralNetworkMultiTargetTrainer)), options, new MultiTargetTask(options.Loss, options.ClampPredictions));
    }

    /// <summary>What ML.NET wants to know of a trainer: it wants normalized features and takes validation data.</summary>
    public TrainerInfo Info => TrainerInfos.NeuralNetwork;

    /// <summary>Trains; a share of <paramref name="input"/> is set aside to stop early by.</summary>
    /// <param name="input">The training data. It is read once, or where it is streamed, again for every epoch.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is of another type.</exception>
    /// <exception cref="InvalidOperationException">There is nothing to learn from; the message says why.</exception>
    public NeuralNetworkMultiTargetTransformer Fit(IDataView input) => new(_core.Host, _core.Fit(input));

    /// <summary>Trains on one data set, and stops early by another.</summary>
    /// <param name="trainData">The training data. It is read once, or where it is streamed, again for every epoch.</param>
    /// <param name="validationData">
    /// Other data of the same schema; no parameter is learned from it. It is read as the training data is.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is of another type.</exception>
    /// <exception cref="InvalidOperationException">There is nothing to learn from; the message says why.</exception>
    public NeuralNetworkMultiTargetTransformer Fit(IDataView trainData, IDataView validationData) =>
        new(_core.Host, _core.Fit(trainData, validationData));

    /// <summary>The schema after the fitted transformer: that of the input, Score.</summary>
    /// <param name="inputSchema">The schema of the data before it.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is of another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => _core.GetOutputSchema(inputSchema);

    /// <summary>What can be set on <see cref="NeuralNetworkMultiTargetTrainer"/>. Nothing has to be.</summary>
    public sealed class Options : NeuralNetworkOptions
    {
        /// <summary>
        /// What training minimizes: <see cref="SquaredError"/>, the default, which predicts the mean; <see cref="AbsoluteError"/>, the
        /// median; or <see cref="Huber"/>, which forgives outliers. Its units are those of standardized
        /// targets, unless it has a <see cref="ElementwiseLoss.Scaling"/> of its own.
        /// </summary>
        public ElementwiseLoss Loss { get; set; } = new SquaredError();

        /// <summary>
        /// Whether predictions are kept between the lowest and the highest label of the training rows, of each target, those set aside for
        /// validation included: a row unlike all others then cannot get a number beyond all that was seen. Where labels rise with time it caps
        /// what should rise: set it to false there. Null, the default, is by the preset: true on tables, and false otherwise; a
        /// training that goes on clamps where the model before did, to the range of the old and the new labels. A
        /// <see cref="ElementwiseLoss.Range"/> of <see cref="Loss"/> wins.
        /// </summary>
        public bool? ClampPredictions { get; set; }

        private protected override OptionFault? FindOwnFault() => Loss switch
        {
            null => new(nameof(Loss), "Loss is null; use new SquaredError() unless you have a reason not to."),
            Quantile => new(
                nameof(Loss), "Loss is Quantile, which predicts several numbers for each target; use Regression for the quantiles of one target."),
            _ => null,
        };
    }
}
