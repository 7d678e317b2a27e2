using MLNet.DeepExt.Search;

namespace MLNet.DeepExt.Benchmarks.Growth;

/// <summary>Work of which the time and the memory should be linear in its size, or bounded.</summary>
internal abstract class GrowthCase
{
    /// <summary>All cases, in the order of the table.</summary>
    public static IReadOnlyList<GrowthCase> All { get; } =
    [
        new SearchGrowth("search", "trials, random", folder: false, new RandomSampler()),
        new SearchGrowth("search-folder", "trials in a folder, random", folder: true, new RandomSampler()),
        new SearchGrowth("search-tpe", "trials, Parzen trees", folder: false, new TreeParzenSampler()),
        new ResumeGrowth(),
        new EpochGrowth("epochs", "epochs, ReduceOnPlateau", checkpoint: false),
        new EpochGrowth("checkpoint", "epochs, a checkpoint after each", checkpoint: true),
        new ReportGrowth("report", "rows of 20 classes, Report", resamples: null),
        new ReportGrowth("bootstrap", "rows of 20 classes, Report with 100 bootstrap samples", resamples: 100),
        new LayerGrowth(),
    ];

    /// <summary>The name on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>What the size counts, and what is done.</summary>
    public abstract string Description { get; }

    /// <summary>The size of the first column; the others are 10 and 100 times it.</summary>
    public abstract int Size { get; }

    /// <summary>Makes everything that the work needs, which is not measured.</summary>
    /// <param name="size">The size of the work.</param>
    /// <returns>The work, done once and measured.</returns>
    public abstract Action Prepare(int size);
}
