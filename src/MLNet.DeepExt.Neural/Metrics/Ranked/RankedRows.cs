namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>
/// Measures areas under curves, and other metrics of the order of outputs, over the same rows: outputs are kept once and sorted once for all
/// of them, in bounded memory.
/// </summary>
/// <remarks>
/// An output of a class takes 4 bytes of each row (8 where a row has labels), and a row 12 to 24 bytes beside them. Where the outputs do not
/// fit into the <see cref="RankedMemory"/>, only those of some classes are kept, and the rows have to be added again for the others, as
/// the example shows. Values are those of <see cref="MetricOfRows"/>, to the last bit, whatever the number of passes and threads. Samples take
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
    private readonly int[] _needed;   // the classes that metrics ask for, ascending
    private readonly int _outputs;
    private readonly int _targets;    // 0 where a row has a class
    private readonly RankedSamples? _samples;
    private readonly RankedMemory _memory;
    private readonly double[] _support;  // (needed): NaN where no row has a label of the class
    private readonly double[][] _values; // [metric]: (needed)
    private RankedTable? _rows;          // of this pass; null after the last one, or where one was ended by an exception
    private int _from;                   // the first of those needed that is kept in this pass
    private bool _isMeasured;

    private RankedRows(IReadOnlyList<PerClassMetric> metrics, int outputs, int targets, RowResampling? resampling, RankedMemory? memory)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        resampling?.Validate();
        foreach (PerClassMetric metric in metrics)
        {
            // Whatever is wrong with it, or the number of outputs.
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

    /// <summary>Begins with no rows, of which each is of one class.</summary>
    /// <param name="metrics">What to measure: metrics whose <see cref="Metric.Input"/> is the order of outputs.</param>
    /// <param name="outputs">Outputs of a row, as in <see cref="MetricOfRows.OfClasses"/>.</param>
    /// <param name="resampling">Samples on which the metrics are measured as well; null, the default, draws none.</param>
    /// <param name="memory">The memory, which others may share; null, the default, is one of <see cref="RankedMemory.OfMachine"/>.</param>
    /// <exception cref="ArgumentException">A metric is not of the order of outputs, or not of so many classes.</exception>
    public static RankedRows OfClasses(
        IReadOnlyList<PerClassMetric> metrics, int outputs, RowResampling? resampling = null, RankedMemory? memory = null) =>
        new(metrics, outputs, 0, resampling, memory);

    /// <summary>Begins with no rows, of which each has as many labels as outputs.</summary>
    /// <param name="metrics">What to measure: metrics whose <see cref="Metric.Input"/> is the order of outputs.</param>
    /// <param name="width">Numbers in a row, of outputs and of labels, as in <see cref="MetricOfRows"/>.</param>
    /// <param name="resampling">Samples on which the metrics are measured as well; null, the default, draws none.</param>
    /// <param name="memory">The memory, which others may share; null, the default, is one of <see cref="RankedMemory.OfMachine"/>.</param>
    /// <exception cref="ArgumentException">A metric is not of the order of outputs, or not of so many labels.</exception>
    public static RankedRows OfLabels(
        IReadOnlyList<PerClassMetric> metrics, int width, RowResampling? resampling = null, RankedMemory? memory = null) =>
        new(metrics, width, width, resampling, memory);

    /// <summary>The rows of a pass; 0 before the first one has ended.</summary>
    public int Rows { get; private set; }

    /// <summary>The bytes that the outputs of a row take.</summary>
    internal int BytesOfRow => (_rows?.Columns ?? 0) * BytesOfClass;

    /// <summary>The bytes that all outputs take.</summary>
    internal long KeptBytes => (long)BytesOfRow * (_rows?.Rows ?? 0);

    /// <summary>Whether fewer classes can be kept.</summary>
    internal bool CanDrop => _rows?.Columns > 1;

    /// <summary>The rows of a pass, as far as they are known.</summary>
    internal int RowsOfPass => Math.Max(Rows, _rows?.Rows ?? 0);

    private int BytesOfClass => RankedTable.BytesOf(_targets > 0);

    /// <summary>Adds a row that is of one class.</summary>
    /// <param name="outputs">(outputs): scores, none of them NaN.</param>
    /// <param name="label">The class that is true, counted from 0.</param>
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

    /// <summary>Adds a row that has labels.</summary>
    /// <param name="outputs">(outputs): scores, none of them NaN.</param>
    /// <param name="targets">(outputs): 1 for yes, 0 for no, NaN where a label is missing.</param>
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

    /// <summary>Measures what the rows of this pass were kept for.</summary>
    /// <param name="check">Is called before each class or sample, and may throw to end all; null, the default, calls nothing.</param>
    /// <returns>Whether the same rows have to be added once more, in the same order, for the classes that did not fit.</returns>
    /// <exception cref="InvalidOperationException">
    /// There are not as many rows as in the pass before, or the last pass has ended.
    /// </exception>
    public bool EndPass(Action? check = null)
    {
        RankedTable rows = _rows ?? throw Ended();
        if (_from > 0 && rows.Rows != Rows)
        {
            throw new InvalidOperationException(FormattableString.Invariant(
                $"The rows were {Rows} in the first pass but are {rows.Rows} in another; add the same ones."));
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

    /// <summary>The value of a metric; NaN where the rows are too few to say.</summary>
    /// <param name="metric">Which one, counted from 0.</param>
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

    /// <summary>The value of a metric for one of the classes that it averages; NaN where the rows are too few to say.</summary>
    /// <param name="metric">Which one, counted from 0.</param>
    /// <param name="index">The class or label, counted from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such metric or class, or no metric asks for the class.</exception>
    /// <exception cref="InvalidOperationException">The last pass has not ended.</exception>
    public double ValueOfClass(int metric, int index)
    {
        RequireMeasured(metric);
        int place = Array.BinarySearch(_needed, index);
        return place >= 0 ? _values[metric][place] : throw new ArgumentOutOfRangeException(
            nameof(index), FormattableString.Invariant($"Class {index} is not measured; classes are counted from 0."));
    }

    /// <summary>The value of a metric on a sample; NaN where its rows are too few to say.</summary>
    /// <param name="metric">Which one, counted from 0.</param>
    /// <param name="sample">Which sample, counted from 0.</param>
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

    /// <summary>Keeps half of the classes, and drops the others.</summary>
    /// <returns>The bytes that are free again.</returns>
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
