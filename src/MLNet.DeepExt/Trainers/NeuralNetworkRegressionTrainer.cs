using Microsoft.ML;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;
using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Neural.Losses;

namespace MLNet.DeepExt.Trainers;

/// <summary>
/// Trains a neural network to predict a number, or the quantiles of one: hidden layers as NetworkPreset says, a linear output
/// and squared error at the end, Adam, early stopping on the loss of a validation set with the best parameters restored.
/// </summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// To create this trainer, use [NeuralNetwork](xref:Microsoft.ML.NeuralNetworkCatalog.NeuralNetwork*).
///
/// ### Input and Output Columns
/// The label column must be <xref:System.Single>, the feature column a known-sized vector of <xref:System.Single>, the optional
/// weight column a <xref:System.Single>. Labels need no normalization: the network learns them standardized, by the weighted mean and
/// standard deviation of all rows given to Fit as training data (those that it sets aside for validation included), and gives them back
/// in their own units.
///
/// | Output Column Name | Column Type | Description |
/// | -- | -- | -- |
/// | `Score` | <xref:System.Single> | The prediction; with quantiles, the median. |
/// | `Quantiles` | Vector of <xref:System.Single> | With quantiles only: each, ascending; the slots are named by them, such as `0.05`. |
///
/// ### Trainer Characteristics
/// | | |
/// | -- | -- |
/// | Machine learning task | Regression |
/// | Is normalization required? | Not for tables of 1,000 rows or more, see NetworkPreset; otherwise yes: NormalizeInputs |
/// | Is caching required? | No |
/// | Required NuGet in addition to Microsoft.ML | MLNet.DeepExt |
/// | Exportable to ONNX | Yes: ExportOnnx of the package MLNet.DeepExt.Onnx |
///
/// ### Quantiles
/// With Options.Quantiles the network predicts numbers below which the label lies with these probabilities. Two of them are a
/// prediction interval: between the quantiles 0.05 and 0.95 lie nine of ten labels of rows like those in training. They never cross.
/// Score is the median: the quantile 0.5 where it is among them, which is the best choice since it is learned; otherwise interpolated
/// linearly between the two on either side of it, which of 0.05 and 0.95 is their midpoint; where all lie on one side, the nearest.
///
/// After training they are calibrated on the validation rows (Y. Romano, E. Patterson, E. Candès, "Conformalized quantile regression", 2019, the
/// asymmetric form): of the n residuals y - q(x) of quantile τ the one of rank τ·(n + 1), between two of them interpolated, is added to it. Of new
/// rows the share τ then lies below it, in expectation, whatever the network has learned. By which validation rows there are, the share within an
/// interval of 90 % varies by √(0.09/n): by 1 % for 900 of them, by 3 % for 100. Calibrated on a tenth of 3,000 and of 10,000 rows, intervals of
/// 90 % of Balanced held 88.4-91.5 % of new rows (three tables, five samples of them, 3 seeds each); without, 87.9-93.1 %. Of 100 validation
/// rows they held 86.5-93.6 %, and 87.5-94.0 % without.
///
/// What holds for every trainer of neural networks (rows that cannot be used, sparse features, data larger than memory,
/// repeatability) is told at <xref:MLNet.DeepExt.Trainers.NeuralNetworkOptions>.
/// ]]></format>
/// </remarks>
public sealed class NeuralNetworkRegressionTrainer
    : ITrainerEstimator<NeuralNetworkRegressionTransformer, NeuralNetworkModelParameters>
{
    private readonly TrainerCore _core;

    internal NeuralNetworkRegressionTrainer(IHostEnvironment environment, Options options)
    {
        _core = new TrainerCore(environment.Register(nameof(NeuralNetworkRegressionTrainer)), options, new RegressionTask(
            options.EffectiveLoss, options.ClampPredictions, options.QuantileCalibration));
    }

    /// <summary>What ML.NET wants to know of a trainer: it wants normalized features and takes validation data.</summary>
    public TrainerInfo Info => TrainerInfos.NeuralNetwork;

    /// <summary>Trains; a share of <paramref name="input"/> is set aside to stop early by.</summary>
    /// <param name="input">The training data. It is read once, or where it is streamed, again for every epoch.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is of another type.</exception>
    /// <exception cref="InvalidOperationException">There is nothing to learn from; the message says why.</exception>
    public NeuralNetworkRegressionTransformer Fit(IDataView input) => new(_core.Host, _core.Fit(input));

    /// <summary>Trains on one data set, and stops early by another.</summary>
    /// <param name="trainData">The training data. It is read once, or where it is streamed, again for every epoch.</param>
    /// <param name="validationData">
    /// Other data of the same schema; no parameter is learned from it. It is read as the training data is.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is of another type.</exception>
    /// <exception cref="InvalidOperationException">There is nothing to learn from; the message says why.</exception>
    public NeuralNetworkRegressionTransformer Fit(IDataView trainData, IDataView validationData) =>
        new(_core.Host, _core.Fit(trainData, validationData));

    /// <summary>The schema after the fitted transformer: that of the input, Score, and with quantiles Quantiles.</summary>
    /// <param name="inputSchema">The schema of the data before it.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is of another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => _core.GetOutputSchema(inputSchema);

    /// <summary>What can be set on <see cref="NeuralNetworkRegressionTrainer"/>. Nothing has to be.</summary>
    public sealed class Options : NeuralNetworkOptions
    {
        /// <summary>
        /// What training minimizes: <see cref="SquaredError"/>, the default, which predicts the mean; <see cref="AbsoluteError"/>, the
        /// median; or <see cref="Huber"/>, which forgives outliers; or <see cref="Quantile"/>. Its units are those of standardized
        /// targets, unless it has a <see cref="ElementwiseLoss.Scaling"/> of its own.
        /// </summary>
        public ElementwiseLoss Loss { get; set; } = new SquaredError();

        /// <summary>
        /// The quantiles to predict, each in (0, 1), ascending, such as 0.05, 0.5 and 0.95: it is a short way to say that
        /// <see cref="Loss"/> is a <see cref="Quantile"/>. Null, the default, predicts one number by <see cref="Loss"/>.
        /// </summary>
        public double[]? Quantiles { get; set; }

        /// <summary>
        /// Whether predictions are kept between the lowest and the highest label of the training rows, those set aside for
        /// validation included: a row unlike all others then cannot get a number beyond all that was seen. Where labels rise with time it caps
        /// what should rise: set it to false there. Null, the default, is by the preset: true on tables, but not of quantiles, and false otherwise; a
        /// training that goes on clamps where the model before did, to the range of the old and the new labels. A
        /// <see cref="ElementwiseLoss.Range"/> of <see cref="Loss"/> wins.
        /// </summary>
        public bool? ClampPredictions { get; set; }

        /// <summary>
        /// Whether quantiles are calibrated after training: each is shifted so that, on the validation rows, the share of the labels that it
        /// promises lies below it (Romano, Patterson, Candès 2019). Default true, with every preset; it takes one more pass over these rows. A
        /// quantile for which they are too few stays as it is, with a warning: 0.05 and 0.95 need 19, 0.01 needs 99. It changes nothing where there
        /// are no quantiles, no validation rows, or training was cancelled. Fewer than 3,000 rows are divided into five folds for it, as
        /// <see cref="NetworkPreset"/> describes, which trains five networks; set <see cref="NeuralNetworkOptions.CrossFitting"/> to false to train one.
        /// </summary>
        public bool QuantileCalibration { get; set; } = true;

        internal ElementwiseLoss EffectiveLoss =>
            Quantiles is null ? Loss : new Quantile { Quantiles = Quantiles, Scaling = Loss?.Scaling, Range = Loss?.Range };

        private protected override OptionFault? FindOwnFault()
        {
            if (Loss is null)
                return new(nameof(Loss), "Loss is null; use new SquaredError() unless you have a reason not to.");
            return Quantiles is not null && Loss is not SquaredError
                ? new(
                    nameof(Quantiles),
                    $"Quantiles are given but Loss is {Loss.GetType().Name}; quantiles have a loss of their own, so leave Loss as it is.")
                : null;
        }
    }
}
