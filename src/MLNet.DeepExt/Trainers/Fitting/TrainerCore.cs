using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Data;
using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Interop.Schemas;
using MLNet.DeepExt.Neural.Augmentations;
using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Layers;
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
    private readonly OptionNetwork _networks;
    private readonly StartingNetwork? _start; // null where training starts again

    /// <summary>Checks all options before anything is read.</summary>
    /// <param name="host">Who trains.</param>
    /// <param name="options">How; they are copied.</param>
    /// <param name="task">What.</param>
    /// <exception cref="ArgumentException">A value is out of its range; the message names it, and the remedy.</exception>
    public TrainerCore(IHost host, NeuralNetworkOptions options, LearningTask task)
    {
        Host = host;
        if (options.FindFault() is { } fault)
            throw Host.Process(fault.ToException());
        _options = options.Copy();
        _task = task;
        _networks = new OptionNetwork(_options, task);
        _start = StartingNetwork.Of(_options, task);
        NetworkSpec example = CreateExample();
        _trainingOptions = CreateTrainingOptions(options.Seed ?? Host.Rand.Next());
        // Loss and trainer check their own ranges.
        _ = new Trainer(example, CreateLoss(targets: null), _trainingOptions with { LayerRates = RatesOfExample(example) });
        _options.Augmentation?.Validate();
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
        using FitControl control = FitScope.Begin(_options.CancellationToken);
        bool allowsFew = FewRows.Allows(_options, isValidated: validationData is not null);
        Beginning beginning = CreateBeginning(schema, label, trainData.GetRowCount(), allowsFew, control);
        if (validationData is not null)
            CheckSameMeaning(schema, label, validationData);
        CheckRows(trainData, isValidated: validationData is not null);
        _trainingOptions.ValidateMetrics(beginning.Spec.Outputs, label.TargetWidth);

        using var log = new TrainingLog(Host);
        var columns = new LabeledColumns(_options.FeatureColumnName, label, _options.ExampleWeightColumnName);
        try
        {
            PreparedTraining prepared = PrepareInMemory(beginning, columns, log, trainData, validationData)
                ?? PrepareStreaming(beginning, columns, log, trainData, validationData);
            return Train(prepared, schema, log, validationData is null ? _options.ValidationFraction : 0);
        }
        catch (ReadingCancelledException)
        {
            // Before there was an epoch; later on, the trainer hears of it first, and ends with what it has.
            throw Host.Process(CancelledBeforeAnEpoch());
        }
        catch (OperationCanceledException exception) when (exception.CancellationToken == beginning.Control.Token)
        {
            throw Host.Process(CancelledBeforeAnEpoch());
        }
    }

    // An exception of a callback, or of a listener to the log of the context, does not cost the model.
    private NetworkContent Train(PreparedTraining prepared, DataViewSchema schema, TrainingLog log, double fraction)
    {
        TrainingResult result;
        try
        {
            result = prepared.Train();
        }
        catch (TrainingCallbackException exception)
        {
            // The log ends training in this way if the context was cancelled.
            if (exception.InnerException is OperationCanceledException)
                Host.ThrowIfCancelled();
            throw Failed(exception.Message, exception.InnerException!, exception.Result is { } best ? ContentOf(best, prepared.Loss, schema) : null);
        }

        NetworkContent content = ContentOf(result, prepared.Loss, schema);
        try
        {
            log.ReportEnd(result, fraction);
            if (result.CrossFittedLoss is { } ownLoss && prepared.LinearLoss is { } linear)
                log.ReportLinear(ownLoss, linear());
            return content;
        }
        catch (Exception exception)
        {
            if (exception is OperationCanceledException)
                Host.ThrowIfCancelled();
            throw Failed(
                $"The log of the context threw {exception.GetType().Name}: {exception.Message.TrimEnd('.')}. Training was over, and the exception "
                + "has the trained network.",
                exception, content);
        }
    }

    private NeuralNetworkCallbackException Failed(string message, Exception thrown, NetworkContent? content) => Host.Process(
        new NeuralNetworkCallbackException(message, thrown, content is null ? null : _task.CreateTransformer(Host, content)));

    private NetworkContent ContentOf(TrainingResult result, Loss loss, DataViewSchema schema) => new()
    {
        FeatureColumnName = _options.FeatureColumnName,
        LabelColumnName = _options.LabelColumnName,
        TrainSchema = schema,
        Model = new NeuralNetworkModelParameters(result.Network, result.Histories),
        Loss = loss,
    };

    /// <summary>Null where the data is to be streamed.</summary>
    private PreparedTraining? PrepareInMemory(
        Beginning beginning, LabeledColumns columns, TrainingLog log, IDataView trainData, IDataView? validationData)
    {
        if (_options.DataMode == DataMode.Streaming)
            return null;
        long limit = _options.DataMode == DataMode.InMemory ? long.MaxValue : _options.InMemoryLimit;
        var reader = new LabeledRowsReader(Host, columns);
        ReadRows? training = reader.TryRead(trainData, DataPurpose.Training, limit, beginning.Survey, beginning.Control.Token);
        ReadRows? validation = training is null || validationData is null
            ? null
            : reader.TryRead(validationData, DataPurpose.Validation, limit, survey: null, beginning.Control.Token);
        if (training is null || (validationData is not null && validation is null))
            return null;
        // Not before it is certain that the rows will not be read, and reported, once more.
        training.Tally.Report(Host, DataPurpose.Training);
        Beginning known = Known(beginning, columns, trainData.Schema, training.Rows.Count, training.Statistics);
        if (known.Recipe is null)
            beginning.Survey.Scales?.Report(Host, trainData.Schema[columns.FeatureName]);
        validation?.Tally.Report(Host, DataPurpose.Validation);
        Loss loss = CreateLoss(training.Statistics, known);
        TrainingOptions options = OptionsFor(known, log, training.Rows.AreSparse);
        Trainer trainer = CreateTrainer(known, loss, options, log);
        return new PreparedTraining(() => trainer.Train(training.Rows, validation?.Rows, beginning.Control.Token), loss)
        {
            // Not in the trials of a search, whose logs are not read.
            LinearLoss = known.IsFew && !known.Control.IsWithinScope ? () => LinearComparison.LossOf(known, loss, options, training.Rows) : null,
        };
    }

    private PreparedTraining PrepareStreaming(
        Beginning beginning, LabeledColumns columns, TrainingLog log, IDataView trainData, IDataView? validationData)
    {
        // A gigabyte may just have become garbage, and training allocates too little for anyone to collect it.
        if (_options.DataMode == DataMode.Auto)
            GC.Collect();
        log.ReportStreaming(_options.ShuffleBufferMegabytes, beginning.Spec.Inputs);
        // All rows are read for it once more, so not where the loss, or the model to continue, has a scaling already, outputs are not to be kept
        // within the range of the targets, and the network does not depend on them.
        TargetStatistics? targets = beginning.Survey.DecidesNetwork || _task.ReadsTargets(_start?.Continued?.Loss)
            ? new LabeledRowsReader(Host, columns).Survey(trainData, beginning.Survey with { Scales = null }, beginning.Control.Token)
            : null;
        int? rows = beginning.Survey.Numbers?.Rows ?? (trainData.GetRowCount() is { } count and <= int.MaxValue ? (int)count : null);
        Beginning known = Known(beginning, columns, trainData.Schema, rows, targets);
        var training = new LabeledRowStream(Host, trainData, columns, DataPurpose.Training, beginning.Control.Token)
        {
            WarnsOfZeros = _options.DataMode == DataMode.Auto,
            Scales = known.Recipe is null ? beginning.Survey.Scales : null,
        };
        LabeledRowStream? validation = validationData is null
            ? null
            : new LabeledRowStream(Host, validationData, columns, DataPurpose.Validation, beginning.Control.Token);
        Loss loss = CreateLoss(targets, known);
        Trainer trainer = CreateTrainer(known, loss, OptionsFor(known, log, areSparse: false), log);
        return new PreparedTraining(() => trainer.Train(training, validation, beginning.Control.Token), loss);
    }

    private Loss CreateLoss(TargetStatistics? targets, Beginning? known = null)
    {
        Loss usual = _task.CreateLoss(targets, _start?.Continued?.Loss);
        // Of few rows labels are not smoothed; training that goes on clamps predictions as before.
        bool isUsual = known?.Recipe is null || (_task.PredictsNumbers ? known.Recipe.IsContinued : known.IsFew);
        return isUsual ? usual : _task.ByPreset(usual, known!.Spec.Outputs, targets);
    }

    private Trainer CreateTrainer(Beginning beginning, Loss loss, TrainingOptions options, TrainingLog log)
    {
        log.ReportSize(beginning.Spec);
        if (beginning.Recipe is null)
            log.WarnOfClassic(_options);
        return beginning.Network is { } network ? new Trainer(network, loss, options) : new Trainer(beginning.Spec, loss, options);
    }

    private TrainingOptions OptionsFor(Beginning beginning, TrainingLog log, bool areSparse)
    {
        ITrainingCallback[] listener = _options.Progress is { } progress ? [new ProgressReporter(progress)] : [];
        TrainingOptions usual = beginning.Recipe?.Train(_trainingOptions) ?? _trainingOptions;
        usual = beginning.HasFolds ? FewRows.Apply(_options, usual) : usual;
        return beginning.Control.Apply(usual with
        {
            // Augmented rows are written out, and so are those of a recipe for tables.
            WeightAveraging = areSparse && beginning.Recipe is null && _options.Augmentation is null && _options.WeightAveraging is null
                ? null
                : usual.WeightAveraging,
            Augmentation = beginning.Augmentation,
            Callbacks = [log, .. listener, .. _options.Callbacks],
            ClassWeights = beginning.Weights,
            TargetNames = beginning.TargetNames,
            LayerRates = RatesFor(beginning.Spec),
        });
    }

    private Dictionary<string, double> RatesFor(NetworkSpec network)
    {
        var rates = network.Take(_options.FrozenLayers).LayerNames.ToDictionary(name => name, _ => 0.0);
        foreach ((string name, double rate) in _options.LayerRates)
            rates[name] = rate;
        return rates;
    }

    // Where categories are found among the features, all other layers of the usual network stand one place further back.
    private Dictionary<string, double> RatesOfExample(NetworkSpec example)
    {
        Dictionary<string, double> rates = RatesFor(example);
        if (_start is not null || _options.Network is not null || !_options.EmbedCategories)
            return rates;
        NetworkSpec embedded = new(example.Inputs, [new CategoryEmbedding([CategoryRange.Of(0, 1)]), .. example.Layers]);
        foreach (string name in embedded.LayerNames.Except(example.LayerNames))
            rates.Remove(name);
        return rates;
    }

    private OperationCanceledException CancelledBeforeAnEpoch() => new(
        "Fit was cancelled before its first epoch ended, so there is no trained network; cancel it later to keep the best so far.",
        _options.CancellationToken);

    private Beginning CreateBeginning(DataViewSchema schema, LabelForm label, long? rows, bool allowsFew, FitControl control)
    {
        try
        {
            int features = FeatureCount(schema);
            DataViewSchema.Column column = schema[label.Name];
            ClassWeights weights = _task.WeightsOf(column);
            AugmentationRecipe? augmentation =
                _options.Augmentation is { } recipe ? RecipeBinding.Bind(recipe, schema[_options.FeatureColumnName]) : null;
            if (_start is null)
            {
                SeenSlots? seen = _networks.FindCategories(schema[_options.FeatureColumnName]);
                NetworkSpec spec = _networks.Create(schema[_options.FeatureColumnName], label, seen);
                NumberSlots? numbers = TableRecipe.NumbersOf(_options, schema[_options.FeatureColumnName], rows, allowsFew);
                return new Beginning(spec, Network: null, new FeatureSurvey(seen, OptionNetwork.ScalesFor(spec), numbers), weights, augmentation, control)
                {
                    HasFolds = allowsFew,
                    TargetNames = TargetNamesOf(label, column),
                };
            }

            _start.RequireSameMeaning(_task, label, column);
            _start.RequireSameOrder(schema[_options.FeatureColumnName]);
            Network<float> network = _start.Create(features, _task.OutputsFor(label), _trainingOptions.Seed);
            return new Beginning(network.Spec, network, new FeatureSurvey(Seen: null, OptionNetwork.ScalesFor(network.Spec)), weights, augmentation, control)
            {
                TargetNames = TargetNamesOf(label, column),
            };
        }
        catch (ArgumentException exception)
        {
            throw Host.Process(exception);
        }
    }

    private static string[]? TargetNamesOf(LabelForm label, DataViewSchema.Column column) => column.Type is VectorDataViewType
        ? [.. Enumerable.Range(0, label.TargetWidth).Select(slot => $"{SlotNames.Describe(column, slot)} of label column '{label.Name}'")]
        : null;

    /// <summary>What training begins with, once the training rows were read: with the network that fits them.</summary>
    private Beginning Known(Beginning beginning, LabeledColumns columns, DataViewSchema schema, int? rows, TargetStatistics? targets)
    {
        bool hasFolds = beginning.HasFolds && rows is { } count && FewRows.HaveFolds(_options, count, targets, _task.CalibratesQuantiles);
        beginning = beginning with { HasFolds = hasFolds, IsFew = hasFolds && rows < FewRows.Enough };
        if (beginning.Survey is { Numbers: { } numbers, Seen: var categories } && TableRecipe.Suits(numbers, categories, beginning.IsFew))
        {
            var recipe = new TableRecipe(_options, numbers.Rows) { IsFew = beginning.IsFew };
            NetworkSpec table = recipe.CreateNetwork(
                numbers, categories, beginning.Spec.Inputs, beginning.Spec.Outputs, _task.PredictsNumbers);
            return beginning with { Spec = table, Recipe = recipe };
        }

        // Rows that are streamed without being counted are many.
        if (_start is not null && _options.Preset != NetworkPreset.Classic && TableRecipe.Made(beginning.Spec))
            return beginning with { Recipe = new TableRecipe(_options, rows ?? int.MaxValue) { IsContinued = true } };

        return beginning.Survey.Seen is { } seen
            ? beginning with { Spec = _networks.Create(schema[columns.FeatureName], columns.Label, seen) }
            : beginning;
    }

    // A network such as it will be; how many features and outputs there are does not matter to what it is checked for.
    private NetworkSpec CreateExample()
    {
        NetworkSpec network = _start?.Example(_task.FewestOutputs)
            ?? _options.Network
            ?? HiddenLayers.Append(NetworkSpec.Input(1), _options.HiddenUnits, _options).Dense(_task.FewestOutputs);
        if (_options.FrozenLayers > network.Layers.Count)
        {
            throw Host.Process(new ArgumentException(
                $"FrozenLayers is {_options.FrozenLayers} but the network has {network.Layers.Count} layers; freeze at most as many.",
                nameof(_options.FrozenLayers)));
        }

        return network;
    }

    // What is wrong whatever the rows hold.
    private void CheckRows(IDataView trainData, bool isValidated)
    {
        string? wish = _options.Patience is { } patience ? FormattableString.Invariant($"Patience is {patience}")
            : _options.StoppingMetric is { } metric ? $"StoppingMetric is {metric.Name}"
            : null;
        if (wish is not null && !isValidated && _options.ValidationFraction == 0 && _options.CrossFitting != true)
        {
            throw Host.Process(new ArgumentException(
                $"{wish} but there are no validation rows to go by; give Fit validation data, or set ValidationFraction above 0.",
                _options.Patience is null ? nameof(_options.StoppingMetric) : nameof(_options.Patience)));
        }

        if (trainData.GetRowCount() is { } rows && _options.BatchSize > rows)
        {
            throw Host.Process(new ArgumentException(FormattableString.Invariant(
                $"BatchSize is {_options.BatchSize} but there are {rows} rows to learn from; ")
                + FormattableString.Invariant($"use at most {rows}, or null to have it chosen."), nameof(_options.BatchSize)));
        }
    }

    private TrainingOptions CreateTrainingOptions(int seed) => new()
    {
        Optimizer = _options.Optimizer ?? new Adam(_options.LearningRate),
        Schedule = _options.Schedule,
        Regularizer = _options.Regularizer,
        WeightAveraging = AverageAsked(),
        BatchSize = _options.BatchSize,
        WholeBatchLimit = _options.WholeBatchLimit,
        MaximumEpochs = _options.MaximumEpochs,
        ValidationFraction = _options.ValidationFraction,
        Patience = _options.Patience,
        MinimumImprovement = _options.MinimumImprovement,
        StoppingMetric = _options.StoppingMetric,
        Metrics = _options.Metrics ?? _task.UsualMetrics,
        ShuffleBufferMegabytes = _options.ShuffleBufferMegabytes,
        Seed = seed,
        NumberOfThreads = _options.NumberOfThreads,
        Checkpoint = _options.Checkpoint,
        Ensemble = _options.NetworksAsked ?? 1,
        CrossFitting = _options.CrossFitting ?? false,
        RecordNorms = _options.RecordNorms,
        TemperatureScaling = _options.TemperatureScaling ?? false,
        QuantileCalibration = _task.CalibratesQuantiles,
    };

    private double? AverageAsked() => _options.WeightAveraging switch
    {
        0 => null,
        null => _options.Regularizer is null ? NeuralNetworkOptions.DefaultWeightAveraging : null,
        _ => _options.WeightAveraging,
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
                $"Column '{_options.FeatureColumnName}' holds {actual} features in the validation data " +
                $"but {expected} in the training data");
        }

        LabelForm otherLabel = FormOf(other);
        if (otherLabel.Size != label.Size)
        {
            throw OtherMeaning(
                $"Label column '{label.Name}' {otherLabel.Describe()} in the validation data but {label.Size} in the training data");
        }

        if (_task.FindDifference(schema[label.Name], other[label.Name], ("the training data", "the validation data")) is { } difference)
            throw OtherMeaning($"Label column '{label.Name}' {difference}");
    }

    private InvalidOperationException OtherMeaning(string fact) =>
        Host.Process(new InvalidOperationException($"{fact}; transform both with the same fitted pipeline."));
}
