using MLNet.DeepExt.Search;

namespace MLNet.DeepExt.Benchmarks.Searching;

/// <summary>A way to search, with the same budget as all others: the epochs of <see cref="FullTrainings"/> whole trainings.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Sampler">Where parameters come from.</param>
/// <param name="Scheduler">How long trials are trained.</param>
internal sealed record SearchMethod(string Name, Sampler Sampler, Scheduler Scheduler)
{
    /// <summary>Epochs of a whole training.</summary>
    public const int Epochs = 27;

    /// <summary>Whole trainings that the budget is worth: three parameters with three values each, for the grid.</summary>
    public const int FullTrainings = 27;

    public static IReadOnlyList<SearchMethod> All { get; } =
    [
        new("grid", new GridSampler { PointsPerParameter = 3 }, new FullTraining()),
        new("random", new RandomSampler(), new FullTraining()),
        new("coarse to fine", new CoarseToFineSampler { TrialsPerRound = 9 }, new FullTraining()),
        new("TPE", new TreeParzenSampler { StartupTrials = 9 }, new FullTraining()),
        new("ASHA", new RandomSampler(), Halving),
        new("ASHA with TPE", new TreeParzenSampler { StartupTrials = 9 }, Halving),
    ];

    private static AsynchronousHalving Halving => new() { MinimumEpochs = 3, MaximumEpochs = Epochs };
}
