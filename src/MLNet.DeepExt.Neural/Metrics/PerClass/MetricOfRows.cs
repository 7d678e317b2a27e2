using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>
/// Measures a <see cref="Metric"/> on predictions of any source: add the rows one by one, then read the value.
/// </summary>
/// <example>
/// <code>
/// var loss = new MetricOfRows(new HammingLoss(), width: 3);
/// loss.Add(outputs: [0.9f, 0.2f, 0.6f], targets: [1, 0, float.NaN]);
/// Console.WriteLine(loss.Value);
///
/// MetricOfRows recall = MetricOfRows.OfClasses(new Recall(), outputs: 3);
/// recall.Add(outputs: [0.1f, 0.7f, 0.2f], label: 1);
/// Console.WriteLine(recall.Value);
/// </code>
/// </example>
public sealed class MetricOfRows
{
    private const int MostNumbers = 1 << 24; // with a few sums for each, 1 GB

    private readonly Measurement _measurement;
    private readonly Target<float> _row;
    private readonly int _outputs;
    private readonly int _targets; // 0 if a row has a class
    private readonly bool _areProbabilities;

    /// <summary>Creates a measurement of rows with equal numbers of outputs and targets.</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="width">The number of outputs, and of targets, of a row; from 1 to 16,777,216.</param>
    /// <exception cref="ArgumentException">The metric does not support this number of outputs or targets.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public MetricOfRows(Metric metric, int width)
        : this(metric, width, Target<float>.OfValues(1, Width(width, nameof(width))))
    {
    }

    /// <summary>Creates a measurement of rows with different numbers of outputs and targets.</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="outputs">The number of outputs of a row, from 1 to 16,777,216.</param>
    /// <param name="targets">The number of targets of a row, from 1 to 16,777,216.</param>
    /// <exception cref="ArgumentException">The metric does not support these numbers of outputs and targets.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public MetricOfRows(Metric metric, int outputs, int targets)
        : this(metric, Width(outputs, nameof(outputs)), Target<float>.OfValues(1, Width(targets, nameof(targets))))
    {
    }

    private MetricOfRows(Metric metric, int outputs, Target<float> row)
    {
        ArgumentNullException.ThrowIfNull(metric);
        _outputs = outputs;
        _targets = row.Values?.Width ?? 0;
        if (metric.FaultOf(_outputs, _targets) is { } fault)
            throw new ArgumentException($"The metric {metric.Name} cannot be measured: {fault}.", nameof(metric));
        _areProbabilities = metric.Input == MetricInput.Probabilities;
        _row = row;
        if (_row.Values is { } values)
            values.Rows = 1;
        _measurement = metric.Begin(_outputs, _targets);
    }

    /// <summary>The value of the metric over the rows so far; NaN if it is undefined for them.</summary>
    public double Value => _measurement.Value;

    /// <summary>
    /// Returns the value over the rows so far for one of the classes, or labels, that <see cref="Value"/> averages, as a
    /// <see cref="PerClassMetric"/> does; NaN if it is undefined for these rows.
    /// </summary>
    /// <param name="index">The index of the class or label, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    /// <exception cref="InvalidOperationException">The metric has no values for classes, or measures a single class.</exception>
    public double ValueOfClass(int index)
    {
        if (index < 0 || index >= Classes)
        {
            throw new ArgumentOutOfRangeException(nameof(index), FormattableString.Invariant(
                $"A class must be in [0, {Classes - 1}] but is {index}; classes are counted from 0."));
        }

        return _measurement.OfClass(index);
    }

    private int Classes => DecisionCounts.ClassesOf(_outputs, _targets);

    /// <summary>Creates a measurement of rows with one class each.</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="outputs">The number of outputs of a row: one for each class, or 1 (the probability of class 1) for two classes. At most
    /// 16,777,216.</param>
    /// <exception cref="ArgumentException">The metric does not support this number of classes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public static MetricOfRows OfClasses(Metric metric, int outputs) =>
        new(metric, Width(outputs, nameof(outputs)), Target<float>.OfClasses(1));

    /// <summary>Removes all rows.</summary>
    public void Clear() => _measurement.Clear();

    /// <summary>Adds a row with numeric targets or labels.</summary>
    /// <param name="outputs">(outputs): the predictions, as probabilities or in the target's units.</param>
    /// <param name="targets">(targets): the true values; NaN if missing.</param>
    /// <param name="weight">The weight of the row, above 0 and finite.</param>
    /// <exception cref="ArgumentException">
    /// A row has another width, or a class, an output is NaN, or not a probability if the metric reads these, or the weight is
    /// not above 0 and finite.
    /// </exception>
    public void Add(ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets, double weight = 1)
    {
        if (_targets == 0)
            throw new ArgumentException($"A row is of one class but there are {targets.Length} targets; give its label.", nameof(targets));
        if (outputs.Length != _outputs || targets.Length != _targets)
        {
            throw new ArgumentException(
                $"A row must have {_outputs} outputs and {_targets} targets but there are {outputs.Length} and {targets.Length}; "
                + "give as many, NaN where a target is missing.",
                nameof(outputs));
        }

        RequireOutputs(outputs, _areProbabilities);
        RequireWeight(weight);
        targets.CopyTo(_row.Values!.Row(0));
        _measurement.Add(outputs, _row, 0, weight);
    }

    /// <summary>Adds a row with one class.</summary>
    /// <param name="outputs">(outputs): the predictions.</param>
    /// <param name="label">The true class, counted from 0.</param>
    /// <param name="weight">The weight of the row, above 0 and finite.</param>
    /// <exception cref="ArgumentException">
    /// A row has another width, or numeric targets, there is no such class, an output is NaN, or not a probability if the metric reads these, or
    /// the weight is not above 0 and finite.
    /// </exception>
    public void Add(ReadOnlySpan<float> outputs, int label, double weight = 1)
    {
        RequireOfClass(outputs, label);
        RequireWeight(weight);
        _row.Classes[0] = label;
        _measurement.Add(outputs, _row, 0, weight);
    }

    /// <summary>
    /// The length of a condensed row, which can be added later and with other weights. 0 if the metric needs the row itself, or rows
    /// do not have one class.
    /// </summary>
    public int CondensedLength => _targets > 0 ? 0 : _measurement.CondensedLength;

    /// <summary>Condenses a row with one class. Does not add it.</summary>
    /// <param name="outputs">(outputs): the predictions.</param>
    /// <param name="label">The true class, counted from 0.</param>
    /// <param name="condensed">(<see cref="CondensedLength"/>): receives the condensed row.</param>
    /// <exception cref="ArgumentException">
    /// A row has another width, there is no such class, an output is NaN, or not a probability if the metric reads these, or
    /// <paramref name="condensed"/> has another length.
    /// </exception>
    /// <exception cref="InvalidOperationException"><see cref="CondensedLength"/> is 0.</exception>
    public void Condense(ReadOnlySpan<float> outputs, int label, Span<double> condensed)
    {
        RequireCondensed(condensed.Length);
        RequireOfClass(outputs, label);
        _row.Classes[0] = label;
        _measurement.Condense(outputs, _row, 0, condensed);
    }

    /// <summary>Adds a condensed row. The value equals that of adding the row itself, to the last bit.</summary>
    /// <param name="condensed">(<see cref="CondensedLength"/>): what <see cref="Condense"/> wrote.</param>
    /// <param name="weight">The weight of the row, above 0 and finite.</param>
    /// <exception cref="ArgumentException">
    /// <paramref name="condensed"/> has another length, or the weight is not above 0 and finite.
    /// </exception>
    /// <exception cref="InvalidOperationException"><see cref="CondensedLength"/> is 0.</exception>
    public void AddCondensed(ReadOnlySpan<double> condensed, double weight)
    {
        RequireCondensed(condensed.Length);
        RequireWeight(weight);
        _measurement.AddCondensed(condensed, weight);
    }

    /// <summary>Throws if there is no such class.</summary>
    internal static void RequireLabel(int label, int classes)
    {
        if (label < 0 || label >= classes)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"A label must be in [0, {classes - 1}] but is {label}; remove rows whose class is unknown."), nameof(label));
        }
    }

    /// <summary>Throws if an output is NaN, or not a probability.</summary>
    internal static void RequireOutputs(ReadOnlySpan<float> outputs, bool areProbabilities)
    {
        for (int index = 0; index < outputs.Length; index++)
        {
            float output = outputs[index];
            if (float.IsNaN(output))
            {
                throw new ArgumentException(
                    FormattableString.Invariant($"Outputs must be numbers but output {index} is NaN; ")
                    + "remove rows without a prediction.",
                    nameof(outputs));
            }

            if (areProbabilities && !(output is >= 0 and <= 1))
            {
                throw new ArgumentException(
                    FormattableString.Invariant($"Probabilities must be in [0, 1] but output {index} is {output}; give probabilities, ")
                    + "or measure a metric that does not read them.",
                    nameof(outputs));
            }
        }
    }

    /// <summary>Throws if a weight is not above 0 and finite.</summary>
    internal static void RequireWeight(double weight)
    {
        if (weight > 0 && double.IsFinite(weight))
            return;
        throw new ArgumentException(FormattableString.Invariant(
            $"The weight of a row must be above 0 and finite but is {weight}; remove rows of weight 0."), nameof(weight));
    }

    private void RequireOfClass(ReadOnlySpan<float> outputs, int label)
    {
        if (_targets > 0)
            throw new ArgumentException($"A row has {_targets} targets but there is one label; give the targets.", nameof(label));
        if (outputs.Length != _outputs)
        {
            throw new ArgumentException(
                $"A row must have {_outputs} outputs but there are {outputs.Length}; give as many.", nameof(outputs));
        }

        RequireLabel(label, Classes);
        RequireOutputs(outputs, _areProbabilities);
    }

    private void RequireCondensed(int length)
    {
        if (CondensedLength == 0)
            throw new InvalidOperationException("A row cannot be condensed for this metric; add the row itself.");
        if (length != CondensedLength)
        {
            throw new ArgumentException(
                $"A condensed row must have {CondensedLength} numbers but there are {length}; give as many.", "condensed");
        }
    }

    private static int Width(int width, string name) => width is >= 1 and <= MostNumbers ? width : throw new ArgumentOutOfRangeException(
        name, FormattableString.Invariant($"The {name} of a row must be from 1 to {MostNumbers} but is {width}; give how many numbers a row has."));
}
