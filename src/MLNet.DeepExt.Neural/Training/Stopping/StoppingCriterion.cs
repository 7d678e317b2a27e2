using MLNet.DeepExt.Neural.Metrics;

namespace MLNet.DeepExt.Neural.Training;

/// <summary>What a training stops by: the validation loss, or a metric; and whether one value of it is better than another.</summary>
/// <param name="metric">The metric; null for the loss.</param>
internal sealed class StoppingCriterion(Metric? metric)
{
    /// <summary><c>loss</c>, or the name of the metric.</summary>
    public string Name => metric?.Name ?? "loss";

    /// <summary>What the validation of an epoch came to; NaN without validation, or where the rows were too few to say.</summary>
    public double ValueOf(EpochRecord epoch) =>
        (metric is null ? epoch.ValidationLoss : epoch.ValidationMetrics.GetValueOrDefault(metric.Name, double.NaN)) ?? double.NaN;

    /// <summary>Throws where the validation rows do not tell the metric to stop by: no epoch would ever be the best.</summary>
    public void RequireValue(EpochRecord epoch)
    {
        if (metric is not null && double.IsNaN(ValueOf(epoch)))
        {
            throw new InvalidOperationException(
                $"StoppingMetric is {Name} but the validation rows do not tell it; " +
                "give more of them, of every class, or stop by another metric.");
        }
    }

    /// <summary>The same so that lower is better.</summary>
    public double CostOf(EpochRecord epoch) => metric is { HigherIsBetter: true } ? -ValueOf(epoch) : ValueOf(epoch);
}
