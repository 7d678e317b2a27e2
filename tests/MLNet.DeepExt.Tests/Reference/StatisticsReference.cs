using System.Text.Json.Serialization;

namespace MLNet.DeepExt.Tests.Reference;

/// <summary>What statistics.py, beside this file, wrote.</summary>
public sealed record StatisticsReference(
    [property: JsonPropertyName("quantiles")] double[][] Quantiles,
    [property: JsonPropertyName("gammas")] double[][] Gammas,
    [property: JsonPropertyName("betas")] double[][] Betas,
    [property: JsonPropertyName("kolmogorov")] StatisticsReference.TwoSamples[] Kolmogorov,
    [property: JsonPropertyName("tables")] StatisticsReference.CountTable[] Tables,
    [property: JsonPropertyName("p_values")] double[] PValues,
    [property: JsonPropertyName("adjusted")] double[] Adjusted,
    [property: JsonPropertyName("areas")] StatisticsReference.RankedScores[] Areas,
    [property: JsonPropertyName("intervals")] double[][] Intervals,
    [property: JsonPropertyName("sizes")] double[][] Sizes,
    [property: JsonPropertyName("fisher")] double[][] Fisher,
    [property: JsonPropertyName("students")] double[][] Students)
{
    public static StatisticsReference Load()
    {
        using Stream stream = typeof(StatisticsReference).Assembly
            .GetManifestResourceStream("MLNet.DeepExt.Tests.Reference.statistics.json")!;
        return ReferenceJson.Read<StatisticsReference>(stream);
    }

    public sealed record TwoSamples(
        [property: JsonPropertyName("first")] float[] First,
        [property: JsonPropertyName("second")] float[] Second,
        [property: JsonPropertyName("statistic")] double Statistic,
        [property: JsonPropertyName("exact")] double Exact,
        [property: JsonPropertyName("asymptotic")] double Asymptotic);

    public sealed record CountTable(
        [property: JsonPropertyName("first")] long[] First,
        [property: JsonPropertyName("second")] long[] Second,
        [property: JsonPropertyName("statistic")] double Statistic,
        [property: JsonPropertyName("p")] double PValue);

    public sealed record RankedScores(
        [property: JsonPropertyName("yes")] float[] Yes,
        [property: JsonPropertyName("no")] float[] No,
        [property: JsonPropertyName("area")] double Area,
        [property: JsonPropertyName("variance")] double Variance);
}
