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
///
/// MetricOfRows recall = MetricOfRows.OfClasses(new Recall(), outputs: 3);
/// recall.Add(outputs: [0.1f, 0.7f, 0.2f], label: 1);
/// Console.WriteLine(recall.Value);
/// </code>
/// </example>
public sealed class MetricOfRows
{
    private const int MostNumbers = 1 << 24; // with a few sums of each, 1 GB

    private readonly Measurement _measurement;
    private readonly Target<float> _row;
    private readonly int _outputs;
    private readonly int _targets; // 0 where a row has a class
    private readonly bool _areProbabilities;

    /// <summary>Begins with no rows, of which each has as many outputs as targets.</summary>
    /// <param name="metric">What to measure.</param>
    /// <param name="width">Numbers in a row, of outputs and of targets; from 1 to 16,777,216.</param>
    /// <exception cref="ArgumentException">The metric is not of so many numbers.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public MetricOfRows(Metric metric, int width)
        : this(metric, width, Target<float>.OfValues(1, Width(width, nameof(width))))
    {
    }

    /// <summary>Begins with no rows, of which each has numbers of its own for outputs and targets.</summary>
    /// <param name="metric">What to measure.</param>
    /// <param name="outputs">Outputs of a row, from 1 to 16,777,216.</param>
    /// <param name="targets">Targets of a row, from 1 to 16,777,216.</param>
    /// <exception cref="ArgumentException">The metric is not of so many numbers.</exception>
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

    /// <summary>What the rows so far come to; NaN where they are too few to say.</summary>
    public double Value => _measurement.Value;

    /// <summary>
    /// What the rows so far come to for one of the classes, or labels, that <see cref="Value"/> puts together, as a
    /// <see cref="PerClassMetric"/> does; NaN where they are too few to say.
    /// </summary>
    /// <param name="index">Which one, counted from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    /// <exception cref="InvalidOperationException">The metric is not of several classes, or is of a single one of them.</exception>
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

    /// <summary>Begins with no rows, of which each is of one class.</summary>
    /// <param name="metric">What to measure.</param>
    /// <param name="outputs">Outputs of a row: one for each class, or 1, that of class 1, where there are two classes. At most 16,777,216.</param>
    /// <exception cref="ArgumentException">The metric is not of so many classes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public static MetricOfRows OfClasses(Metric metric, int outputs) =>
        new(metric, Width(outputs, nameof(outputs)), Target<float>.OfClasses(1));

    /// <summary>Forgets all rows.</summary>
    public void Clear() => _measurement.Clear();

    /// <summary>Adds a row that has numbers.</summary>
    /// <param name="outputs">(outputs): what was predicted, as probabilities or in the target's units.</param>
    /// <param name="targets">(targets): what is true; NaN if unknown.</param>
    /// <param name="weight">The weight of the row, above 0 and finite.</param>
    /// <exception cref="ArgumentException">
    /// A row has another width, or is of one class, an output is NaN, or no probability where the metric is of these, or the weight is
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

    /// <summary>Adds a row that is of one class.</summary>
    /// <param name="outputs">(outputs): what was predicted.</param>
    /// <param name="label">The class that is true, counted from 0.</param>
    /// <param name="weight">The weight of the row, above 0 and finite.</param>
    /// <exception cref="ArgumentException">
    /// A row has another width, or numbers, there is no such class, an output is NaN, or no probability where the metric is of these, or
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
    /// How many numbers a row can be condensed to, to be added later and with other weights. 0 where the metric needs the row itself, or rows
    /// are not of one class.
    /// </summary>
    public int CondensedLength => _targets > 0 ? 0 : _measurement.CondensedLength;

    /// <summary>Condenses a row that is of one class, and adds nothing.</summary>
    /// <param name="outputs">(outputs): what was predicted.</param>
    /// <param name="label">The class that is true, counted from 0.</param>
    /// <param name="condensed">(<see cref="CondensedLength"/>): receives the condensed row.</param>
    /// <exception cref="ArgumentException">
    /// A row has another width, there is no such class, an output is NaN, or no probability where the metric is of these, or
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

    /// <summary>Adds a condensed row. The value is that of the row itself, to the last bit.</summary>
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

    /// <summary>Throws where there is no such class.</summary>
    internal static void RequireLabel(int label, int classes)
    {
        if (label < 0 || label >= classes)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"A label must be in [0, {classes - 1}] but is {label}; leave rows out whose class is not known."), nameof(label));
        }
    }

    /// <summary>Throws where an output is NaN, or no probability.</summary>
    internal static void RequireOutputs(ReadOnlySpan<float> outputs, bool areProbabilities)
    {
        for (int index = 0; index < outputs.Length; index++)
        {
            float output = outputs[index];
            if (float.IsNaN(output))
            {
                throw new ArgumentException(
                    FormattableString.Invariant($"Outputs must be numbers but output {index} is NaN; ")
                    + "leave out rows without a prediction.",
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

    /// <summary>Throws where a weight is not above 0 and finite.</summary>
    internal static void RequireWeight(double weight)
    {
        if (weight > 0 && double.IsFinite(weight))
            return;
        throw new ArgumentException(FormattableString.Invariant(
            $"The weight of a row must be above 0 and finite but is {weight}; leave rows of weight 0 out."), nameof(weight));
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
