using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Evaluation;
using MLNet.DeepExt.Neural.Metrics;

namespace MLNet.DeepExt.Tests.Evaluation;

public sealed class ReportWriterTests
{
    private const int Rows = 4000;
    private const int Classes = 200;

    [Fact]
    public void A_report_of_many_classes_keeps_5_bytes_of_each_row_and_class_for_each_of_two_areas()
    {
        var context = new MLContext(seed: 1);
        ManyClassesRow[] rows = ManyClassesRow.Generate();
        IDataView scored = context.Data.LoadFromEnumerable(rows);
        long before = GC.GetAllocatedBytesForCurrentThread();
        ClassificationReport report = context.MulticlassClassification.Report(scored);
        long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        // Lists that grow by doubling take twice as much altogether.
        Assert.InRange(bytes / ((double)Rows * Classes), 0, 26);

        var area = new AreaUnderRocCurve();
        MetricOfRows all = MetricOfRows.OfClasses(area, Classes), seventh = MetricOfRows.OfClasses(area with { Class = 7 }, Classes);
        foreach (ManyClassesRow row in rows)
        {
            all.Add(row.Score, (int)row.Label);
            seventh.Add(row.Score, (int)row.Label);
        }

        Assert.Equal(all.Value, report.AreaUnderRocCurve);
        Assert.Equal(all.Value, report.Macro.AreaUnderRocCurve);
        Assert.Equal(seventh.Value, report.Classes[7].AreaUnderRocCurve);
    }

    private sealed class ManyClassesRow
    {
        [KeyType(Classes)]
        public uint Label { get; set; }

        [KeyType(Classes)]
        public uint PredictedLabel { get; set; }

        [VectorType(Classes)]
        public float[] Score { get; set; } = [];

        public static ManyClassesRow[] Generate()
        {
            var random = new Random(1);
            return [.. Enumerable.Range(0, Rows).Select(_ =>
            {
                int label = random.Next(Classes);
                float[] scores = [.. Enumerable.Range(0, Classes).Select(index => random.NextSingle() + (index == label ? 1 : 0))];
                float sum = scores.Sum();
                return new ManyClassesRow
                {
                    Label = (uint)label,
                    PredictedLabel = (uint)Array.IndexOf(scores, scores.Max()),
                    Score = [.. scores.Select(score => score / sum)],
                };
            })];
        }
    }
}
