namespace MLNet.DeepExt.Tests.Reference;

/// <summary>What sampling.py, beside this file, wrote: mixtures of normal distributions cut off at 0 and 1, and grids.</summary>
internal sealed record SamplingReference
{
    public required Mixture[] Cases { get; init; }

    public required Dictionary<string, double[]> Grids { get; init; }

    public static SamplingReference Load()
    {
        using Stream json = typeof(SamplingReference).Assembly.GetManifestResourceStream("MLNet.DeepExt.Tests.Reference.sampling.json")!;
        return ReferenceJson.Read<SamplingReference>(json);
    }

    public sealed record Mixture(double[] Units, double PriorWeight, double[] Places, double[] Densities, double[] Cumulative);
}
