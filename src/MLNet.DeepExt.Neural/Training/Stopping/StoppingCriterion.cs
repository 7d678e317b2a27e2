using MLNet.DeepExt.Neural.Metrics;

namespace MLNet.DeepExt.Neural.Training;

/// <summary>The criterion of early stopping: the validation loss, or a metric.</summary>
/// <param name="metric">The metric; null for the loss.</param>
internal sealed class StoppingCriterion(Metric? metric)
{
    /// <summary><c>loss</c>, or the name of the metric.</summary>
    public string Name => metric?.Name ?? "loss";

    /// <summary>Returns the validation value of an epoch; NaN without validation, or if there were too few rows.</summary>
    public double ValueOf(EpochRecord epoch) =>
        (metric is null ? epoch.ValidationLoss : epoch.ValidationMetrics.GetValueOrDefault(metric.Name, double.NaN)) ?? double.NaN;

    /// <summary>Throws if the stopping metric is undefined on the validation rows, because no epoch would be the best.</summary>
    public void RequireValue(EpochRecord epoch)
    {
        if (metric is not null && double.IsNaN(ValueOf(epoch)))
        {
            throw new InvalidOperationException(
                $"StoppingMetric is {Name} but the validation rows do not define it; " +
                "give more of them, of every class, or stop by another metric.");
        }
    }

    /// <summary>Returns the validation value, negated if higher is better, so that lower is always better.</summary>
    public double CostOf(EpochRecord epoch) => metric is { HigherIsBetter: true } ? -ValueOf(epoch) : ValueOf(epoch);
}
