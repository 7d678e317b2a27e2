using MLNet.DeepExt.Search;

namespace MLNet.DeepExt.Benchmarks.Growth;

/// <summary>A search that is already finished: its journal is read, and there is nothing left to do but the winner's fit.</summary>
internal sealed class ResumeGrowth : GrowthCase
{
    /// <inheritdoc/>
    public override string Name => "resume";

    /// <inheritdoc/>
    public override string Description => "trials in a folder, read again";

    /// <inheritdoc/>
    public override int Size => 100;

    /// <inheritdoc/>
    public override Action Prepare(int size)
    {
        string path = Directory.CreateTempSubdirectory("growth-").FullName;
        SearchGrowth.Run(size, path, new RandomSampler());
        return () =>
        {
            SearchGrowth.Run(size, path, new RandomSampler());
            Directory.Delete(path, recursive: true);
        };
    }
}
