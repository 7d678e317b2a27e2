using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Diagnostics.Conformance;

/// <summary>Checks a metric: one of this library, or a custom one.</summary>
public static class MetricConformance
{
    private const int Rows = 40;

    /// <summary>Runs all checks, on random probabilities or numbers.</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="outputs">The number of outputs of a row, at least 1.</param>
    /// <param name="targetWidth">The number of targets per row; 0 (default) for class targets.</param>
    public static ConformanceReport Check(Metric metric, int outputs, int targetWidth = 0)
    {
        ArgumentNullException.ThrowIfNull(metric);
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(targetWidth);
        var run = new ConformanceRun(metric);
        run.Holds("it can be measured", () => metric.FaultOf(outputs, targetWidth));
        run.Holds("it has a name", () => string.IsNullOrWhiteSpace(metric.Name) ? "its name is empty" : null);
        run.Holds("its value is in its range", () =>
        {
            double value = Measure(metric, outputs, targetWidth, 1, out _);
            (double minimum, double maximum) = metric.ValueRange;
            return value >= minimum && value <= maximum
                ? null
                : FormattableString.Invariant($"it is {value}, which is not in [{minimum}, {maximum}]");
        });
        run.Holds("the same rows give the same bits, also after Clear", () =>
        {
            double first = Measure(metric, outputs, targetWidth, 1, out Measurement measurement);
            measurement.Clear();
            AddRows(metric, measurement, outputs, targetWidth, 1);
            double again = measurement.Value, another = Measure(metric, outputs, targetWidth, 1, out _);
            return first.Equals(again) && first.Equals(another) ? null : FormattableString.Invariant($"it is {first}, {again} after Clear, and {another}");
        });
        run.AtMost("weights count by their ratios", 1e-9, () =>
        {
            double one = Measure(metric, outputs, targetWidth, 1, out _), two = Measure(metric, outputs, targetWidth, 2, out _);
            return Math.Abs(one - two) / Math.Max(1, Math.Abs(one));
        });
        run.Holds("an output that is NaN makes it NaN", () =>
        {
            _ = Measure(metric, outputs, targetWidth, 1, out Measurement measurement);
            float[] row = new float[outputs];
            row.AsSpan().Fill(float.NaN);
            measurement.Add(row, TargetOf(metric, outputs, targetWidth), 0, 1);
            return double.IsNaN(measurement.Value) ? null : FormattableString.Invariant($"it is {measurement.Value}");
        });
        run.Holds("a condensed row adds what the row adds, to the last bit", () =>
        {
            double expected = Measure(metric, outputs, targetWidth, 1, out Measurement measurement);
            if (measurement.CondensedLength == 0)
                return null;
            measurement.Clear();
            Target<float> target = TargetOf(metric, outputs, targetWidth);
            var condensed = new double[measurement.CondensedLength];
            for (int row = 0; row < Rows; row++)
            {
                measurement.Condense(OutputsOf(metric, outputs, row), target, row, condensed);
                measurement.AddCondensed(condensed, WeightOf(row));
            }

            return expected.Equals(measurement.Value) ? null : FormattableString.Invariant($"it is {measurement.Value} instead of {expected}");
        });
        run.IsSaved(metric);
        return run.Report;
    }

    private static double Measure(Metric metric, int outputs, int targetWidth, double factor, out Measurement measurement)
    {
        measurement = metric.Begin(outputs, targetWidth);
        AddRows(metric, measurement, outputs, targetWidth, factor);
        return measurement.Value;
    }

    private static void AddRows(Metric metric, Measurement measurement, int outputs, int targetWidth, double factor)
    {
        Target<float> target = TargetOf(metric, outputs, targetWidth);
        for (int row = 0; row < Rows; row++)
            measurement.Add(OutputsOf(metric, outputs, row), target, row, factor * WeightOf(row));
    }

    private static double WeightOf(int row) => 0.5 + ConformanceRun.Random.Uniform((ulong)row);

    // Probabilities: of one output each, or of several that sum to 1; or numbers.
    private static float[] OutputsOf(Metric metric, int outputs, int row)
    {
        CounterRandom random = ConformanceRun.Random.Derive((ulong)row);
        if (metric.Input == MetricInput.Numbers)
            return [.. Enumerable.Range(0, outputs).Select(j => (float)random.Normal((ulong)j))];
        double[] shares = [.. Enumerable.Range(0, outputs).Select(j => random.Uniform((ulong)j))];
        double sum = outputs == 1 ? 1 : shares.Sum();
        return [.. shares.Select(share => (float)(share / sum))];
    }

    private static Target<float> TargetOf(Metric metric, int outputs, int targetWidth)
    {
        CounterRandom random = ConformanceRun.Random.Derive(1 << 20);
        Target<float> target = targetWidth == 0 ? Target<float>.OfClasses(Rows) : Target<float>.OfValues(Rows, targetWidth);
        for (int row = 0; row < Rows; row++)
        {
            if (targetWidth == 0)
                target.Classes[row] = random.Below(Math.Max(2, outputs), (ulong)row);
            for (int j = 0; j < targetWidth; j++)
            {
                ulong counter = (ulong)(row * targetWidth + j);
                target.Values!.Row(row)[j] = metric.Input == MetricInput.Numbers ? (float)random.Normal(counter) : random.Below(2, counter);
            }
        }

        return target;
    }
}
