using System.Runtime.CompilerServices;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Evaluation;
using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Tasks;

namespace Microsoft.ML;

/// <summary>
/// Adds <c>MeasureBySegment</c> to the catalogs of tasks: how good a model is on the rows of each country, say, or of each kind of device,
/// by rows that it or any other has scored.
/// </summary>
/// <remarks>
/// Rows are read and judged as <c>Measure</c> does. One without a segment is left out, and counted in a warning.
/// </remarks>
public static class SegmentEvaluationCatalog
{
    /// <summary>Measures metrics of each segment by itself, of rows scored for two classes.</summary>
    /// <param name="catalog">The catalog of binary classification.</param>
    /// <param name="scored">The scored rows.</param>
    /// <param name="segmentColumnName">The column that says which segment a row is of: text, a key, a Boolean, a number.</param>
    /// <param name="options">The options, which are copied; null takes the defaults. A bootstrap is not made.</param>
    /// <param name="metrics">The metrics.</param>
    /// <returns>
    /// By the name of the segment, in the order of names, the value of each metric; NaN where its rows are too few, or left out.
    /// </returns>
    /// <exception cref="ArgumentException">
    /// A value is out of its range, the rows are scored for another task, or a metric cannot be measured on them.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is of another type.</exception>
    /// <exception cref="InvalidOperationException">No row can be judged, or the values of one are not valid.</exception>
    /// <example>
    /// <code>
    /// foreach ((string country, IReadOnlyList&lt;MeasuredMetric> measured) in
    ///     ml.BinaryClassification.MeasureBySegment(scored, "Country", new ErrorRate()))
    ///     Console.WriteLine($"{country}: {measured[0]}");
    /// </code>
    /// </example>
    public static IReadOnlyDictionary<string, IReadOnlyList<MeasuredMetric>> MeasureBySegment(
        this BinaryClassificationCatalog catalog, IDataView scored, string segmentColumnName, EvaluationOptions? options,
        params IReadOnlyList<Metric> metrics)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return MeasureBySegment(CatalogEnvironment.Of(catalog), scored, segmentColumnName, options, metrics, ScoredTask.Binary);
    }

    /// <summary>Measures metrics of each segment by itself, of rows scored for several classes.</summary>
    /// <param name="catalog">The catalog of multiclass classification.</param>
    /// <param name="scored">The scored rows.</param>
    /// <param name="segmentColumnName">The column that says which segment a row is of: text, a key, a Boolean, a number.</param>
    /// <param name="options">The options, which are copied; null takes the defaults. A bootstrap is not made.</param>
    /// <param name="metrics">The metrics.</param>
    /// <returns>
    /// By the name of the segment, in the order of names, the value of each metric; NaN where its rows are too few, or left out.
    /// </returns>
    /// <exception cref="ArgumentException">
    /// A value is out of its range, the rows are scored for another task, or a metric cannot be measured on them.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is of another type.</exception>
    /// <exception cref="InvalidOperationException">No row can be judged, or the values of one are not valid.</exception>
    public static IReadOnlyDictionary<string, IReadOnlyList<MeasuredMetric>> MeasureBySegment(
        this MulticlassClassificationCatalog catalog, IDataView scored, string segmentColumnName, EvaluationOptions? options,
        params IReadOnlyList<Metric> metrics)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return MeasureBySegment(CatalogEnvironment.Of(catalog), scored, segmentColumnName, options, metrics, ScoredTask.Multiclass);
    }

    /// <summary>Measures metrics of each segment by itself, of rows scored with one number or several.</summary>
    /// <param name="catalog">The catalog of regression.</param>
    /// <param name="scored">The scored rows.</param>
    /// <param name="segmentColumnName">The column that says which segment a row is of: text, a key, a Boolean, a number.</param>
    /// <param name="options">The options, which are copied; null takes the defaults. A bootstrap is not made.</param>
    /// <param name="metrics">The metrics.</param>
    /// <returns>
    /// By the name of the segment, in the order of names, the value of each metric; NaN where its rows are too few, or left out.
    /// </returns>
    /// <exception cref="ArgumentException">
    /// A value is out of its range, the rows are scored for another task, or a metric cannot be measured on them.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is of another type.</exception>
    /// <exception cref="InvalidOperationException">No row can be judged, or the values of one are not valid.</exception>
    public static IReadOnlyDictionary<string, IReadOnlyList<MeasuredMetric>> MeasureBySegment(
        this RegressionCatalog catalog, IDataView scored, string segmentColumnName, EvaluationOptions? options,
        params IReadOnlyList<Metric> metrics)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return MeasureBySegment(CatalogEnvironment.Of(catalog), scored, segmentColumnName, options, metrics, ScoredTask.Regression);
    }

    /// <summary>Measures metrics of each segment by itself, of rows scored for several labels.</summary>
    /// <param name="catalog">The catalog of multi-label classification.</param>
    /// <param name="scored">The scored rows.</param>
    /// <param name="segmentColumnName">The column that says which segment a row is of: text, a key, a Boolean, a number.</param>
    /// <param name="options">The options, which are copied; null takes the defaults. A bootstrap is not made.</param>
    /// <param name="metrics">The metrics.</param>
    /// <returns>
    /// By the name of the segment, in the order of names, the value of each metric; NaN where its rows are too few, or left out.
    /// </returns>
    /// <exception cref="ArgumentException">
    /// A value is out of its range, the rows are scored for another task, or a metric cannot be measured on them.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is of another type.</exception>
    /// <exception cref="InvalidOperationException">No row can be judged, or the values of one are not valid.</exception>
    public static IReadOnlyDictionary<string, IReadOnlyList<MeasuredMetric>> MeasureBySegment(
        this MultiLabelClassificationCatalog catalog, IDataView scored, string segmentColumnName, EvaluationOptions? options,
        params IReadOnlyList<Metric> metrics)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return MeasureBySegment(catalog.Environment, scored, segmentColumnName, options, metrics, ScoredTask.MultiLabel);
    }

    /// <summary>Measures metrics of each segment by itself, of rows scored for two classes, with the defaults of all options.</summary>
    /// <param name="catalog">The catalog of binary classification.</param>
    /// <param name="scored">The scored rows.</param>
    /// <param name="segmentColumnName">The column that says which segment a row is of: text, a key, a Boolean, a number.</param>
    /// <param name="metrics">The metrics.</param>
    /// <returns>By the name of the segment, in the order of names, the value of each metric; NaN where its rows are too few.</returns>
    /// <exception cref="ArgumentException">The rows are scored for another task, or a metric cannot be measured on them.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is of another type.</exception>
    /// <exception cref="InvalidOperationException">No row can be judged, or the values of one are not valid.</exception>
    [OverloadResolutionPriority(-1)] // null stands for options
    public static IReadOnlyDictionary<string, IReadOnlyList<MeasuredMetric>> MeasureBySegment(
        this BinaryClassificationCatalog catalog, IDataView scored, string segmentColumnName, params IReadOnlyList<Metric> metrics) =>
        catalog.MeasureBySegment(scored, segmentColumnName, options: null, metrics);

    /// <summary>Measures metrics of each segment by itself, of rows scored for several classes, with the defaults of all options.</summary>
    /// <param name="catalog">The catalog of multiclass classification.</param>
    /// <param name="scored">The scored rows.</param>
    /// <param name="segmentColumnName">The column that says which segment a row is of: text, a key, a Boolean, a number.</param>
    /// <param name="metrics">The metrics.</param>
    /// <returns>By the name of the segment, in the order of names, the value of each metric; NaN where its rows are too few.</returns>
    /// <exception cref="ArgumentException">The rows are scored for another task, or a metric cannot be measured on them.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is of another type.</exception>
    /// <exception cref="InvalidOperationException">No row can be judged, or the values of one are not valid.</exception>
    [OverloadResolutionPriority(-1)] // null stands for options
    public static IReadOnlyDictionary<string, IReadOnlyList<MeasuredMetric>> MeasureBySegment(
        this MulticlassClassificationCatalog catalog, IDataView scored, string segmentColumnName, params IReadOnlyList<Metric> metrics) =>
        catalog.MeasureBySegment(scored, segmentColumnName, options: null, metrics);

    /// <summary>Measures metrics of each segment by itself, of rows scored with one number or several, with the defaults of all options.</summary>
    /// <param name="catalog">The catalog of regression.</param>
    /// <param name="scored">The scored rows.</param>
    /// <param name="segmentColumnName">The column that says which segment a row is of: text, a key, a Boolean, a number.</param>
    /// <param name="metrics">The metrics.</param>
    /// <returns>By the name of the segment, in the order of names, the value of each metric; NaN where its rows are too few.</returns>
    /// <exception cref="ArgumentException">The rows are scored for another task, or a metric cannot be measured on them.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is of another type.</exception>
    /// <exception cref="InvalidOperationException">No row can be judged, or the values of one are not valid.</exception>
    [OverloadResolutionPriority(-1)] // null stands for options
    public static IReadOnlyDictionary<string, IReadOnlyList<MeasuredMetric>> MeasureBySegment(
        this RegressionCatalog catalog, IDataView scored, string segmentColumnName, params IReadOnlyList<Metric> metrics) =>
        catalog.MeasureBySegment(scored, segmentColumnName, options: null, metrics);

    /// <summary>Measures metrics of each segment by itself, of rows scored for several labels, with the defaults of all options.</summary>
    /// <param name="catalog">The catalog of multi-label classification.</param>
    /// <param name="scored">The scored rows.</param>
    /// <param name="segmentColumnName">The column that says which segment a row is of: text, a key, a Boolean, a number.</param>
    /// <param name="metrics">The metrics.</param>
    /// <returns>By the name of the segment, in the order of names, the value of each metric; NaN where its rows are too few.</returns>
    /// <exception cref="ArgumentException">The rows are scored for another task, or a metric cannot be measured on them.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is of another type.</exception>
    /// <exception cref="InvalidOperationException">No row can be judged, or the values of one are not valid.</exception>
    [OverloadResolutionPriority(-1)] // null stands for options
    public static IReadOnlyDictionary<string, IReadOnlyList<MeasuredMetric>> MeasureBySegment(
        this MultiLabelClassificationCatalog catalog, IDataView scored, string segmentColumnName, params IReadOnlyList<Metric> metrics) =>
        catalog.MeasureBySegment(scored, segmentColumnName, options: null, metrics);

    private static IReadOnlyDictionary<string, IReadOnlyList<MeasuredMetric>> MeasureBySegment(
        IHostEnvironment environment, IDataView scored, string segmentColumnName, EvaluationOptions? options,
        IReadOnlyList<Metric> metrics, ScoredTask task)
    {
        ArgumentNullException.ThrowIfNull(scored);
        ArgumentException.ThrowIfNullOrEmpty(segmentColumnName);
        ArgumentNullException.ThrowIfNull(metrics);
        var evaluation = new MetricEvaluation(environment.Register(nameof(MeasureBySegment)), scored, options ?? new EvaluationOptions())
        {
            Task = task,
        };
        IReadOnlyDictionary<string, IReadOnlyList<double>> values = evaluation.MeasureBySegment(metrics, segmentColumnName).Values;
        return new OrderedDictionary<string, IReadOnlyList<MeasuredMetric>>(values.Select(segment =>
            KeyValuePair.Create<string, IReadOnlyList<MeasuredMetric>>(
                segment.Key, [.. metrics.Zip(segment.Value, (metric, value) => new MeasuredMetric(metric, value, Interval: null))])));
    }
}
