using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using MLNet.DeepExt.Search;
using MLNet.DeepExt.Selection;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Tests.SearchProbe;

/// <summary>The searches that are killed, the same in every process.</summary>
public static class ProbeSearch
{
    private static readonly SearchSpace Space = new()
    {
        ["Rate"] = Range.Log(1e-3, 1e-1),
        ["Units"] = Range.Integer(2, 6),
        ["Kind"] = Range.Choice("plain", "bent"),
        ["Bend"] = Range.Linear(-1, 1).When("Kind", "bent"),
    };

    /// <summary>How good a trial of <see cref="Plain"/> is: a number that says all that decides it.</summary>
    public static double ValueOf(Trial trial) =>
        Math.Sin(1000 * trial.Get<double>("Rate")) + trial.Get<int>("Units") * trial.GetOr("Bend", 0.5) + trial.Seed / 1e12;

    /// <summary>A search whose trials take no time.</summary>
    public static ModelSearch Plain(MLContext context, Action<string>? tell = null) => context.ModelSelection
        .Search(Space, trial => new PlainEstimator(_ =>
        {
            tell?.Invoke(FormattableString.Invariant($"fit {trial.Number}"));
            return ValueOf(trial);
        }))
        .Maximize(Criterion.Of("value", higherIsBetter: true, ValueOf));

    /// <summary>A search of networks, which tell of their epochs.</summary>
    public static ModelSearch Networks(MLContext context, Action<string>? tell = null) => context.ModelSelection
        .Search(Space, trial => Network(trial, tell)).Maximize(Criterion.Of("fit", higherIsBetter: true, FitOf));

    /// <summary>A search of networks, and of linear models that ignore epochs.</summary>
    public static ModelSearch Mixed(MLContext context, Action<string>? tell = null) => context.ModelSelection
        .Search(Space, trial => trial.Get<string>("Kind") == "bent" ? Network(trial, tell) : Linear(trial))
        .Maximize(Criterion.Of("fit", higherIsBetter: true, FitOf));

    /// <summary>The scheduler of <see cref="Networks"/>: rungs of 2, 4 and 8 epochs.</summary>
    public static Scheduler Halving => new SuccessiveHalving { MinimumEpochs = 2, MaximumEpochs = 8, ReductionFactor = 2 };

    /// <summary>Rows to search on.</summary>
    public static (IDataView Train, IDataView Dev) Rows(MLContext context) =>
        (context.Data.LoadFromEnumerable(ProbeRow.Generate(200, 1)), context.Data.LoadFromEnumerable(ProbeRow.Generate(100, 2)));

    private static IEstimator<ITransformer> Network(Trial trial, Action<string>? tell) =>
        trial.Context.BinaryClassification.Trainers.NeuralNetwork(new NeuralNetworkBinaryTrainer.Options
        {
            LearningRate = trial.Get<double>("Rate"),
            HiddenUnits = [trial.Get<int>("Units")],
            MaximumEpochs = 8,
            BatchSize = 32,
            Callbacks = tell is null ? [] : [new EpochTeller(trial.Number, tell)],
        });

    private static IEstimator<ITransformer> Linear(Trial trial) =>
        trial.Context.BinaryClassification.Trainers.SdcaLogisticRegression(new SdcaLogisticRegressionBinaryTrainer.Options
        {
            L2Regularization = trial.Get<float>("Rate"),
            NumberOfThreads = 1,
        });

    private static double ValueOf(ITransformer model, IDataView dev) => ((PlainModel)model).Value;

    // The mean margin: no two networks have the same to the bit.
    private static double FitOf(ITransformer model, IDataView dev)
    {
        IDataView scored = model.Transform(dev);
        return scored.GetColumn<float>("Score").Zip(scored.GetColumn<bool>("Label"), (score, yes) => (double)(yes ? score : -score)).Average();
    }
}
