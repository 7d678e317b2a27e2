using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Neural.Metrics;

namespace MLNet.DeepExt.Evaluation;

/// <summary>Measures scored rows.</summary>
internal static class ScoredData
{
    public static IReadOnlyList<MeasuredMetric> Measure(
        IHost host, IDataView scored, IReadOnlyList<Metric> metrics, EvaluationOptions options) =>
        throw new NotSupportedException();

    public static IReadOnlyDictionary<string, IReadOnlyList<double>> MeasureSegments(
        IHost host, IDataView scored, IReadOnlyList<Metric> metrics, EvaluationOptions options, string segmentColumnName) =>
        throw new NotSupportedException();

    public static IReadOnlyList<string>? ClassNames(IHost host, DataViewSchema scored, EvaluationOptions options) =>
        throw new NotSupportedException();
}
