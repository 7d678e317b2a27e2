using MLNet.DeepExt.Neural.Metrics;

namespace MLNet.DeepExt.Neural.Training;

/// <summary>Selects and validates the metrics to measure.</summary>
internal static class MetricChoice
{
    /// <summary>
    /// Returns the requested metrics; if null, the default for the targets: accuracy for classes, root mean squared error for numbers
    /// with one output each.
    /// </summary>
    /// <param name="asked">The requested metrics; null for the default.</param>
    /// <param name="outputs">The number of outputs of the network.</param>
    /// <param name="targetWidth">The number of targets per row; 0 for class targets.</param>
    /// <exception cref="ArgumentException">A requested metric cannot be measured.</exception>
    public static IReadOnlyList<Metric> For(IReadOnlyList<Metric>? asked, int outputs, int targetWidth)
    {
        if (asked is null)
        {
            Metric usual = targetWidth == 0 ? new Accuracy() : new RootMeanSquaredError();
            return usual.FaultOf(outputs, targetWidth) is null ? [usual] : [];
        }

        foreach (Metric metric in asked)
        {
            if (metric.FaultOf(outputs, targetWidth) is { } fault)
                throw new ArgumentException($"The metric {metric.Name} cannot be measured: {fault}.", "Metrics");
        }

        return asked;
    }

    /// <summary>
    /// Throws an <see cref="ArgumentException"/> if different metrics have the same name.
    /// </summary>
    /// <param name="asked">The requested metrics.</param>
    /// <param name="stoppedBy">The stopping metric, which may be one of them.</param>
    public static void Validate(IReadOnlyList<Metric>? asked, Metric? stoppedBy)
    {
        if (asked is null)
            return;
        var names = new HashSet<string>();
        foreach (Metric metric in asked)
        {
            if (metric is null)
                throw new ArgumentException("Metrics must not contain null; leave Metrics itself null for the default of the targets.", "Metrics");
            if (!names.Add(metric.Name))
                throw new ArgumentException($"Metrics must have different names but two have the name {metric.Name}; give each once.", "Metrics");
            if (metric.Name == stoppedBy?.Name && metric != stoppedBy)
            {
                throw new ArgumentException(
                    $"Metrics and StoppingMetric must have different names, or be equal, but two metrics have the name {metric.Name}; "
                    + "remove one of them from Metrics.",
                    "StoppingMetric");
            }
        }
    }
}
