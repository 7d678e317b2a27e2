namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>
/// Measures areas under curves, and other metrics of the order of outputs, on the same rows: outputs are stored and sorted once for all
/// of them, in bounded memory.
/// </summary>
/// <remarks>
/// The output of a class needs 4 bytes per row (8 for label targets), and a row 12 to 24 bytes in addition. If the outputs do not
/// fit into the <see cref="RankedMemory"/>, only those of some classes are stored, and the rows must be added again for the others, as
/// the example shows. Values equal those of <see cref="MetricOfRows"/> to the last bit, for any number of passes and threads. Samples need
/// 24 bytes for each metric.
/// </remarks>
/// <example>
/// <code>
/// RankedRows ranked = RankedRows.OfClasses([new AreaUnderRocCurve(), new AreaUnderPrecisionRecallCurve()], outputs: 3);
/// do
/// {
///     ranked.Add(outputs: [0.1f, 0.7f, 0.2f], label: 1);
///     ranked.Add(outputs: [0.5f, 0.3f, 0.2f], label: 0);
/// }
/// while (ranked.EndPass());
/// Console.WriteLine(ranked.ValueOf(0));
/// </code>
/// </example>
public sealed class RankedRows
{
    private readonly RankedMetric[] _metrics;
    private readonly int[] _needed;   // the classes that the metrics need, ascending
    private readonly int _outputs;
    private readonly int _targets;    // 0 if a row has a class
    private readonly RankedSamples? _samples;
    private readonly RankedMemory _memory;
    private readonly double[] _support;  // (needed): NaN if no row has a label of the class
    private readonly double[][] _values; // [metric]: (needed)
    private RankedTable? _rows;          // of this pass; null after the last one, or after an exception
    private int _from;                   // the index of the first needed class of this pass
    private bool _isMeasured;

    private RankedRows(IReadOnlyList<PerClassMetric> metrics, int outputs, int targets, RowResampling? resampling, RankedMemory? memory)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        resampling?.Validate();
        foreach (PerClassMetric metric in metrics)
        {
            // Checked before anything else about the metric or the number of outputs.
            _ = targets > 0 ? new MetricOfRows(metric, outputs, targets) : MetricOfRows.OfClasses(metric, outputs);
            if (metric.OfRanking is null)
                throw new ArgumentException($"The metric {metric.Name} is not of the order of outputs; use MetricOfRows.", nameof(metrics));
        }

        _outputs = outputs;
        _targets = targets;
        _memory = memory ?? RankedMemory.OfMachine();
        _metrics = [.. metrics.Select(metric => new RankedMetric(metric, outputs, targets))];
        _needed = Array.Exists(_metrics, metric => metric.Only is null)
            ? [.. Enumerable.Range(0, DecisionCounts.ClassesOf(outputs, targets))]
            : [.. _metrics.Select(metric => metric.Only!.Value).Distinct().Order()];
        _samples = resampling is null ? null : new RankedSamples(resampling, _metrics);
        _support = new double[_needed.Length];
        _values = Array.ConvertAll(_metrics, _ => new double[_needed.Length]);
        Begin(_needed.Length);
    }

    /// <summary>Creates a measurement of rows with one class each.</summary>
    /// <param name="metrics">The metrics, whose <see cref="Metric.Input"/> is the order of outputs.</param>
    /// <param name="outputs">The number of outputs of a row, as in <see cref="MetricOfRows.OfClasses"/>.</param>
    /// <param name="resampling">Samples on which the metrics are also measured; null (default) for none.</param>
    /// <param name="memory">The memory limit, which others may share; null (default) for one of <see cref="RankedMemory.OfMachine"/>.</param>
    /// <exception cref="ArgumentException">A metric is not of the order of outputs, or does not support this number of classes.</exception>
    public static RankedRows OfClasses(
        IReadOnlyList<PerClassMetric> metrics, int outputs, RowResampling? resampling = null, RankedMemory? memory = null) =>
        new(metrics, outputs, 0, resampling, memory);

    /// <summary>Creates a measurement of rows with one label for each output.</summary>
    /// <param name="metrics">The metrics, whose <see cref="Metric.Input"/> is the order of outputs.</param>
    /// <param name="width">The number of outputs, and of labels, of a row, as in <see cref="MetricOfRows"/>.</param>
    /// <param name="resampling">Samples on which the metrics are also measured; null (default) for none.</param>
    /// <param name="memory">The memory limit, which others may share; null (default) for one of <see cref="RankedMemory.OfMachine"/>.</param>
    /// <exception cref="ArgumentException">A metric is not of the order of outputs, or does not support this number of labels.</exception>
    public static RankedRows OfLabels(
        IReadOnlyList<PerClassMetric> metrics, int width, RowResampling? resampling = null, RankedMemory? memory = null) =>
        new(metrics, width, width, resampling, memory);

    /// <summary>The number of rows of a pass; 0 before the first one has ended.</summary>
    public int Rows { get; private set; }

    /// <summary>The number of bytes of the outputs of a row.</summary>
    internal int BytesOfRow => (_rows?.Columns ?? 0) * BytesOfClass;

    /// <summary>The number of bytes of all outputs.</summary>
    internal long KeptBytes => (long)BytesOfRow * (_rows?.Rows ?? 0);

    /// <summary>True if fewer classes can be stored.</summary>
    internal bool CanDrop => _rows?.Columns > 1;

    /// <summary>The number of rows of a pass so far.</summary>
    internal int RowsOfPass => Math.Max(Rows, _rows?.Rows ?? 0);

    private int BytesOfClass => RankedTable.BytesOf(_targets > 0);

    /// <summary>Adds a row with one class.</summary>
    /// <param name="outputs">(outputs): scores, none of them NaN.</param>
    /// <param name="label">The true class, counted from 0.</param>
    /// <param name="weight">The weight of the row, above 0 and finite.</param>
    /// <exception cref="ArgumentException">
    /// The row has another width or has labels, there is no such class, an output is NaN, or the weight is not above 0 and finite.
    /// </exception>
    /// <exception cref="InvalidOperationException">The last pass has ended.</exception>
    public void Add(ReadOnlySpan<float> outputs, int label, double weight = 1)
    {
        if (_targets > 0)
            throw new ArgumentException($"A row has {_targets} targets but there is one label; give the targets.", nameof(label));
        MetricOfRows.RequireLabel(label, DecisionCounts.ClassesOf(_outputs, _targets));
        Span<float> scores = Require(outputs, weight).Add(label, weight);
        for (int i = 0; i < scores.Length; i++)
            scores[i] = RankedFigures.ScoreOf(outputs, _needed[_from + i]);
    }

    /// <summary>Adds a row with labels.</summary>
    /// <param name="outputs">(outputs): scores, none of them NaN.</param>
    /// <param name="targets">(outputs): 1 for positive, 0 for negative, NaN if missing.</param>
    /// <param name="weight">The weight of the row, above 0 and finite.</param>
    /// <exception cref="ArgumentException">
    /// The row has another width or is of one class, an output is NaN, or the weight is not above 0 and finite.
    /// </exception>
    /// <exception cref="InvalidOperationException">The last pass has ended.</exception>
    public void Add(ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets, double weight = 1)
    {
        if (_targets == 0)
            throw new ArgumentException($"A row is of one class but there are {targets.Length} targets; give its label.", nameof(targets));
        RequireWidth(targets.Length, _targets, nameof(targets));
        Span<float> scores = Require(outputs, weight).Add(weight, out Span<float> kept);
        for (int i = 0; i < scores.Length; i++)
        {
            int label = _needed[_from + i];
            (scores[i], kept[i]) = (outputs[label], targets[label]);
        }
    }

    /// <summary>Ends a pass and measures its classes.</summary>
    /// <param name="check">Called before each class or sample; may throw to stop. Null (default) for none.</param>
    /// <returns>True if the same rows must be added again, in the same order, for the classes that did not fit.</returns>
    /// <exception cref="InvalidOperationException">
    /// The number of rows differs from the previous pass, or the last pass has ended.
    /// </exception>
    public bool EndPass(Action? check = null)
    {
        RankedTable rows = _rows ?? throw Ended();
        if (_from > 0 && rows.Rows != Rows)
        {
            throw new InvalidOperationException(FormattableString.Invariant(
                $"There were {Rows} rows in the first pass but {rows.Rows} in another; add the same rows."));
        }

        long kept = KeptBytes;
        _rows = null;
        try
        {
            Rows = rows.Rows;
            Measure(rows, check);
            Resample(rows, check);
        }
        catch
        {
            _memory.Leave(this);
            throw;
        }
        finally
        {
            _memory.Release(kept);
        }

        _from += rows.Columns;
        _isMeasured = _from == _needed.Length;
        if (_isMeasured)
            _memory.Leave(this);
        else
            Begin((int)Math.Clamp(_memory.ClassesFor(BytesOfClass), 1, _needed.Length - _from));
        return !_isMeasured;
    }

    /// <summary>Returns the value of a metric; NaN if it is undefined for the rows.</summary>
    /// <param name="metric">The index of the metric, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such metric.</exception>
    /// <exception cref="InvalidOperationException">The last pass has not ended.</exception>
    public double ValueOf(int metric)
    {
        RequireMeasured(metric);
        ClassAverage average = _metrics[metric].Begin();
        for (int i = 0; i < _needed.Length; i++)
        {
            if (_metrics[metric].Asks(_needed[i]))
                average.Add(_values[metric][i], _support[i]);
        }

        return average.Value;
    }

    /// <summary>Returns the value of a metric for one of the classes that it averages; NaN if it is undefined for the rows.</summary>
    /// <param name="metric">The index of the metric, from 0.</param>
    /// <param name="index">The class or label, counted from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such metric or class, or no metric needs the class.</exception>
    /// <exception cref="InvalidOperationException">The last pass has not ended.</exception>
    public double ValueOfClass(int metric, int index)
    {
        RequireMeasured(metric);
        int place = Array.BinarySearch(_needed, index);
        return place >= 0 ? _values[metric][place] : throw new ArgumentOutOfRangeException(
            nameof(index), FormattableString.Invariant($"Class {index} is not measured; classes are counted from 0."));
    }

    /// <summary>Returns the value of a metric on a sample; NaN if it is undefined for its rows.</summary>
    /// <param name="metric">The index of the metric, from 0.</param>
    /// <param name="sample">The index of the sample, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such metric or sample.</exception>
    /// <exception cref="InvalidOperationException">No samples are drawn, or the last pass has not ended.</exception>
    public double ValueOfSample(int metric, int sample)
    {
        if (_samples is null)
            throw new InvalidOperationException("No samples are drawn; give a RowResampling.");
        RequireMeasured(metric);
        RequireIndex(sample, _samples.Count, nameof(sample));
        return _samples.ValueOf(metric, sample);
    }

    /// <summary>Drops the second half of the stored classes.</summary>
    /// <returns>The number of released bytes.</returns>
    internal long Drop()
    {
        long before = KeptBytes;
        _rows!.Narrow(_rows.Columns / 2);
        return before - KeptBytes;
    }

    private void Begin(int columns)
    {
        _rows = new RankedTable(columns, _targets > 0);
        _memory.Join(this);
    }

    private RankedTable Require(ReadOnlySpan<float> outputs, double weight)
    {
        RankedTable rows = _rows ?? throw Ended();
        RequireWidth(outputs.Length, _outputs, nameof(outputs));
        MetricOfRows.RequireOutputs(outputs, areProbabilities: false);
        MetricOfRows.RequireWeight(weight);
        _memory.Reserve(this);
        return rows;
    }

    private void Measure(RankedTable rows, Action? check) =>
        new RankingThreads(rows.Rows, _memory.ThreadsFor(rows.Rows, beside: 0), check).ForEach(rows.Columns, false, (column, ranking, _) =>
        {
            int place = _from + column;
            rows.Fill(column, _needed[place], ranking);
            _support[place] = ranking.IsEmpty ? double.NaN : ranking.Yes;
            for (int i = 0; i < _metrics.Length; i++)
                _values[i][place] = _metrics[i].Figure(ranking);
        });

    private void Resample(RankedTable rows, Action? check)
    {
        if (_samples is null)
            return;
        int most = _memory.ThreadsFor(rows.Rows, beside: (long)OrderedRows.BytesOfRow * rows.Rows);
        var threads = new RankingThreads(rows.Rows, most, check);
        for (int column = 0; column < rows.Columns; column++)
        {
            int label = _needed[_from + column];
            OrderedRows ordered = rows.Order(column, label);
            threads.ForEach(_samples.Count, true, (sample, ranking, times) => _samples.Add(sample, label, ordered, times, ranking));
        }
    }

    private void RequireMeasured(int metric)
    {
        if (!_isMeasured)
            throw new InvalidOperationException("The rows are not measured yet; add all of them, and again until EndPass returns false.");
        RequireIndex(metric, _metrics.Length, nameof(metric));
    }

    private static void RequireIndex(int index, int count, string name)
    {
        if (index < 0 || index >= count)
        {
            throw new ArgumentOutOfRangeException(name, FormattableString.Invariant(
                $"A {name} must be in [0, {count - 1}] but is {index}; they are counted from 0."));
        }
    }

    private static InvalidOperationException Ended() =>
        new("The last pass has ended, or one was ended by an exception; begin other RankedRows.");

    private static void RequireWidth(int length, int width, string name)
    {
        if (length != width)
            throw new ArgumentException($"A row must have {width} {name} but there are {length}; give as many.", name);
    }
}
