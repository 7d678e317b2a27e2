using MLNet.DeepExt.Neural.Metrics;

namespace MLNet.DeepExt.Evaluation;

/// <summary>Why a metric cannot be measured of some rows.</summary>
/// <param name="Metric">The metric.</param>
/// <param name="Reason">The reason and the remedy, to follow "cannot be measured:".</param>
/// <param name="Parameter">The parameter that the exception names; null where the rows are the reason.</param>
internal sealed record MetricFault(Metric Metric, string Reason, string? Parameter = null)
{
    /// <summary>The exception that says so.</summary>
    public Exception ToException()
    {
        string message = $"The metric {Metric.Name} cannot be measured: {Reason}.";
        return Parameter is null ? new InvalidOperationException(message) : new ArgumentException(message, Parameter);
    }
}
