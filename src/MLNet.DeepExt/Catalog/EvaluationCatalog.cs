using System.Runtime.CompilerServices;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Evaluation;
using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Tasks;

namespace Microsoft.ML;

/// <summary>
/// Adds <c>Report</c> and <c>Measure</c> to the catalogs of tasks: how good a model is, by rows that it or any other has scored.
/// </summary>
/// <remarks>
/// <para>The rows may be scored by any model of ML.NET or of this library, or come with their scores out of a file. They are read once,
/// and again where classes are balanced or where areas under curves rank more scores than fit into an eighth of the memory (at least 128
/// MB); the log says how often. Every reading must give the same rows: cache them with <c>ml.Data.Cache</c> where it does not, or where
/// scoring takes long. A row that cannot be judged is left out, and counted in one warning: one whose scores are NaN, or infinite where
/// they are numbers or probabilities, without a label or with one that the model does not know, without a weight, or without both a
/// prediction and scores. Rows of weight 0 are left out without a warning. Reports say how many rows were judged and left out.</para>
/// <para>PredictedLabel says what is predicted, so that a threshold that was moved counts; where it does not, the highest score does.
/// Scores order rows. Probabilities are of the column Probability, or are the scores of several classes where these sum to 1. Classes of
/// labels and of scores are matched by their names, which keys have and slots, and where one of them has none by their number.</para>
/// </remarks>
public static class EvaluationCatalog
{
    /// <summary>Judges rows that are scored with a yes or no.</summary>
    /// <param name="catalog">The catalog of binary classification.</param>
    /// <param name="scored">The scored rows.</param>
    /// <param name="labelColumnName">The column of labels: a <see cref="bool"/>, 0 and 1, or a key of two values.</param>
    /// <param name="exampleWeightColumnName">A column of weights; null, the default, weighs all rows alike.</param>
    /// <returns>The figures of all rows and of each class. Without a column Probability, those of probabilities are NaN.</returns>
    /// <exception cref="ArgumentException">The rows are scored for another task.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is of another type.</exception>
    /// <exception cref="InvalidOperationException">No row can be judged, or a label or a weight makes no sense.</exception>
    /// <example>
    /// <code>
    /// Console.WriteLine(ml.BinaryClassification.Report(model.Transform(test)));
    /// </code>
    /// </example>
    public static ClassificationReport Report(
        this BinaryClassificationCatalog catalog, IDataView scored, string labelColumnName = "Label",
        string? exampleWeightColumnName = null) =>
        catalog.Report(scored, Options(labelColumnName, exampleWeightColumnName));

    /// <summary>The same with all that can be set on it.</summary>
    /// <param name="catalog">The catalog of binary classification.</param>
    /// <param name="scored">The scored rows.</param>
    /// <param name="options">The options. They are copied.</param>
    /// <exception cref="ArgumentException">A value is out of its range, or the rows are scored for another task.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is of another type.</exception>
    /// <exception cref="InvalidOperationException">No row can be judged, or a label or a weight makes no sense.</exception>
    public static ClassificationReport Report(this BinaryClassificationCatalog catalog, IDataView scored, EvaluationOptions options) =>
        ReportWriter.OfClasses(Host(catalog, scored, options), scored, options.Copy(), ScoredTask.Binary);

    /// <summary>Judges rows that are scored for several classes.</summary>
    /// <param name="catalog">The catalog of multiclass classification.</param>
    /// <param name="scored">The scored rows.</param>
    /// <param name="labelColumnName">The column of labels: a key, or text or numbers that are names of classes.</param>
    /// <param name="exampleWeightColumnName">A column of weights; null, the default, weighs all rows alike.</param>
    /// <returns>
    /// The figures of all rows and of each class. Where the scores are no probabilities, figures of probabilities are NaN.
    /// </returns>
    /// <exception cref="ArgumentException">The rows are scored for another task.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is of another type.</exception>
    /// <exception cref="InvalidOperationException">
    /// No row can be judged, a weight makes no sense, or labels and scores cannot be told to be of the same classes.
    /// </exception>
    /// <example>
    /// <code>
    /// ClassificationReport report = ml.MulticlassClassification.Report(model.Transform(test));
    /// Console.WriteLine(report);
    /// Console.WriteLine(report.ConfusionMatrix.NormalizedByLabel());
    /// </code>
    /// </example>
    public static ClassificationReport Report(
        this MulticlassClassificationCatalog catalog, IDataView scored, string labelColumnName = "Label",
        string? exampleWeightColumnName = null) =>
        catalog.Report(scored, Options(labelColumnName, exampleWeightColumnName));

    /// <summary>The same with all that can be set on it.</summary>
    /// <param name="catalog">The catalog of multiclass classification.</param>
    /// <param name="scored">The scored rows.</param>
    /// <param name="options">The options. They are copied.</param>
    /// <exception cref="ArgumentException">A value is out of its range, or the rows are scored for another task.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is of another type.</exception>
    /// <exception cref="InvalidOperationException">
    /// No row can be judged, a weight makes no sense, or labels and scores cannot be told to be of the same classes.
    /// </exception>
    /// <example>
    /// <code>
    /// var options = new EvaluationOptions { Bootstrap = new Bootstrap { Seed = 1 } };
    /// Console.WriteLine(ml.MulticlassClassification.Report(model.Transform(test), options));
    /// </code>
    /// </example>
    public static ClassificationReport Report(this MulticlassClassificationCatalog catalog, IDataView scored, EvaluationOptions options) =>
        ReportWriter.OfClasses(Host(catalog, scored, options), scored, options.Copy(), ScoredTask.Multiclass);

    /// <summary>Judges rows that are scored with a number, or with several.</summary>
    /// <param name="catalog">The catalog of regression.</param>
    /// <param name="scored">The scored rows. Where they have a column Quantiles, it is judged too.</param>
    /// <param name="labelColumnName">The column of labels: a number, or a vector of them.</param>
    /// <param name="exampleWeightColumnName">A column of weights; null, the default, weighs all rows alike.</param>
    /// <exception cref="ArgumentException">The rows are scored for another task.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is of another type.</exception>
    /// <exception cref="InvalidOperationException">No row can be judged, or a weight makes no sense.</exception>
    /// <example>
    /// <code>
    /// Console.WriteLine(ml.Regression.Report(model.Transform(test)).RootMeanSquaredError);
    /// </code>
    /// </example>
    public static RegressionReport Report(
        this RegressionCatalog catalog, IDataView scored, string labelColumnName = "Label", string? exampleWeightColumnName = null) =>
        catalog.Report(scored, Options(labelColumnName, exampleWeightColumnName));

    /// <summary>The same with all that can be set on it.</summary>
    /// <param name="catalog">The catalog of regression.</param>
    /// <param name="scored">The scored rows.</param>
    /// <param name="options">The options. They are copied.</param>
    /// <exception cref="ArgumentException">A value is out of its range, or the rows are scored for another task.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is of another type.</exception>
    /// <exception cref="InvalidOperationException">No row can be judged, or a weight makes no sense.</exception>
    public static RegressionReport Report(this RegressionCatalog catalog, IDataView scored, EvaluationOptions options) =>
        ReportWriter.OfNumbers(Host(catalog, scored, options), scored, options.Copy());

    /// <summary>Measures metrics over rows that are scored with a yes or no, in one reading.</summary>
    /// <param name="catalog">The catalog of binary classification.</param>
    /// <param name="scored">The scored rows.</param>
    /// <param name="options">The options, which are copied; null takes the defaults.</param>
    /// <param name="metrics">What is measured.</param>
    /// <returns>What each came to, in their order.</returns>
    /// <exception cref="ArgumentException">
    /// A value is out of its range, the rows are scored for another task, or a metric cannot be measured on them, such as one of
    /// probabilities where there is no column Probability.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is of another type.</exception>
    /// <exception cref="InvalidOperationException">No row can be judged, or a label, a weight or a probability makes no sense.</exception>
    /// <example>
    /// <code>
    /// var options = new EvaluationOptions { Bootstrap = new Bootstrap { Seed = 1 } };
    /// foreach (MeasuredMetric measured in ml.BinaryClassification.Measure(scored, options, new Accuracy(), new Recall { Class = 1 }))
    ///     Console.WriteLine(measured);
    /// </code>
    /// </example>
    public static IReadOnlyList<MeasuredMetric> Measure(
        this BinaryClassificationCatalog catalog, IDataView scored, EvaluationOptions? options, params IReadOnlyList<Metric> metrics) =>
        Measure(catalog, scored, options, metrics, ScoredTask.Binary);

    /// <summary>Measures metrics over rows that are scored for several classes, in one reading.</summary>
    /// <param name="catalog">The catalog of multiclass classification.</param>
    /// <param name="scored">The scored rows.</param>
    /// <param name="options">The options, which are copied; null takes the defaults.</param>
    /// <param name="metrics">What is measured.</param>
    /// <returns>What each came to, in their order.</returns>
    /// <exception cref="ArgumentException">
    /// A value is out of its range, the rows are scored for another task, or a metric cannot be measured on them.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is of another type.</exception>
    /// <exception cref="InvalidOperationException">
    /// No row can be judged, a weight makes no sense, labels and scores cannot be told to be of the same classes, or a metric needs
    /// probabilities and the scores are none.
    /// </exception>
    public static IReadOnlyList<MeasuredMetric> Measure(
        this MulticlassClassificationCatalog catalog, IDataView scored, EvaluationOptions? options, params IReadOnlyList<Metric> metrics) =>
        Measure(catalog, scored, options, metrics, ScoredTask.Multiclass);

    /// <summary>Measures metrics over rows that are scored with a number, or with several, in one reading.</summary>
    /// <param name="catalog">The catalog of regression.</param>
    /// <param name="scored">The scored rows.</param>
    /// <param name="options">The options, which are copied; null takes the defaults.</param>
    /// <param name="metrics">What is measured.</param>
    /// <returns>What each came to, in their order.</returns>
    /// <exception cref="ArgumentException">
    /// A value is out of its range, the rows are scored for another task, or a metric cannot be measured on them.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is of another type.</exception>
    /// <exception cref="InvalidOperationException">No row can be judged, or a weight makes no sense.</exception>
    public static IReadOnlyList<MeasuredMetric> Measure(
        this RegressionCatalog catalog, IDataView scored, EvaluationOptions? options, params IReadOnlyList<Metric> metrics) =>
        Measure(catalog, scored, options, metrics, ScoredTask.Regression);

    /// <summary>Measures metrics over rows that are scored with several yes or no, in one reading.</summary>
    /// <param name="catalog">The catalog of multi-label classification.</param>
    /// <param name="scored">The scored rows.</param>
    /// <param name="options">The options, which are copied; null takes the defaults.</param>
    /// <param name="metrics">What is measured.</param>
    /// <returns>What each came to, in their order.</returns>
    /// <exception cref="ArgumentException">
    /// A value is out of its range, the rows are scored for another task, or a metric cannot be measured on them.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is of another type.</exception>
    /// <exception cref="InvalidOperationException">No row can be judged, or a label or a weight makes no sense.</exception>
    public static IReadOnlyList<MeasuredMetric> Measure(
        this MultiLabelClassificationCatalog catalog, IDataView scored, EvaluationOptions? options, params IReadOnlyList<Metric> metrics)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return Measure(catalog.Environment, scored, options, metrics, ScoredTask.MultiLabel);
    }

    /// <summary>The same with the defaults of all options.</summary>
    /// <param name="catalog">The catalog of binary classification.</param>
    /// <param name="scored">The scored rows.</param>
    /// <param name="metrics">What is measured.</param>
    /// <returns>What each came to, in their order.</returns>
    /// <exception cref="ArgumentException">The rows are scored for another task, or a metric cannot be measured on them.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is of another type.</exception>
    /// <exception cref="InvalidOperationException">No row can be judged, or what is in one makes no sense.</exception>
    [OverloadResolutionPriority(-1)] // null stands for options
    public static IReadOnlyList<MeasuredMetric> Measure(
        this BinaryClassificationCatalog catalog, IDataView scored, params IReadOnlyList<Metric> metrics) =>
        catalog.Measure(scored, options: null, metrics);

    /// <summary>The same with the defaults of all options.</summary>
    /// <param name="catalog">The catalog of multiclass classification.</param>
    /// <param name="scored">The scored rows.</param>
    /// <param name="metrics">What is measured.</param>
    /// <returns>What each came to, in their order.</returns>
    /// <exception cref="ArgumentException">The rows are scored for another task, or a metric cannot be measured on them.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is of another type.</exception>
    /// <exception cref="InvalidOperationException">No row can be judged, or what is in one makes no sense.</exception>
    [OverloadResolutionPriority(-1)] // null stands for options
    public static IReadOnlyList<MeasuredMetric> Measure(
        this MulticlassClassificationCatalog catalog, IDataView scored, params IReadOnlyList<Metric> metrics) =>
        catalog.Measure(scored, options: null, metrics);

    /// <summary>The same with the defaults of all options.</summary>
    /// <param name="catalog">The catalog of regression.</param>
    /// <param name="scored">The scored rows.</param>
    /// <param name="metrics">What is measured.</param>
    /// <returns>What each came to, in their order.</returns>
    /// <exception cref="ArgumentException">The rows are scored for another task, or a metric cannot be measured on them.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is of another type.</exception>
    /// <exception cref="InvalidOperationException">No row can be judged, or what is in one makes no sense.</exception>
    [OverloadResolutionPriority(-1)] // null stands for options
    public static IReadOnlyList<MeasuredMetric> Measure(
        this RegressionCatalog catalog, IDataView scored, params IReadOnlyList<Metric> metrics) =>
        catalog.Measure(scored, options: null, metrics);

    /// <summary>The same with the defaults of all options.</summary>
    /// <param name="catalog">The catalog of multi-label classification.</param>
    /// <param name="scored">The scored rows.</param>
    /// <param name="metrics">What is measured.</param>
    /// <returns>What each came to, in their order.</returns>
    /// <exception cref="ArgumentException">The rows are scored for another task, or a metric cannot be measured on them.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is of another type.</exception>
    /// <exception cref="InvalidOperationException">No row can be judged, or what is in one makes no sense.</exception>
    [OverloadResolutionPriority(-1)] // null stands for options
    public static IReadOnlyList<MeasuredMetric> Measure(
        this MultiLabelClassificationCatalog catalog, IDataView scored, params IReadOnlyList<Metric> metrics) =>
        catalog.Measure(scored, options: null, metrics);

    private static IReadOnlyList<MeasuredMetric> Measure(
        TrainCatalogBase catalog, IDataView scored, EvaluationOptions? options, IReadOnlyList<Metric> metrics, ScoredTask task)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return Measure(CatalogEnvironment.Of(catalog), scored, options, metrics, task);
    }

    private static IReadOnlyList<MeasuredMetric> Measure(
        IHostEnvironment environment, IDataView scored, EvaluationOptions? options, IReadOnlyList<Metric> metrics, ScoredTask task)
    {
        ArgumentNullException.ThrowIfNull(scored);
        ArgumentNullException.ThrowIfNull(metrics);
        var evaluation = new MetricEvaluation(environment.Register(nameof(Measure)), scored, options?.Copy() ?? new EvaluationOptions())
        {
            Task = task,
        };
        return evaluation.Measure(metrics).Metrics;
    }

    private static IHost Host(TrainCatalogBase catalog, IDataView scored, EvaluationOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(scored);
        ArgumentNullException.ThrowIfNull(options);
        return CatalogEnvironment.Of(catalog).Register(nameof(Report));
    }

    private static EvaluationOptions Options(string labelColumnName, string? exampleWeightColumnName) =>
        new() { LabelColumnName = labelColumnName, ExampleWeightColumnName = exampleWeightColumnName };
}
