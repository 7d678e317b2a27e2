using MLNet.DeepExt.Neural.Metrics;

namespace MLNet.DeepExt.Evaluation;

/// <summary>
/// The area under the ROC curve of each class against all others. Each is measured on the scores of its class alone: of metrics that are
/// given those of all classes, every one has room for all.
/// </summary>
/// <param name="classes">How many classes there are.</param>
internal sealed class ClassAreas(int classes)
{
    private readonly MetricOfRows[] _areas =
        [.. Enumerable.Range(0, classes).Select(_ => MetricOfRows.OfClasses(new AreaUnderRocCurve(), outputs: 1))];

    /// <summary>The area of a class; NaN where no row is of it, or all are.</summary>
    public double Of(int label) => _areas[label].Value;

    /// <summary>Adds a row.</summary>
    public void Add(ScoredExample row)
    {
        float[] scores = row.Outputs(OutputKind.Ranking);
        Span<float> score = stackalloc float[1];
        for (int label = 0; label < _areas.Length; label++)
        {
            // A single score orders class 1; class 0 has the opposite order.
            score[0] = scores.Length > 1 ? scores[label] : label == 1 ? scores[0] : -scores[0];
            _areas[label].Add(score, row.Class == label ? 1 : 0, row.Weight);
        }
    }
}
