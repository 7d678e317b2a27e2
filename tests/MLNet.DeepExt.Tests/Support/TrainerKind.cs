using Microsoft.ML;
using MLNet.DeepExt.Neural.Schedules;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Tests.Support;

/// <summary>One of the trainers, so that a test can run over all of them; its label is a column of <see cref="TaskRow"/>.</summary>
internal abstract class TrainerKind
{
    public static readonly TrainerKind Binary = new TrainerKind<NeuralNetworkBinaryTrainer.Options, NeuralNetworkBinaryTransformer>(
        "Binary", "Yes", (context, options) => context.BinaryClassification.Trainers.NeuralNetwork(options));

    public static readonly TrainerKind Multiclass =
        new TrainerKind<NeuralNetworkMulticlassTrainer.Options, NeuralNetworkMulticlassTransformer>(
            "Multiclass", "Class", (context, options) => context.MulticlassClassification.Trainers.NeuralNetwork(options));

    public static readonly TrainerKind MultiLabel =
        new TrainerKind<NeuralNetworkMultiLabelTrainer.Options, NeuralNetworkMultiLabelTransformer>(
            "MultiLabel", "Flags", (context, options) => context.MultiLabelClassification.Trainers.NeuralNetwork(options));

    public static readonly TrainerKind Regression =
        new TrainerKind<NeuralNetworkRegressionTrainer.Options, NeuralNetworkRegressionTransformer>(
            "Regression", "Number", (context, options) => context.Regression.Trainers.NeuralNetwork(options));

    public static readonly TrainerKind Quantiles =
        new TrainerKind<NeuralNetworkRegressionTrainer.Options, NeuralNetworkRegressionTransformer>(
            "Quantiles",
            "Number",
            (context, options) =>
            {
                options.Quantiles = [0.1, 0.5, 0.9];
                return context.Regression.Trainers.NeuralNetwork(options);
            });

    public static readonly TrainerKind MultiTarget =
        new TrainerKind<NeuralNetworkMultiTargetTrainer.Options, NeuralNetworkMultiTargetTransformer>(
            "MultiTarget", "Numbers", (context, options) => context.MultiTargetRegression.Trainers.NeuralNetwork(options));

    private protected TrainerKind(string name, string labelColumnName)
    {
        Name = name;
        LabelColumnName = labelColumnName;
    }

    public static TrainerKind[] All => [Binary, Multiclass, MultiLabel, Regression, Quantiles, MultiTarget];

    /// <summary>The names of all kinds, for theories.</summary>
    public static TheoryData<string> Names => [.. All.Select(kind => kind.Name)];

    public string Name { get; }

    public string LabelColumnName { get; }

    public static TrainerKind Of(string name) => Array.Find(All, kind => kind.Name == name)!;

    /// <summary>
    /// A trainer that learns something of <see cref="TaskRow"/> in an instant, with other options where a test sets them.
    /// </summary>
    public abstract IEstimator<NeuralNetworkTransformer> Create(MLContext context, Action<NeuralNetworkOptions>? set = null);

    /// <summary>Fits such a trainer on prepared rows, and stops by others.</summary>
    public abstract NeuralNetworkTransformer Fit(
        MLContext context, IDataView train, IDataView validation, Action<NeuralNetworkOptions>? set = null);

    public NeuralNetworkTransformer Fit(MLContext context, IDataView train, Action<NeuralNetworkOptions>? set = null) =>
        Create(context, set).Fit(train);

    private protected static TOptions Options<TOptions>(string labelColumnName, Action<NeuralNetworkOptions>? set)
        where TOptions : NeuralNetworkOptions, new()
    {
        var options = new TOptions
        {
            LabelColumnName = labelColumnName,
            HiddenUnits = [8],
            LearningRate = 0.02,
            BatchSize = 32,
            MaximumEpochs = 4,
            NumberOfThreads = 1,
            Seed = 1,
            KeepProbability = 1,
            Schedule = new Constant(),
            WeightAveraging = 0,
        };
        set?.Invoke(options);
        return options;
    }
}

/// <inheritdoc/>
internal sealed class TrainerKind<TOptions, TTransformer>(
    string name, string labelColumnName, Func<MLContext, TOptions, IEstimator<TTransformer>> create) : TrainerKind(name, labelColumnName)
    where TOptions : NeuralNetworkOptions, new()
    where TTransformer : NeuralNetworkTransformer
{
    public override IEstimator<NeuralNetworkTransformer> Create(MLContext context, Action<NeuralNetworkOptions>? set = null) =>
        create(context, Options<TOptions>(LabelColumnName, set));

    public override NeuralNetworkTransformer Fit(
        MLContext context, IDataView train, IDataView validation, Action<NeuralNetworkOptions>? set = null)
    {
        dynamic trainer = Create(context, set);
        return trainer.Fit(train, validation);
    }
}
