using Microsoft.ML;
using Microsoft.ML.Trainers;
using Microsoft.ML.Trainers.FastTree;
using Microsoft.ML.Trainers.LightGbm;
using MLNet.DeepExt.Search;
using MLNet.DeepExt.Selection;
using MLNet.DeepExt.Tests.SearchProbe;
using MLNet.DeepExt.Tests.Support;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Tests.Search;

/// <summary>Trainers of ML.NET beside ours in one search.</summary>
[Trait("Spec", "C5")]
public sealed class ForeignTrainersTests : IDisposable
{
    private static readonly SearchSpace Space = new()
    {
        ["Trainer"] = Range.Choice("network", "LightGBM", "FastTree", "SDCA"),
        ["Rate"] = Range.Log(1e-3, 1e-1).When("Trainer", "network"),
        ["Leaves"] = Range.Integer(4, 16).When("Trainer", "LightGBM", "FastTree"),
        ["Penalty"] = Range.Log(1e-4, 1).When("Trainer", "SDCA"),
    };

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("en-US")]
    [InlineData("tr-TR")]
    public void A_search_chooses_among_trainers_each_with_parameters_of_its_own(string culture)
    {
        LightGbmLibrary.Require();
        using var scope = new CultureScope(culture);
        SearchResult result = Run(null);
        Assert.All(result.Trials, trial => Assert.True(trial.State == TrialState.Finished, trial.Error));
        Assert.All(result.Trials, trial => Assert.InRange(trial.Figures["area"], 0.0, 1.0));
        Assert.Equal(4, result.Trials.Select(trial => trial.Parameters.Get<string>("Trainer")).Distinct().Count());
        Assert.All(result.Trials, trial => Assert.Equal(trial.Parameters.Get<string>("Trainer") == "SDCA", trial.Parameters.Has("Penalty")));
        // Twice the same, to the bit; and so from the journal.
        string folder = _directory.PathOf("search");
        Assert.Equal(SearchProbes.Exactly(result), SearchProbes.Exactly(Run(folder)));
        Assert.Equal(SearchProbes.Exactly(result), SearchProbes.Exactly(Run(folder)));
        Assert.NotNull(result.Model.Transform(ProbeSearch.Rows(new MLContext(seed: 1)).Dev).Schema.GetColumnOrNull("Score"));
    }

    [Fact]
    public void Trees_and_networks_are_halved_together()
    {
        SearchSpace space = new() { ["Trainer"] = Range.Choice("network", "FastTree") };
        SearchResult result = SearchProbes.Run(
            context => context.ModelSelection.Search(space, trial => trial.Get<string>("Trainer") == "network"
                ? trial.Context.BinaryClassification.Trainers.NeuralNetwork(
                    new NeuralNetworkBinaryTrainer.Options { HiddenUnits = [4], MaximumEpochs = 8 })
                : trial.Context.BinaryClassification.Trainers.FastTree(
                    new FastTreeBinaryTrainer.Options { NumberOfTrees = trial.Epochs!.Value, NumberOfThreads = 1 }))
                .Maximize(Area),
            new SearchOptions { Trials = 8, Scheduler = ProbeSearch.Halving });
        Assert.Equal([8, 8, 4, 4, 2, 2, 2, 2], result.Trials.Select(trial => trial.Epochs).OrderDescending());
        Assert.Equal(2, result.Trials.Select(trial => trial.Parameters.Get<string>("Trainer")).Distinct().Count());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Trainers_that_ignore_epochs_compete_with_networks_under_a_scheduler(bool isAsynchronous)
    {
        LightGbmLibrary.Require();
        HalvingScheduler kind = isAsynchronous ? new AsynchronousHalving() : new SuccessiveHalving();
        var options = new SearchOptions
        {
            Trials = 12,
            Scheduler = kind with { MinimumEpochs = 2, MaximumEpochs = 8, ReductionFactor = 2 },
            Folder = _directory.PathOf("search"),
        };
        SearchResult result = SearchProbes.Run(context => context.ModelSelection.Search(Space, Pipeline).Maximize(Area), options);
        SearchTrial[] networks = [.. result.Trials.Where(IsNetwork)], others = [.. result.Trials.Where(trial => !IsNetwork(trial))];
        Assert.Equal(4, result.Trials.Select(trial => trial.Parameters.Get<string>("Trainer")).Distinct().Count());
        Assert.All(result.Trials, trial => Assert.Null(trial.Error));
        Assert.All(others, trial => Assert.Equal((TrialState.Finished, (int?)null), (trial.State, trial.Epochs)));
        Assert.Equal(8, networks.Max(trial => trial.Epochs));
        // As good as where each is trained to its end.
        SearchResult full = Run(null);
        Assert.All(others, trial => Assert.Equal(full.Trials.Single(other => other.Number == trial.Number).Figures["area"], trial.Figures["area"]));
        double best = networks.Where(trial => trial.Epochs == 8).Concat(others).Max(trial => trial.Figures["area"]);
        Assert.Equal(best, result.Best!.Figures["area"]);
        Assert.Equal(SearchProbes.Exactly(result), SearchProbes.Exactly(SearchProbes.Run(
            context => context.ModelSelection.Search(Space, Pipeline).Maximize(Area), options)));

        static bool IsNetwork(SearchTrial trial) => trial.Parameters.Get<string>("Trainer") == "network";
    }

    private static Criterion Area { get; } = Criterion.Of(
        "area",
        higherIsBetter: true,
        (model, dev) => new MLContext(seed: 1).BinaryClassification.EvaluateNonCalibrated(model.Transform(dev)).AreaUnderRocCurve);

    private static SearchResult Run(string? folder) => SearchProbes.Run(
        context => context.ModelSelection.Search(Space, Pipeline).Maximize(Area), new SearchOptions { Trials = 12, Folder = folder });

    private static IEstimator<ITransformer> Pipeline(Trial trial)
    {
        BinaryClassificationCatalog.BinaryClassificationTrainers trainers = trial.Context.BinaryClassification.Trainers;
        return trial.Context.Transforms.NormalizeMinMax("Features").Append(trial.Get<string>("Trainer") switch
        {
            "LightGBM" => trainers.LightGbm(new LightGbmBinaryTrainer.Options
            {
                NumberOfLeaves = trial.Get<int>("Leaves"),
                NumberOfIterations = 10,
                NumberOfThreads = 1,
                Deterministic = true,
                Seed = trial.Seed,
            }),
            "FastTree" => trainers.FastTree(new FastTreeBinaryTrainer.Options
            {
                NumberOfLeaves = trial.Get<int>("Leaves"),
                NumberOfTrees = 10,
                NumberOfThreads = 1,
            }),
            "SDCA" => trainers.SdcaNonCalibrated(
                new SdcaNonCalibratedBinaryTrainer.Options { L2Regularization = trial.Get<float>("Penalty"), NumberOfThreads = 1 }),
            _ => (IEstimator<ITransformer>)trainers.NeuralNetwork(new NeuralNetworkBinaryTrainer.Options
            {
                LearningRate = trial.Get<double>("Rate"),
                HiddenUnits = [8],
                MaximumEpochs = 10,
            }),
        });
    }
}
