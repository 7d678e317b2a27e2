using System.Text.Json.Serialization;

namespace MLNet.DeepExt.Tests.Reference;

/// <summary>What evaluation.py, beside this file, wrote.</summary>
public sealed record EvaluationReference(
    [property: JsonPropertyName("binary")] EvaluationReference.Case[] Binary,
    [property: JsonPropertyName("classes")] EvaluationReference.Case[] Classes,
    [property: JsonPropertyName("regression")] EvaluationReference.Case[] Regression,
    [property: JsonPropertyName("intervals")] Dictionary<string, double[]> Intervals)
{
    public static EvaluationReference Load()
    {
        using Stream stream = typeof(EvaluationReference).Assembly
            .GetManifestResourceStream("MLNet.DeepExt.Tests.Reference.evaluation.json")!;
        return ReferenceJson.Read<EvaluationReference>(stream);
    }

    /// <summary>Scored rows, and what they come to by the names of metrics.</summary>
    /// <param name="Labels">(rows).</param>
    /// <param name="Scores">(rows), or (rows, classes).</param>
    /// <param name="Probabilities">(rows), of quantiles (rows, 3).</param>
    /// <param name="Weights">(rows).</param>
    /// <param name="Values">By metric.</param>
    /// <param name="ByClass">(classes, 4 or 5): precision, recall, F1, support, and of several classes the area under the ROC curve.</param>
    /// <param name="Confusion">(classes, classes).</param>
    public sealed record Case(
        [property: JsonPropertyName("labels")] float[] Labels,
        [property: JsonPropertyName("scores")] float[] Scores,
        [property: JsonPropertyName("probabilities")] float[] Probabilities,
        [property: JsonPropertyName("weights")] float[] Weights,
        [property: JsonPropertyName("values")] Dictionary<string, double> Values,
        [property: JsonPropertyName("classes")] double[][] ByClass,
        [property: JsonPropertyName("confusion")] double[] Confusion);
}
