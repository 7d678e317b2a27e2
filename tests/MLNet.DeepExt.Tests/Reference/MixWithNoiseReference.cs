using System.Text.Json.Serialization;

namespace MLNet.DeepExt.Tests.Reference;

/// <summary>What mix_with_noise.py, beside this file, wrote: of each ratio the mixed signals.</summary>
public sealed record MixWithNoiseReference(
    [property: JsonPropertyName("signals")] float[][] Signals,
    [property: JsonPropertyName("noise")] float[] Noise,
    [property: JsonPropertyName("ratios")] double[] Ratios,
    [property: JsonPropertyName("mixed")] double[][][] Mixed)
{
    public static MixWithNoiseReference Load()
    {
        using Stream stream = typeof(MixWithNoiseReference).Assembly
            .GetManifestResourceStream("MLNet.DeepExt.Tests.Reference.mix_with_noise.json")!;
        return ReferenceJson.Read<MixWithNoiseReference>(stream);
    }
}
