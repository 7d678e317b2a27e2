using MLNet.DeepExt.Selection;

namespace Microsoft.ML;

/// <summary>Adds the choice of models to a context.</summary>
public static class ModelSelectionCatalogExtensions
{
    /// <param name="context">The context.</param>
    extension(MLContext context)
    {
        /// <summary>Chooses among models by one criterion to optimize, and others that have to be good enough.</summary>
        /// <example>
        /// <code>
        /// ModelDecision decision = ml.ModelSelection.Choose(("small", small), ("large", large))
        ///     .Maximize(Metric.Accuracy)
        ///     .SubjectTo(Metric.LatencyMs, atMost: 100)
        ///     .Decide(dev);
        /// Console.WriteLine(decision);
        /// </code>
        /// </example>
        public ModelSelectionCatalog ModelSelection => new(context);
    }

    /// <summary>Chooses among models and searches for them: what <c>ml.ModelSelection</c> is in C# 14, for other languages.</summary>
    /// <param name="context">The context.</param>
    public static ModelSelectionCatalog GetModelSelection(this MLContext context) => new(context);
}
