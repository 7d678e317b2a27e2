using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Data;
using MLNet.DeepExt.Interop.Schemas;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Training;

namespace MLNet.DeepExt.Trainers;

/// <summary>
/// What every trainer of neural networks is made of: it checks columns, builds the network, reads the rows in memory or streams them,
/// trains and reports. What kinds of trainers differ in, their <see cref="LearningTask"/> says.
/// </summary>
internal sealed class TrainerCore
{
    private readonly NeuralNetworkOptions _options;
    private readonly TrainingOptions _trainingOptions;
    private readonly LearningTask _task;

    /// <summary>Checks all options before anything is read.</summary>
    /// <param name="host">Who trains.</param>
    /// <param name="options">How; they are copied.</param>
    /// <param name="task">What.</param>
    /// <exception cref="ArgumentException">A value is out of its range; the message names it, and the remedy.</exception>
    public TrainerCore(IHost host, NeuralNetworkOptions options, LearningTask task)
    {
        Host = host;
        if (options.FindFault() is { } fault)
            throw Host.Process(new ArgumentException(fault));
        _options = options.Copy();
        _task = task;
        _trainingOptions = CreateTrainingOptions(options.Seed ?? Host.Rand.Next());
        // Layers, loss and trainer check their own ranges; how many features and outputs there will be does not matter to them.
        _ = new Trainer(CreateHiddenLayers(features: 1).Dense(task.FewestOutputs), task.CreateLoss(targets: null), _trainingOptions);
    }

    public IHost Host { get; }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        SchemaShapes.Require(Host, inputSchema, "feature", SchemaShapes.Vector(_options.FeatureColumnName, NumberDataViewType.Single));
        SchemaShape.Column label = _task.RequireLabel(Host, inputSchema, _options.LabelColumnName);
        if (_options.ExampleWeightColumnName is { } weight)
            SchemaShapes.Require(Host, inputSchema, "weight", SchemaShapes.Scalar(weight, NumberDataViewType.Single));

        return SchemaShapes.Extend(inputSchema, _task.OutputShapes(label));
    }

    public NetworkContent Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return Train(input, validationData: null);
    }

    public NetworkContent Fit(IDataView trainData, IDataView validationData)
    {
        ArgumentNullException.ThrowIfNull(trainData);
        ArgumentNullException.ThrowIfNull(validationData);
        return Train(trainData, validationData);
    }

    private NetworkContent Train(IDataView trainData, IDataView? validationData)
    {
        Check(trainData);
        DataViewSchema schema = trainData.Schema;
        LabelForm label = FormOf(schema);
        NetworkSpec network = CreateNetwork(FeatureCount(schema), label);
        if (validationData is not null)
            CheckSameMeaning(schema, label, validationData);

        using var log = new TrainingLog(Host, _options.MaximumEpochs, _options.Progress);
        var columns = new LabeledColumns(_options.FeatureColumnName, label, _options.ExampleWeightColumnName);
        (TrainingResult result, Loss loss) = Train(network, columns, log, trainData, validationData);
        log.ReportEnd(result, validationData is null ? _options.ValidationFraction : 0);
        return new NetworkContent
        {
            FeatureColumnName = _options.FeatureColumnName,
            LabelColumnName = _options.LabelColumnName,
            TrainSchema = schema,
            Model = new NeuralNetworkModelParameters(result.Network, result.History),
            Loss = loss,
        };
    }

    private (TrainingResult Result, Loss Loss) Train(
        NetworkSpec network, LabeledColumns columns, TrainingLog log, IDataView trainData, IDataView? validationData)
    {
        try
        {
            return TrainInMemory(network, columns, log, trainData, validationData)
                ?? TrainStreaming(network, columns, log, trainData, validationData);
        }
        catch (ReadingCancelledException)
        {
            // Before there was an epoch; later on, the trainer hears of it first, and ends with what it has.
            return (Untrained(network), _task.CreateLoss(targets: null));
        }
    }

    /// <summary>Null where the data is to be streamed.</summary>
    private (TrainingResult Result, Loss Loss)? TrainInMemory(
        NetworkSpec network, LabeledColumns columns, TrainingLog log, IDataView trainData, IDataView? validationData)
    {
        if (_options.DataMode == DataMode.Streaming)
            return null;
        long limit = _options.DataMode == DataMode.InMemory ? long.MaxValue : _options.InMemoryLimit;
        var reader = new LabeledRowsReader(Host, columns);
        ReadRows? training = reader.TryRead(trainData, DataPurpose.Training, limit, _options.CancellationToken);
        ReadRows? validation = training is null || validationData is null
            ? null
            : reader.TryRead(validationData, DataPurpose.Validation, limit, _options.CancellationToken);
        if (training is null || (validationData is not null && validation is null))
            return null;
        // Not before it is certain that the rows will not be read, and reported, once more.
        training.Tally.Report(Host, DataPurpose.Training);
        validation?.Tally.Report(Host, DataPurpose.Validation);
        Loss loss = _task.CreateLoss(training.Statistics);
        TrainingResult result = CreateTrainer(network, loss, log).Train(
            training.Rows, validation?.Rows, _options.CancellationToken);
        return (result, loss);
    }

    private (TrainingResult Result, Loss Loss) TrainStreaming(
        NetworkSpec network, LabeledColumns columns, TrainingLog log, IDataView trainData, IDataView? validationData)
    {
        // A gigabyte may just have become garbage, and training allocates too little for anyone to collect it.
        if (_options.DataMode == DataMode.Auto)
            GC.Collect();
        var training = new LabeledRowStream(Host, trainData, columns, DataPurpose.Training, _options.CancellationToken)
        {
            WarnsOfZeros = _options.DataMode == DataMode.Auto,
        };
        LabeledRowStream? validation = validationData is null
            ? null
            : new LabeledRowStream(Host, validationData, columns, DataPurpose.Validation, _options.CancellationToken);
        log.ReportStreaming(_options.ShuffleBufferMegabytes, training.Width);
        TargetStatistics? targets = _task.ScalesTargets
            ? new LabeledRowsReader(Host, columns).ReadTargets(trainData, _options.CancellationToken)
            : null;
        Loss loss = _task.CreateLoss(targets);
        TrainingResult result = CreateTrainer(network, loss, log).Train(training, validation, _options.CancellationToken);
        return (result, loss);
    }

    private Trainer CreateTrainer(NetworkSpec network, Loss loss, TrainingLog log) =>
        new(network, loss, _trainingOptions with { Callbacks = [log] });

    private TrainingResult Untrained(NetworkSpec network) => new()
    {
        Network = new Network<float>(network, _trainingOptions.Seed),
        History = new History { Epochs = [], BestEpoch = 0, TrainingRows = 0, ValidationRows = 0 },
        Reason = StopReason.Cancelled,
    };

    private NetworkSpec CreateNetwork(int features, LabelForm label)
    {
        int outputs = _task.OutputsFor(label);
        if (_options.Network is not { } given)
            return CreateHiddenLayers(features).Dense(outputs);
        if (given.Inputs != features)
        {
            throw Host.Process(new ArgumentException(
                $"Network has {given.Inputs} inputs but column '{_options.FeatureColumnName}' holds {features} features; " +
                $"use NetworkSpec.Input({features})."));
        }

        return given.Outputs == outputs
            ? given
            : throw Host.Process(new ArgumentException(
                $"Network has {given.Outputs} outputs but column '{label.Name}' {label.Describe()}; end it with Dense({outputs})."));
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
        // With validation data given, every epoch is compared all the same.
        Patience = _options.ValidationFraction > 0 ? _options.Patience : null,
        ShuffleBufferMegabytes = _options.ShuffleBufferMegabytes,
        Seed = seed,
        NumberOfThreads = _options.NumberOfThreads,
    };

    private void Check(IDataView data) => GetOutputSchema(SchemaShapes.Of(data.Schema));

    private int FeatureCount(DataViewSchema schema) => ((VectorDataViewType)schema[_options.FeatureColumnName].Type).Size;

    private LabelForm FormOf(DataViewSchema schema)
    {
        try
        {
            return _task.FormOf(schema[_options.LabelColumnName]);
        }
        catch (InvalidOperationException exception)
        {
            throw Host.Process(exception);
        }
    }

    private void CheckSameMeaning(DataViewSchema schema, LabelForm label, IDataView validationData)
    {
        Check(validationData);
        DataViewSchema other = validationData.Schema;
        int expected = FeatureCount(schema), actual = FeatureCount(other);
        if (actual != expected)
        {
            throw OtherMeaning(
                $"Column '{_options.FeatureColumnName}' holds {actual} features in the validation data but {expected} in the training data");
        }

        LabelForm otherLabel = FormOf(other);
        if (otherLabel.Size != label.Size)
        {
            throw OtherMeaning(
                $"Label column '{label.Name}' {otherLabel.Describe()} in the validation data but {label.Size} in the training data");
        }

        if (_task.FindDifference(schema[label.Name], other[label.Name]) is { } difference)
            throw OtherMeaning($"Label column '{label.Name}' {difference}");
    }

    private InvalidOperationException OtherMeaning(string fact) =>
        Host.Process(new InvalidOperationException($"{fact}; transform both with the same fitted pipeline."));
}
