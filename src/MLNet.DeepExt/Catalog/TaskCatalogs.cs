using MLNet.DeepExt.Tasks;

namespace Microsoft.ML;

/// <summary>Adds the tasks to a context that ML.NET has no catalog for.</summary>
public static class TaskCatalogs
{
    /// <param name="context">The context.</param>
    extension(MLContext context)
    {
        /// <summary>Several questions of yes or no about each row: trainers, evaluation, cross-validation.</summary>
        /// <example>
        /// <code>
        /// var trainer = ml.MultiLabelClassification.Trainers.NeuralNetwork();
        /// MultiLabelClassificationMetrics metrics = ml.MultiLabelClassification.Evaluate(trainer.Fit(train).Transform(test));
        /// </code>
        /// </example>
        public MultiLabelClassificationCatalog MultiLabelClassification => new(context);

        /// <summary>Several numbers to predict for each row: trainers, evaluation, cross-validation.</summary>
        /// <example>
        /// <code>
        /// var trainer = ml.MultiTargetRegression.Trainers.NeuralNetwork();
        /// MultiTargetRegressionMetrics metrics = ml.MultiTargetRegression.Evaluate(trainer.Fit(train).Transform(test));
        /// </code>
        /// </example>
        public MultiTargetRegressionCatalog MultiTargetRegression => new(context);
    }

    /// <summary>Several questions of yes or no about each row: what <c>ml.MultiLabelClassification</c> is in C# 14, for other languages.</summary>
    /// <param name="context">The context.</param>
    public static MultiLabelClassificationCatalog GetMultiLabelClassification(this MLContext context) => new(context);

    /// <summary>Several numbers to predict for each row: what <c>ml.MultiTargetRegression</c> is in C# 14, for other languages.</summary>
    /// <param name="context">The context.</param>
    public static MultiTargetRegressionCatalog GetMultiTargetRegression(this MLContext context) => new(context);
}
