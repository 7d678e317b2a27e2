using System.Text.Json.Serialization;

namespace MLNet.DeepExt.Tests.Reference;

/// <summary>What robust_and_quantile.py, beside this file, wrote.</summary>
public sealed record RobustAndQuantileReference(
    [property: JsonPropertyName("cases")] Dictionary<string, RobustAndQuantileReference.Case> Cases,
    [property: JsonPropertyName("probabilities")] double[] Probabilities,
    [property: JsonPropertyName("percentage_points")] double[] PercentagePoints,
    [property: JsonPropertyName("tail_points")] double[] TailPoints,
    [property: JsonPropertyName("tails")] double[] Tails)
{
    public static TheoryData<string> CaseNames => ["many", "few", "long"];

    public static RobustAndQuantileReference Load()
    {
        using Stream stream = typeof(RobustAndQuantileReference).Assembly
            .GetManifestResourceStream("MLNet.DeepExt.Tests.Reference.robust_and_quantile.json")!;
        return ReferenceJson.Read<RobustAndQuantileReference>(stream);
    }

    /// <summary>A table, and other rows as both methods of scikit-learn transform them.</summary>
    public sealed record Case(
        [property: JsonPropertyName("training")] float?[][] Training,
        [property: JsonPropertyName("fresh")] float?[][] Fresh,
        [property: JsonPropertyName("medians")] double[] Medians,
        [property: JsonPropertyName("ranges")] double[] Ranges,
        [property: JsonPropertyName("scaled")] double?[][] Scaled,
        [property: JsonPropertyName("quantiles")] double[][] Quantiles,
        [property: JsonPropertyName("normal")] double?[][] Normal,
        [property: JsonPropertyName("normal_input")] float[] NormalInput,
        [property: JsonPropertyName("inverse")] double[][] Inverse);
}
