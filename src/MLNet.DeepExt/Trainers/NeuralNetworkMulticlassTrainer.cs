using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Trainers;
using MLNet.DeepExt.Data;
using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Interop.Schemas;
using MLNet.DeepExt.Interop.Scoring;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Training;

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
public sealed partial class NeuralNetworkMulticlassTrainer
    : ITrainerEstimator<NeuralNetworkMulticlassTransformer, NeuralNetworkMulticlassModelParameters>
{
    private readonly IHost _host;
    private readonly Options _options;
    private readonly TrainingOptions _trainingOptions;

    internal NeuralNetworkMulticlassTrainer(IHostEnvironment environment, Options options)
    {
        _host = environment.Register(nameof(NeuralNetworkMulticlassTrainer));
        if (options.FindFault() is { } fault)
            throw _host.Process(new ArgumentException(fault));
        _options = options.Copy();
        _trainingOptions = CreateTrainingOptions(options.Seed ?? _host.Rand.Next());
        _trainingOptions.Validate();
        // The layers check their own ranges; how many features and classes there will be does not matter to them.
        CreateHiddenLayers(features: 1);
    }

    /// <summary>What ML.NET wants to know of a trainer: it wants normalized features and takes validation data.</summary>
    public TrainerInfo Info => TrainerInfos.NeuralNetwork;

    /// <summary>Trains; a share of <paramref name="input"/> is set aside to stop early by.</summary>
    /// <param name="input">The training data. It is read once, or where it is streamed, again for every epoch.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is of another type.</exception>
    /// <exception cref="InvalidOperationException">There is nothing to learn from; the message says why.</exception>
    public NeuralNetworkMulticlassTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return Train(input, validationData: null);
    }

    /// <summary>Trains on one data set, and stops early by another.</summary>
    /// <param name="trainData">The training data. It is read once, or where it is streamed, again for every epoch.</param>
    /// <param name="validationData">
    /// Other data of the same schema; no parameter is learned from it. It is read as the training data is.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is of another type.</exception>
    /// <exception cref="InvalidOperationException">There is nothing to learn from; the message says why.</exception>
    public NeuralNetworkMulticlassTransformer Fit(IDataView trainData, IDataView validationData)
    {
        ArgumentNullException.ThrowIfNull(trainData);
        ArgumentNullException.ThrowIfNull(validationData);
        return Train(trainData, validationData);
    }

    /// <summary>The schema after the fitted transformer: that of the input, PredictedLabel and Score.</summary>
    /// <param name="inputSchema">The schema of the data before it.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is of another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        SchemaShapes.Require(_host, inputSchema, "feature", SchemaShapes.Vector(_options.FeatureColumnName, NumberDataViewType.Single));
        SchemaShape.Column label = SchemaShapes.Require(
            _host, inputSchema, "label", SchemaShapes.Scalar(_options.LabelColumnName, NumberDataViewType.UInt32, isKey: true));
        if (_options.ExampleWeightColumnName is { } weight)
            SchemaShapes.Require(_host, inputSchema, "weight", SchemaShapes.Scalar(weight, NumberDataViewType.Single));

        return SchemaShapes.Extend(inputSchema, MulticlassScoreShapes.Of(label));
    }

    private NeuralNetworkMulticlassTransformer Train(IDataView trainData, IDataView? validationData)
    {
        Check(trainData);
        DataViewSchema schema = trainData.Schema;
        int classCount = ClassCount(schema);
        NetworkSpec network = CreateNetwork(FeatureCount(schema), classCount);
        if (validationData is not null)
            CheckSameMeaning(schema, validationData);

        TrainingResult result = Train(network, trainData, validationData);
        var model = new NeuralNetworkMulticlassModelParameters(result.Network, result.History);
        return new NeuralNetworkMulticlassTransformer(_host, model, schema, _options.FeatureColumnName, _options.LabelColumnName);
    }

    private TrainingResult Train(NetworkSpec network, IDataView trainData, IDataView? validationData)
    {
        var trainer = new Trainer(network, new SoftmaxCrossEntropy(), _trainingOptions);
        var columns = new LabeledColumns(_options.FeatureColumnName, _options.LabelColumnName, _options.ExampleWeightColumnName);
        using var log = new TrainingLog(_host, _options.MaximumEpochs, _options.Progress);
        TrainingResult result;
        try
        {
            result = TrainInMemory(trainer, columns, log, trainData, validationData)
                ?? TrainStreaming(trainer, columns, log, trainData, validationData);
        }
        catch (ReadingCancelledException)
        {
            // Before there was an epoch; later on, the trainer hears of it first, and ends with what it has.
            result = Untrained(network);
        }

        log.ReportEnd(result, validationData is null ? _options.ValidationFraction : 0);
        return result;
    }

    /// <summary>Null where the data is to be streamed.</summary>
    private TrainingResult? TrainInMemory(
        Trainer trainer, LabeledColumns columns, TrainingLog log, IDataView trainData, IDataView? validationData)
    {
        if (_options.DataMode == DataMode.Streaming)
            return null;
        long limit = _options.DataMode == DataMode.InMemory ? long.MaxValue : _options.InMemoryLimit;
        var reader = new LabeledRowsReader(_host, columns);
        ReadRows? training = reader.TryRead(trainData, DataPurpose.Training, limit, _options.CancellationToken);
        ReadRows? validation = training is null || validationData is null
            ? null
            : reader.TryRead(validationData, DataPurpose.Validation, limit, _options.CancellationToken);
        if (training is null || (validationData is not null && validation is null))
            return null;
        // Not before it is certain that the rows will not be read, and reported, once more.
        training.Tally.Report(_host, DataPurpose.Training);
        validation?.Tally.Report(_host, DataPurpose.Validation);
        return trainer.Train(training.Rows, validation?.Rows, log.Report, log.ReportBatch, _options.CancellationToken);
    }

    private TrainingResult TrainStreaming(
        Trainer trainer, LabeledColumns columns, TrainingLog log, IDataView trainData, IDataView? validationData)
    {
        // A gigabyte may just have become garbage, and training allocates too little for anyone to collect it.
        if (_options.DataMode == DataMode.Auto)
            GC.Collect();
        var training = new LabeledRowStream(_host, trainData, columns, DataPurpose.Training, _options.CancellationToken)
        {
            WarnsOfZeros = _options.DataMode == DataMode.Auto,
        };
        LabeledRowStream? validation = validationData is null
            ? null
            : new LabeledRowStream(_host, validationData, columns, DataPurpose.Validation, _options.CancellationToken);
        log.ReportStreaming(_options.ShuffleBufferMegabytes, training.Width);
        return trainer.Train(training, validation, log.Report, log.ReportBatch, _options.CancellationToken);
    }

    private TrainingResult Untrained(NetworkSpec network) => new()
    {
        Network = new Network<float>(network, _trainingOptions.Seed),
        History = new History { Epochs = [], BestEpoch = 0, TrainingRows = 0, ValidationRows = 0 },
        Reason = StopReason.Cancelled,
    };

    private NetworkSpec CreateNetwork(int features, int classes)
    {
        if (_options.Network is { } given)
        {
            if (given.Inputs != features)
            {
                throw _host.Process(new ArgumentException(
                    $"Network has {given.Inputs} inputs but column '{_options.FeatureColumnName}' holds {features} features; " +
                    $"use NetworkSpec.Input({features})."));
            }

            if (given.Outputs != classes)
            {
                throw _host.Process(new ArgumentException(
                    $"Network has {given.Outputs} outputs but column '{_options.LabelColumnName}' has {classes} classes; " +
                    $"end it with Dense({classes})."));
            }

            return given;
        }

        return CreateHiddenLayers(features).Dense(classes);
    }

    private NetworkSpec CreateHiddenLayers(int features)
    {
        NetworkSpec network = NetworkSpec.Input(features);
        foreach (int units in _options.HiddenUnits)
        {
            network = network.Dense(units);
            if (_options.BatchNormalization)
                network = network.BatchNorm();
            network = network.Relu();
            if (_options.KeepProbability != 1)
                network = network.Dropout(_options.KeepProbability);
        }

        return network;
    }

    private TrainingOptions CreateTrainingOptions(int seed) => new()
    {
        Optimizer = new Adam(_options.LearningRate),
        BatchSize = _options.BatchSize,
        MaximumEpochs = _options.MaximumEpochs,
        ValidationFraction = _options.ValidationFraction,
        Patience = _options.Patience,
        ShuffleBufferMegabytes = _options.ShuffleBufferMegabytes,
        Seed = seed,
        NumberOfThreads = _options.NumberOfThreads,
    };

    private void Check(IDataView data) => GetOutputSchema(SchemaShapes.Of(data.Schema));

    private int FeatureCount(DataViewSchema schema) => ((VectorDataViewType)schema[_options.FeatureColumnName].Type).Size;

    private int ClassCount(DataViewSchema schema)
    {
        ulong count = ((KeyDataViewType)schema[_options.LabelColumnName].Type).Count;
        if (count is < 2 or > int.MaxValue)
        {
            throw _host.Process(new InvalidOperationException(
                $"Label column '{_options.LabelColumnName}' is a key of {count} values, but 2 to {int.MaxValue} are needed; " +
                $"make it with MapValueToKey."));
        }

        return (int)count;
    }

    private void CheckSameMeaning(DataViewSchema schema, IDataView validationData)
    {
        Check(validationData);
        int expected = FeatureCount(schema), actual = FeatureCount(validationData.Schema);
        if (actual != expected)
        {
            throw _host.Process(new InvalidOperationException(
                $"Column '{_options.FeatureColumnName}' holds {actual} features in the validation data " +
                $"but {expected} in the training data; transform both with the same fitted pipeline."));
        }

        expected = ClassCount(schema);
        actual = ClassCount(validationData.Schema);
        if (actual != expected)
        {
            throw _host.Process(new InvalidOperationException(
                $"Label column '{_options.LabelColumnName}' has {actual} classes in the validation data " +
                $"but {expected} in the training data; transform both with the same fitted pipeline."));
        }

        (int, string, string)? difference =
            KeyValues.FindDifference(schema[_options.LabelColumnName], validationData.Schema[_options.LabelColumnName]);
        if (difference is var (key, trained, validated))
        {
            throw _host.Process(new InvalidOperationException(
                $"Label column '{_options.LabelColumnName}' has value {validated} at key {key} in the validation data " +
                $"but {trained} in the training data; transform both with the same fitted pipeline."));
        }
    }
}
