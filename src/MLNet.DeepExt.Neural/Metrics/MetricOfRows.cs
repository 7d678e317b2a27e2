using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>
/// Measures a <see cref="Metric"/> over rows of numbers that anybody predicted: add them one by one, and ask for the value.
/// </summary>
/// <example>
/// <code>
/// var loss = new MetricOfRows(new HammingLoss(), width: 3);
/// loss.Add(outputs: [0.9f, 0.2f, 0.6f], targets: [1, 0, float.NaN]);
/// Console.WriteLine(loss.Value);
/// </code>
/// </example>
public sealed class MetricOfRows
{
    private readonly Measurement _measurement;
    private readonly Target<float> _row;
    private readonly int _width;

    /// <summary>Begins with no rows.</summary>
    /// <param name="metric">What to measure.</param>
    /// <param name="width">Numbers in a row, of outputs and of targets; at least 1.</param>
    /// <exception cref="ArgumentException">The metric is not of so many numbers.</exception>
    public MetricOfRows(Metric metric, int width)
    {
        ArgumentNullException.ThrowIfNull(metric);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        if (metric.FaultOf(width, width) is { } fault)
            throw new ArgumentException($"The metric {metric.Name} cannot be measured: {fault}.", nameof(metric));
        _width = width;
        _row = Target<float>.OfValues(1, width);
        _row.Values!.Rows = 1;
        _measurement = metric.Begin(width, width);
    }

    /// <summary>What the rows so far come to; NaN where they are too few to say.</summary>
    public double Value => _measurement.Value;

    /// <summary>Adds a row.</summary>
    /// <param name="outputs">(width): what was predicted, as probabilities or in the target's units.</param>
    /// <param name="targets">(width): what is true; NaN where nobody knows.</param>
    /// <param name="weight">The weight of the row, above 0 and finite.</param>
    /// <exception cref="ArgumentException">A row has another width, or the weight is not above 0 and finite.</exception>
    public void Add(ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets, double weight = 1)
    {
        if (outputs.Length != _width || targets.Length != _width)
        {
            throw new ArgumentException(
                $"A row has {_width} numbers but there are {outputs.Length} outputs and {targets.Length} targets; they must be equal.");
        }

        if (!(weight > 0 && double.IsFinite(weight)))
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"The weight of a row must be above 0 and finite but is {weight}; leave rows of weight 0 out."), nameof(weight));
        }

        targets.CopyTo(_row.Values!.Row(0));
        _measurement.Add(outputs, _row, 0, weight);
    }
}
