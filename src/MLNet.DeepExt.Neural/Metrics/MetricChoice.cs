namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>Which metrics are measured.</summary>
internal static class MetricChoice
{
    /// <summary>
    /// The metrics that were asked for; if none were, those that fit the targets: accuracy of classes, root mean squared error of numbers
    /// where there is an output for each.
    /// </summary>
    /// <param name="asked">What was asked for; null leaves the choice.</param>
    /// <param name="outputs">Outputs of the network.</param>
    /// <param name="targetWidth">Numbers of a row's target; 0 where it is a class.</param>
    /// <exception cref="ArgumentException">A metric that was asked for cannot be measured.</exception>
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
    /// Throws an <see cref="ArgumentException"/> that says what is wrong, if metrics cannot be told apart by their names.
    /// </summary>
    /// <param name="asked">What is to be measured.</param>
    /// <param name="stoppedBy">What training is to stop by; it may be among them.</param>
    public static void Validate(IReadOnlyList<Metric>? asked, Metric? stoppedBy)
    {
        if (asked is null)
            return;
        var names = new HashSet<string>();
        foreach (Metric metric in asked)
        {
            if (metric is null)
                throw new ArgumentException("Metrics must not hold null; leave Metrics itself null to have them chosen by the targets.", "Metrics");
            if (!names.Add(metric.Name))
                throw new ArgumentException($"Metrics must have different names but two are called {metric.Name}; give each once.", "Metrics");
            if (metric.Name == stoppedBy?.Name && metric != stoppedBy)
            {
                throw new ArgumentException(
                    $"Metrics and StoppingMetric must have different names, or be the same, but two metrics are called {metric.Name}; "
                    + "leave the one out of Metrics.",
                    "StoppingMetric");
            }
        }
    }
}
