using Microsoft.ML;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;
using MLNet.DeepExt.Interop.Hosting;

namespace MLNet.DeepExt.Trainers;

/// <summary>
/// Trains a neural network to tell two or more classes apart: hidden layers of batch normalization and ReLU, softmax and
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
/// | Is normalization required? | Yes: NormalizeInputs |
/// | Is caching required? | No |
/// | Required NuGet in addition to Microsoft.ML | MLNet.DeepExt |
/// | Exportable to ONNX | No |
///
/// ### Rows that cannot be used
/// In training, rows with NaN or infinite features, without a label or without a weight are left out; one warning counts them.
/// Rows of weight 0 are left out too. In scoring, a row with NaN or infinite features gets NaN for every score and a missing
/// PredictedLabel; so does a row whose finite features are so large (about 1e38) that sums in the network overflow to NaN.
///
/// Weights weigh the loss, in training and in validation; batch normalization counts every row alike.
///
/// ### Sparse features
/// Text or categories make vectors of many features of which few are not 0. Rows of 256 features or more of which, over all
/// rows that can be used, at most one in 8 is not 0 are kept without their zeros, whatever form the vectors come in. Then
/// memory, an epoch and a prediction cost by the features that are not 0 and by the weights, not by rows times features; and
/// the first weights of a feature are updated in the steps whose batch has it, and stand still in the others (as `SparseAdam`
/// does elsewhere), where otherwise Adam's averages move all weights in every step. Predictions are the same, to the bit,
/// whatever the form. Do not put NormalizeInputs before such features: it moves their zeros, and every vector becomes dense.
/// FeaturizeText brings its features to one scale by itself, and NormalizeMinMax with fixZero, its default, keeps zeros. A
/// network of your own reads sparse rows if its first layer is a Dense; otherwise they are written out batch by batch. Streamed
/// rows are written out as well, all their weights move in every step, and their zeros cost time; one warning says so where
/// DataMode.Auto came to stream such rows.
///
/// ### Data larger than memory
/// Up to 1 GiB of features (4 bytes each, or 8 for each that is not 0 where they are kept sparse) is read once and held in
/// memory. Larger data is streamed: it is read again for every epoch, on a thread of its own, and its rows are shuffled within
/// a buffer, so that the memory does not grow with the rows. Which it is, is decided while rows are read, by those so far, in
/// their order: dense rows that take more than 1 GiB have all rows streamed, however many zeros the later ones have.
/// Options.DataMode overrides the choice, Options.ShuffleBufferMegabytes sets the buffer. Every epoch runs the transforms in
/// front of the trainer again; where these are slow, hold the rows in memory with DataMode.InMemory if they fit, or save the
/// output of the transforms with SaveAsBinary and train on that. Rows that are sorted, by class say, should be written in
/// random order first. The data view must give the same rows in the same order each time; another number of rows, or another
/// order of their classes and weights, is an error, and features that change otherwise are not noticed.
///
/// Validation data given to Fit is streamed too. Without it the share is set aside as it is in memory, row by row equally of
/// every class, but no more of it than takes the memory of the buffer.
///
/// ### Repeatability
/// The same seed, data and options give the same parameters to the bit on the same machine, with any number of threads.
/// Streaming shuffles less than holding all rows does, and so trains other parameters, except where the buffer holds all rows,
/// and the share set aside as well: then they are the same, unless the features are kept sparse in memory, where the first weights are updated in
/// other steps.
/// ]]></format>
/// </remarks>
public sealed class NeuralNetworkMulticlassTrainer
    : ITrainerEstimator<NeuralNetworkMulticlassTransformer, NeuralNetworkModelParameters>
{
    private readonly TrainerCore _core;

    internal NeuralNetworkMulticlassTrainer(IHostEnvironment environment, Options options)
    {
        _core = new TrainerCore(environment.Register(nameof(NeuralNetworkMulticlassTrainer)), options, new MulticlassTask());
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
        private protected override string? FindOwnFault() => null;
    }
}
