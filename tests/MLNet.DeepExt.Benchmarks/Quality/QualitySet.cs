using Microsoft.ML;
using MLNet.DeepExt.Benchmarks.Quality.Sets;
using MLNet.DeepExt.Benchmarks.Quality.Tasks;

namespace MLNet.DeepExt.Benchmarks.Quality;

/// <summary>A data set: where it is, how a user would prepare it in ML.NET, and what a network should reach on it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Folder">The name of the folder of its files.</param>
/// <param name="Goal">What the metric of its task should reach.</param>
/// <param name="Task">What is to be learned.</param>
/// <param name="IsTable">Whether its columns are of many kinds; otherwise they are the pixels of images.</param>
internal abstract record QualitySet(string Name, string Folder, double Goal, QualityTask Task, bool IsTable)
{
    /// <summary>The share that is held out where a set has no test data of its own, and to choose options by.</summary>
    protected const double HeldOutShare = 0.2;

    public static IReadOnlyList<QualitySet> All { get; } =
    [
        new ImageSet("fashion-mnist", 0.900),
        new ImageSet("mnist", 0.984),
        new AdultSet(),
        new LetterSet(),
        new CovertypeSet(),
        new CaliforniaSet(),
    ];

    /// <summary>Whether its folder, with its files, is in the folder of all sets.</summary>
    public abstract bool IsIn(string data);

    /// <summary>Reads it.</summary>
    /// <param name="context">The context to read with.</param>
    /// <param name="data">The folder of all sets.</param>
    /// <param name="split">Which rows are the test data of a set without a test file.</param>
    /// <param name="heldOutSeed">
    /// Null to judge by the test data. Otherwise the test data is left alone, and a part of the training data, drawn from this seed, is
    /// held out and judged by.
    /// </param>
    public abstract DataParts Load(MLContext context, string data, SplitKind split, int? heldOutSeed);

    /// <summary>What comes before the trainer: it ends with the columns Features and Label.</summary>
    public abstract IEstimator<ITransformer> Preparation(MLContext context);
}
