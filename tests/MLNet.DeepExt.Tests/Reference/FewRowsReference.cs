using System.Text.Json.Serialization;

namespace MLNet.DeepExt.Tests.Reference;

/// <summary>What few_rows.py, beside this file, wrote: tables of few rows, and what scikit-learn reaches on them.</summary>
internal sealed record FewRowsReference
{
    [JsonPropertyName("width")]
    public required int Width { get; init; }

    [JsonPropertyName("features")]
    public required float[] Features { get; init; } // (rows, width)

    [JsonPropertyName("classes")]
    public required int[] Classes { get; init; } // (rows)

    [JsonPropertyName("splits")]
    public required int[][] Splits { get; init; } // (repeats, rows): the first quarter is for the test

    [JsonPropertyName("linear")]
    public required Figures Linear { get; init; }

    [JsonPropertyName("network")]
    public required Figures Network { get; init; }

    public static FewRowsReference Load(string name)
    {
        using Stream json = typeof(FewRowsReference).Assembly.GetManifestResourceStream("MLNet.DeepExt.Tests.Reference.few_rows.json")!;
        return ReferenceJson.Read<Dictionary<string, FewRowsReference>>(json)[name];
    }

    /// <summary>The means over the splits.</summary>
    public sealed record Figures(
        [property: JsonPropertyName("log_loss")] double LogLoss, [property: JsonPropertyName("accuracy")] double Accuracy);
}
