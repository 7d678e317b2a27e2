using Microsoft.ML;
using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Search;
using MLNet.DeepExt.Tests.SearchProbe;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Tests.Search;

/// <summary>Searches of networks as users write them.</summary>
[Trait("Spec", "C5")]
public sealed class SearchedNetworksTests
{
    private static readonly SearchSpace Space = new() { ["Rate"] = Range.Log(1e-2, 1e-1) };

    public static TheoryData<Scheduler> Schedulers =>
    [
        ProbeSearch.Halving,
        new AsynchronousHalving { MinimumEpochs = 2, MaximumEpochs = 8, ReductionFactor = 2 },
    ];

    [Fact]
    public void Metrics_of_scored_rows_and_a_constraint_on_the_time_of_a_prediction_choose_a_network()
    {
        var context = new MLContext(seed: 1);
        (IDataView train, IDataView dev) = ProbeSearch.Rows(context);
        SearchResult result = context.ModelSelection.Search(Space, trial => Network(trial.Context, trial))
            .Maximize(Metric.Accuracy).SubjectTo(Metric.LogLoss, atMost: 100).SubjectTo(Metric.LatencyMs, atMost: 1e6)
            .Run(train, dev, new SearchOptions { Trials = 2, Seed = 3 });
        Assert.All(result.Trials, trial => Assert.True(trial.State == TrialState.Finished, trial.Error));
        Assert.Equal(3, result.Best!.Figures.Count);
        var evaluated = context.BinaryClassification.Evaluate(result.Model.Transform(dev));
        Assert.Equal(evaluated.Accuracy, result.Best.Figures.First().Value, 1e-12);
    }

    [Theory]
    [MemberData(nameof(Schedulers))]
    public void Two_networks_in_a_pipeline_are_halved(Scheduler scheduler) => AssertHalved(scheduler, (_, trial) => Network(trial.Context, trial)
        .Append(trial.Context.Transforms.Concatenate("Both", "Features", "Score"))
        .Append(Network(trial.Context, trial, features: "Both")));

    [Theory]
    [MemberData(nameof(Schedulers))]
    public void Networks_of_the_context_of_the_search_are_halved(Scheduler scheduler) =>
        AssertHalved(scheduler, (context, trial) => Network(context, trial));

    [Theory]
    [MemberData(nameof(Schedulers))]
    public void Networks_that_are_told_their_epochs_are_halved(Scheduler scheduler) =>
        AssertHalved(scheduler, (_, trial) => Network(trial.Context, trial, epochs: trial.Epochs));

    private static void AssertHalved(Scheduler scheduler, Func<MLContext, Trial, IEstimator<ITransformer>> factory)
    {
        SearchResult result = SearchProbes.Run(
            context => context.ModelSelection.Search(Space, trial => factory(context, trial)).Maximize(Metric.Accuracy),
            new SearchOptions { Trials = 4, Scheduler = scheduler });
        Assert.All(result.Trials, trial => Assert.Null(trial.Error));
        Assert.Equal((TrialState.Finished, 8), (result.Best!.State, result.Best.Epochs!.Value));
        Assert.Contains(result.Trials, trial => trial.Epochs == 2);
    }

    private static IEstimator<ITransformer> Network(MLContext context, Trial trial, string features = "Features", int? epochs = 8) =>
        context.BinaryClassification.Trainers.NeuralNetwork(new NeuralNetworkBinaryTrainer.Options
        {
            FeatureColumnName = features,
            LearningRate = trial.Get<double>("Rate"),
            HiddenUnits = [4],
            MaximumEpochs = epochs!.Value,
            BatchSize = 32,
        });
}
