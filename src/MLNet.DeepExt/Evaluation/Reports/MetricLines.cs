using System.Text;

namespace MLNet.DeepExt.Evaluation;

/// <summary>Metrics in a report, a line for each that is known, and one for rows that were left out.</summary>
internal static class MetricLines
{
    public static void Append(StringBuilder text, IReadOnlyList<MeasuredMetric> metrics, string? leftOut)
    {
        MeasuredMetric[] known = [.. metrics.Where(measured => !double.IsNaN(measured.Value))];
        int width = known.Select(measured => measured.Metric.Name.Length).DefaultIfEmpty(0).Max();
        foreach (MeasuredMetric measured in known)
        {
            text.AppendLine(
                $"{measured.Metric.Name.PadRight(width)}  {Figures.Of(measured.Value)}" +
                (measured.Interval is { } interval ? $"  ({interval})" : ""));
        }

        if (leftOut is not null)
            text.AppendLine().AppendLine($"left out {leftOut}");
    }
}
