using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Evaluation;

namespace MLNet.DeepExt.Benchmarks.Growth;

/// <summary>A classification report of rows that are made while they are read.</summary>
internal sealed class ReportGrowth(string name, string description, int? resamples) : GrowthCase
{
    private const int Classes = 20;

    /// <inheritdoc/>
    public override string Name => name;

    /// <inheritdoc/>
    public override string Description => description;

    /// <inheritdoc/>
    public override int Size => 5000;

    /// <inheritdoc/>
    public override Action Prepare(int size)
    {
        var context = new MLContext(seed: 1);
        IDataView scored = context.Data.LoadFromEnumerable(Rows(size));
        var options = new EvaluationOptions
        {
            Bootstrap = resamples is { } count ? new Bootstrap { Resamples = count, Seed = 1 } : null,
        };
        return () => context.MulticlassClassification.Report(scored, options);
    }

    // The same object each time, so that making rows takes no memory.
    private static IEnumerable<Row> Rows(int count)
    {
        var random = new Random(1);
        var row = new Row();
        for (int i = 0; i < count; i++)
        {
            row.Label = (uint)(1 + random.Next(Classes));
            float sum = 0;
            for (int k = 0; k < Classes; k++)
                sum += row.Score[k] = random.NextSingle() + (k + 1 == row.Label ? 0.5f : 0.01f);
            for (int k = 0; k < Classes; k++)
                row.Score[k] /= sum;
            row.PredictedLabel = (uint)(1 + Array.IndexOf(row.Score, row.Score.Max()));
            yield return row;
        }
    }

    private sealed class Row
    {
        [KeyType(Classes)]
        public uint Label { get; set; }

        [KeyType(Classes)]
        public uint PredictedLabel { get; set; }

        [VectorType(Classes)]
        public float[] Score { get; } = new float[Classes];
    }
}
