using Microsoft.ML.Data;

namespace MLNet.DeepExt.Tests.SearchProbe;

/// <summary>A row whose label its features decide, not without errors.</summary>
public sealed class ProbeRow
{
    public bool Label { get; set; }

    [VectorType(4)]
    public float[] Features { get; set; } = [];

    public static ProbeRow[] Generate(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            float[] features = [.. Enumerable.Range(0, 4).Select(_ => 2 * random.NextSingle() - 1)];
            return new ProbeRow { Features = features, Label = features[0] * features[1] + features[2] / 4 + random.NextSingle() / 4 > 0.1f };
        })];
    }
}
