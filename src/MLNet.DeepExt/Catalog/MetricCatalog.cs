using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Selection;

namespace Microsoft.ML;

/// <summary>
/// Names all metrics, and the other criteria of models, as members of <see cref="Metric"/>, and says of which rows they are.
/// </summary>
public static class MetricCatalog
{
    extension(Metric)
    {
        /// <summary>The share of rows whose likeliest class is the true one.</summary>
        public static Accuracy Accuracy => new();

        /// <summary>The share of rows whose likeliest class is not the true one.</summary>
        public static ErrorRate ErrorRate => new();

        /// <summary>The mean of the recalls of all classes.</summary>
        public static BalancedAccuracy BalancedAccuracy => new();

        /// <summary>
        /// The share of the rows predicted as a class that are true positives: of several classes the mean, or <c>OfClass</c>.
        /// </summary>
        public static Precision Precision => new();

        /// <summary>
        /// The share of the rows of a class that are true positives: of several classes the mean, or <c>OfClass</c>.
        /// </summary>
        public static Recall Recall => new();

        /// <summary>The least recall of any class: a floor under all of them.</summary>
        public static Recall WorstRecall => new() { Averaging = Averaging.Worst };

        /// <summary>The harmonic mean of precision and recall: of several classes the mean of all, or <c>OfClass</c>.</summary>
        public static F1 F1 => new();

        /// <summary>The mean of -log p, p being the probability of the true class.</summary>
        public static LogLoss LogLoss => new();

        /// <summary>The mean squared error of probabilities.</summary>
        public static BrierScore BrierScore => new();

        /// <summary>How far the probability of the predicted class is from how often the prediction is true.</summary>
        public static ExpectedCalibrationError ExpectedCalibrationError => new();

        /// <summary>
        /// The chance that a row of the positive class has a higher score than one of the negative class: of several classes the mean of all, or
        /// <c>OfClass</c>.
        /// </summary>
        public static AreaUnderRocCurve AreaUnderRocCurve => new();

        /// <summary>
        /// The area under the curve of precision over recall, which tells more where the positive class is rare: of several classes the mean of
        /// all, or <c>OfClass</c>.
        /// </summary>
        public static AreaUnderPrecisionRecallCurve AreaUnderPrecisionRecallCurve => new();

        /// <summary>The agreement of predictions with labels beyond that of chance.</summary>
        public static CohensKappa CohensKappa => new();

        /// <summary>The correlation of predictions with labels.</summary>
        public static MatthewsCorrelation MatthewsCorrelation => new();

        /// <summary>Of several labels: the share that is predicted falsely.</summary>
        public static HammingLoss HammingLoss => new();

        /// <summary>Of several labels: the share of rows of which all are predicted truly.</summary>
        public static SubsetAccuracy SubsetAccuracy => new();

        /// <summary>Of several labels: how high the true ones rank among all.</summary>
        public static LabelRankingAveragePrecision LabelRankingAveragePrecision => new();

        /// <summary>The root of the mean squared error, in the target's units.</summary>
        public static RootMeanSquaredError RootMeanSquaredError => new();

        /// <summary>The mean absolute error, in the target's units.</summary>
        public static MeanAbsoluteError MeanAbsoluteError => new();

        /// <summary>The share of the variance of the targets that is explained.</summary>
        public static RSquared RSquared => new();

        /// <summary>How often the target is between the first and the last of the outputs.</summary>
        public static IntervalCoverage IntervalCoverage => new();

        /// <summary>How far the first and the last of the outputs are apart.</summary>
        public static IntervalWidth IntervalWidth => new();

        /// <summary>
        /// How long the prediction of one row takes, in milliseconds: the 95th percentile. Not a metric of rows, but a criterion.
        /// </summary>
        public static Latency LatencyMs => new();

        /// <summary>The bytes of the file that the model is saved as. Not a metric of rows, but a criterion.</summary>
        public static ModelSize ModelSizeBytes => new();

        /// <summary>
        /// The harmonic mean of precision and recall in which recall counts so many times as much: of several classes the mean of all, or
        /// <c>OfClass</c>.
        /// </summary>
        /// <param name="beta">How many times as much recall counts; above 0.</param>
        public static FBeta FBeta(double beta) => new() { Beta = beta };

        /// <summary>The share of rows whose class is among the k likeliest ones.</summary>
        /// <param name="k">How many may be named, at least 1 and less than there are classes.</param>
        public static TopKAccuracy TopKAccuracy(int k) => new() { K = k };

        /// <summary>The number of false positives in 24 hours. Of several classes, name the positive one with <c>OfClass</c>.</summary>
        /// <param name="ofRow">The time that a row is about; above 0.</param>
        public static FalsePositivesPer24Hours FalsePositivesPer24Hours(TimeSpan ofRow) => new(ofRow);

        /// <summary>The error of a quantile, an error on the one side of it costing more than one on the other.</summary>
        /// <param name="quantiles">The quantiles that the model predicts, in their order.</param>
        public static PinballLoss PinballLoss(params double[] quantiles) => new() { Quantiles = quantiles };
    }

    /// <summary>The share of rows whose likeliest class is the true one.</summary>
    /// <remarks>For F# and C# before 14; <c>Metric.Accuracy</c> in C# 14.</remarks>
    public static Accuracy Accuracy() => new();

    /// <summary>The share of rows whose likeliest class is not the true one.</summary>
    /// <remarks>For F# and C# before 14; <c>Metric.ErrorRate</c> in C# 14.</remarks>
    public static ErrorRate ErrorRate() => new();

    /// <summary>The mean of the recalls of all classes.</summary>
    /// <remarks>For F# and C# before 14; <c>Metric.BalancedAccuracy</c> in C# 14.</remarks>
    public static BalancedAccuracy BalancedAccuracy() => new();

    /// <summary>
    /// The share of the rows predicted as a class that are true positives: of several classes the mean, or <c>OfClass</c>.
    /// </summary>
    /// <remarks>For F# and C# before 14; <c>Metric.Precision</c> in C# 14.</remarks>
    public static Precision Precision() => new();

    /// <summary>
    /// The share of the rows of a class that are true positives: of several classes the mean, or <c>OfClass</c>.
    /// </summary>
    /// <remarks>For F# and C# before 14; <c>Metric.Recall</c> in C# 14.</remarks>
    public static Recall Recall() => new();

    /// <summary>The least recall of any class: a floor under all of them.</summary>
    /// <remarks>For F# and C# before 14; <c>Metric.WorstRecall</c> in C# 14.</remarks>
    public static Recall WorstRecall() => new() { Averaging = Averaging.Worst };

    /// <summary>The harmonic mean of precision and recall: of several classes the mean of all, or <c>OfClass</c>.</summary>
    /// <remarks>For F# and C# before 14; <c>Metric.F1</c> in C# 14.</remarks>
    public static F1 F1() => new();

    /// <summary>The mean of -log p, p being the probability of the true class.</summary>
    /// <remarks>For F# and C# before 14; <c>Metric.LogLoss</c> in C# 14.</remarks>
    public static LogLoss LogLoss() => new();

    /// <summary>The mean squared error of probabilities.</summary>
    /// <remarks>For F# and C# before 14; <c>Metric.BrierScore</c> in C# 14.</remarks>
    public static BrierScore BrierScore() => new();

    /// <summary>How far the probability of the predicted class is from how often the prediction is true.</summary>
    /// <remarks>For F# and C# before 14; <c>Metric.ExpectedCalibrationError</c> in C# 14.</remarks>
    public static ExpectedCalibrationError ExpectedCalibrationError() => new();

    /// <summary>
    /// The chance that a row of the positive class has a higher score than one of the negative class: of several classes the mean of all, or
    /// <c>OfClass</c>.
    /// </summary>
    /// <remarks>For F# and C# before 14; <c>Metric.AreaUnderRocCurve</c> in C# 14.</remarks>
    public static AreaUnderRocCurve AreaUnderRocCurve() => new();

    /// <summary>
    /// The area under the curve of precision over recall, which tells more where the positive class is rare: of several classes the mean of
    /// all, or <c>OfClass</c>.
    /// </summary>
    /// <remarks>For F# and C# before 14; <c>Metric.AreaUnderPrecisionRecallCurve</c> in C# 14.</remarks>
    public static AreaUnderPrecisionRecallCurve AreaUnderPrecisionRecallCurve() => new();

    /// <summary>The agreement of predictions with labels beyond that of chance.</summary>
    /// <remarks>For F# and C# before 14; <c>Metric.CohensKappa</c> in C# 14.</remarks>
    public static CohensKappa CohensKappa() => new();

    /// <summary>The correlation of predictions with labels.</summary>
    /// <remarks>For F# and C# before 14; <c>Metric.MatthewsCorrelation</c> in C# 14.</remarks>
    public static MatthewsCorrelation MatthewsCorrelation() => new();

    /// <summary>Of several labels: the share that is predicted falsely.</summary>
    /// <remarks>For F# and C# before 14; <c>Metric.HammingLoss</c> in C# 14.</remarks>
    public static HammingLoss HammingLoss() => new();

    /// <summary>Of several labels: the share of rows of which all are predicted truly.</summary>
    /// <remarks>For F# and C# before 14; <c>Metric.SubsetAccuracy</c> in C# 14.</remarks>
    public static SubsetAccuracy SubsetAccuracy() => new();

    /// <summary>Of several labels: how high the true ones rank among all.</summary>
    /// <remarks>For F# and C# before 14; <c>Metric.LabelRankingAveragePrecision</c> in C# 14.</remarks>
    public static LabelRankingAveragePrecision LabelRankingAveragePrecision() => new();

    /// <summary>The root of the mean squared error, in the target's units.</summary>
    /// <remarks>For F# and C# before 14; <c>Metric.RootMeanSquaredError</c> in C# 14.</remarks>
    public static RootMeanSquaredError RootMeanSquaredError() => new();

    /// <summary>The mean absolute error, in the target's units.</summary>
    /// <remarks>For F# and C# before 14; <c>Metric.MeanAbsoluteError</c> in C# 14.</remarks>
    public static MeanAbsoluteError MeanAbsoluteError() => new();

    /// <summary>The share of the variance of the targets that is explained.</summary>
    /// <remarks>For F# and C# before 14; <c>Metric.RSquared</c> in C# 14.</remarks>
    public static RSquared RSquared() => new();

    /// <summary>How often the target is between the first and the last of the outputs.</summary>
    /// <remarks>For F# and C# before 14; <c>Metric.IntervalCoverage</c> in C# 14.</remarks>
    public static IntervalCoverage IntervalCoverage() => new();

    /// <summary>How far the first and the last of the outputs are apart.</summary>
    /// <remarks>For F# and C# before 14; <c>Metric.IntervalWidth</c> in C# 14.</remarks>
    public static IntervalWidth IntervalWidth() => new();

    /// <summary>
    /// How long the prediction of one row takes, in milliseconds: the 95th percentile. Not a metric of rows, but a criterion.
    /// </summary>
    /// <remarks>For F# and C# before 14; <c>Metric.LatencyMs</c> in C# 14.</remarks>
    public static Latency LatencyMs() => new();

    /// <summary>The bytes of the file that the model is saved as. Not a metric of rows, but a criterion.</summary>
    /// <remarks>For F# and C# before 14; <c>Metric.ModelSizeBytes</c> in C# 14.</remarks>
    public static ModelSize ModelSizeBytes() => new();

    /// <summary>The metric of one class against all others.</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="className">
    /// The class: the label as text, as it was before it became a key. Of keys that stand for nothing it is their number, counted from 1.
    /// </param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    /// <example>
    /// <code>
    /// choice = choice.SubjectTo(Metric.Recall.OfClass("cancer"), atLeast: 0.9);
    /// </code>
    /// </example>
    public static ClassCriterion OfClass(this PerClassMetric metric, string className) => new(metric, className);

    /// <summary>The number of false positives of a class in 24 hours.</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="className">The positive class, named as for any other metric.</param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    /// <example>
    /// <code>
    /// choice = choice.SubjectTo(Metric.FalsePositivesPer24Hours(TimeSpan.FromSeconds(2)).OfClass("wake"), atMost: 1);
    /// </code>
    /// </example>
    public static ClassCriterion OfClass(this FalsePositivesPer24Hours metric, string className) => new(metric, className);

    /// <summary>
    /// The mean of the metric's values of all segments, by their weights if they have any: a small segment counts as a large one.
    /// </summary>
    /// <param name="metric">The metric.</param>
    /// <param name="segments">The segments.</param>
    /// <example>
    /// <code>
    /// choice = choice.Minimize(Metric.ErrorRate.AveragedOver(Segments.ByColumn("Country")));
    /// </code>
    /// </example>
    public static SegmentAverage AveragedOver(this Metric metric, Segments segments) => new(metric, segments);

    /// <summary>The mean of the values of all segments of a metric of one class.</summary>
    /// <param name="criterion">The metric and its class.</param>
    /// <param name="segments">The segments.</param>
    /// <example>
    /// <code>
    /// choice = choice.Maximize(Metric.Recall.OfClass("cancer").AveragedOver(Segments.ByColumn("Clinic")));
    /// </code>
    /// </example>
    public static SegmentAverage AveragedOver(this ClassCriterion criterion, Segments segments) => new(criterion, segments);

    /// <summary>The least good of the metric's values of all segments.</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="segments">The segments, without weights.</param>
    public static WorstSegment WorstOf(this Metric metric, Segments segments) => new(metric, segments);

    /// <summary>The least good of the values of all segments of a metric of one class.</summary>
    /// <param name="criterion">The metric and its class.</param>
    /// <param name="segments">The segments, without weights.</param>
    public static WorstSegment WorstOf(this ClassCriterion criterion, Segments segments) => new(criterion, segments);
}
