using System.Text.Json.Serialization;

namespace MLNet.DeepExt.Tests.Reference;

/// <summary>What standard_scaler.py, beside this file, wrote.</summary>
public sealed record StandardScalerReference(
    [property: JsonPropertyName("training")] float?[][] Training,
    [property: JsonPropertyName("means")] double[] Means,
    [property: JsonPropertyName("variances")] double[] Variances,
    [property: JsonPropertyName("transformed")] double?[][] Transformed,
    [property: JsonPropertyName("fresh")] float?[][] Fresh,
    [property: JsonPropertyName("fresh_transformed")] double?[][] FreshTransformed)
{
    public static StandardScalerReference Load()
    {
        using Stream stream = typeof(StandardScalerReference).Assembly
            .GetManifestResourceStream("MLNet.DeepExt.Tests.Reference.standard_scaler.json")!;
        return ReferenceJson.Read<StandardScalerReference>(stream);
    }
}
