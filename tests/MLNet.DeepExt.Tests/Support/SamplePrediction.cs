using System.Globalization;
using Microsoft.ML;

namespace MLNet.DeepExt.Tests.Support;

/// <summary>What a fitted <see cref="SamplePipeline"/> says of a <see cref="SampleRow"/>.</summary>
public sealed class SamplePrediction
{
    public string PredictedLabel { get; set; } = "";

    public float[] Score { get; set; } = [];

    public static string[] Of(ITransformer model, IEnumerable<SampleRow> rows)
    {
        var context = new MLContext();
        IDataView scored = model.Transform(context.Data.LoadFromEnumerable(rows));
        return [.. context.Data.CreateEnumerable<SamplePrediction>(scored, reuseRowObject: true).Select(row => row.ToString())];
    }

    /// <summary>Label and scores, with every digit that the scores need.</summary>
    public override string ToString() =>
        string.Join(' ', Score.Select(score => score.ToString("R", CultureInfo.InvariantCulture)).Prepend(PredictedLabel));
}
