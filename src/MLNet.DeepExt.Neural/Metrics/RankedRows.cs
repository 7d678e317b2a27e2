using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;

namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>
/// Measures areas under curves, and other metrics of the order of outputs, over the same rows: outputs are kept once and sorted once for all
/// of them, in bounded memory.
/// </summary>
/// <remarks>
/// Outputs take 4 bytes for each row and class, a row 12 bytes beside them. Where more than 32 million outputs would have to be kept (128
/// MB), only those of some classes are, and the rows have to be added again for the others, as the example shows; at least one class is kept
/// however many rows there are. Values are those of <see cref="MetricOfRows"/>, to the last bit, whatever the number of passes and threads.
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
    private const int MostOutputs = 1 << 25;

    private readonly Part[] _parts;
    private readonly int[] _needed;   // the classes that metrics ask for, ascending
    private readonly int _outputs;
    private readonly int _targets;    // 0 where a row has a class
    private readonly RowResampling? _resampling;
    private readonly int _mostOutputs;
    private readonly double[] _support; // (needed): NaN where no row says anything of the class
    private readonly double[][] _supportOfSamples; // [needed]: (samples)
    private readonly List<double> _weights = []; // (rows)
    private readonly List<int> _labels = [];     // (rows), where rows have a class
    private ScoreTable _scores;
    private ScoreTable? _truths;      // of rows with numbers
    private int _from;                // the first of those needed that is kept in this pass

    private RankedRows(
        IReadOnlyList<PerClassMetric> metrics, int outputs, int targets, RowResampling? resampling, int mostOutputs)
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
        _resampling = resampling;
        _mostOutputs = mostOutputs;
        int classes = DecisionCounts.ClassesOf(outputs, targets);
        _parts = [.. metrics.Select(metric => new Part(metric, outputs, targets))];
        _needed = Array.Exists(_parts, part => part.Only is null)
            ? [.. Enumerable.Range(0, classes)]
            : [.. _parts.Select(part => part.Only!.Value).Distinct().Order()];
        _support = new double[_needed.Length];
        _supportOfSamples = OfSamples();
        foreach (Part part in _parts)
        {
            part.Values = new double[_needed.Length];
            part.Samples = OfSamples();
        }

        Begin(_needed.Length);

        double[][] OfSamples() => resampling is null ? [] : [.. _needed.Select(_ => new double[resampling.Samples])];
    }

    /// <summary>Begins with no rows, of which each is of one class.</summary>
    /// <param name="metrics">What to measure: metrics whose <see cref="Metric.Input"/> is the order of outputs.</param>
    /// <param name="outputs">Outputs of a row, as in <see cref="MetricOfRows.OfClasses"/>.</param>
    /// <param name="resampling">Samples on which the metrics are measured as well; null, the default, draws none.</param>
    /// <exception cref="ArgumentException">A metric is not of the order of outputs, or not of so many classes.</exception>
    public static RankedRows OfClasses(IReadOnlyList<PerClassMetric> metrics, int outputs, RowResampling? resampling = null) =>
        new(metrics, outputs, 0, resampling, MostOutputs);

    /// <summary>Begins with no rows, of which each has as many labels as outputs.</summary>
    /// <param name="metrics">What to measure: metrics whose <see cref="Metric.Input"/> is the order of outputs.</param>
    /// <param name="width">Numbers in a row, of outputs and of labels, as in <see cref="MetricOfRows"/>.</param>
    /// <param name="resampling">Samples on which the metrics are measured as well; null, the default, draws none.</param>
    /// <exception cref="ArgumentException">A metric is not of the order of outputs, or not of so many labels.</exception>
    public static RankedRows OfLabels(IReadOnlyList<PerClassMetric> metrics, int width, RowResampling? resampling = null) =>
        new(metrics, width, width, resampling, MostOutputs);

    /// <summary>Rows whose outputs may take no more than so many places, for tests.</summary>
    internal static RankedRows Within(
        int mostOutputs, IReadOnlyList<PerClassMetric> metrics, int outputs, int targets = 0, RowResampling? resampling = null) =>
        new(metrics, outputs, targets, resampling, mostOutputs);

    /// <summary>The rows of a pass; 0 before the first one has ended.</summary>
    public int Rows { get; private set; }

    private int Kept => _scores.Width;

    /// <summary>Adds a row that is of one class.</summary>
    /// <param name="outputs">(outputs): scores, none of them NaN.</param>
    /// <param name="label">The class that is true, counted from 0.</param>
    /// <param name="weight">The weight of the row, above 0 and finite.</param>
    /// <exception cref="ArgumentException">
    /// The row has another width, there is no such class, an output is NaN, or the weight is not above 0 and finite.
    /// </exception>
    public void Add(ReadOnlySpan<float> outputs, int label, double weight = 1)
    {
        MetricOfRows.RequireLabel(label, DecisionCounts.ClassesOf(_outputs, _targets));
        Keep(outputs, weight);
        _labels.Add(label);
    }

    /// <summary>Adds a row that has labels.</summary>
    /// <param name="outputs">(outputs): scores, none of them NaN.</param>
    /// <param name="targets">(outputs): 1 for yes, 0 for no, NaN where a label is missing.</param>
    /// <param name="weight">The weight of the row, above 0 and finite.</param>
    /// <exception cref="ArgumentException">
    /// The row has another width, an output is NaN, or the weight is not above 0 and finite.
    /// </exception>
    public void Add(ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets, double weight = 1)
    {
        RequireWidth(targets.Length, _targets, nameof(targets));
        Keep(outputs, weight);
        Span<float> truths = _truths!.Add();
        for (int i = 0; i < truths.Length; i++)
            truths[i] = targets[_needed[_from + i]];
    }

    /// <summary>Measures what the rows of this pass were kept for.</summary>
    /// <param name="check">Is called now and then, and may throw to end it; null, the default, calls nothing.</param>
    /// <returns>Whether the same rows have to be added once more, in the same order, for the classes that did not fit.</returns>
    /// <exception cref="InvalidOperationException">There are not as many rows as in the pass before.</exception>
    public bool EndPass(Action? check = null)
    {
        int rows = _weights.Count;
        if (_from > 0 && rows != Rows)
        {
            throw new InvalidOperationException(FormattableString.Invariant(
                $"The rows were {Rows} in the first pass but are {rows} in another; add the same ones."));
        }

        Rows = rows;
        var idle = new ConcurrentBag<Ranking>();
        if (_resampling is null)
        {
            ForEach(Kept, place => WithRanking(idle, ranking =>
            {
                check?.Invoke();
                Measure(place, ranking);
            }));
        }
        else
        {
            for (int place = 0; place < Kept; place++)
            {
                WithRanking(idle, ranking => Measure(place, ranking));
                Resample(place, idle, check);
            }
        }

        int next = _from + Kept;
        bool isMore = next < _needed.Length;
        _from = isMore ? next : _from;
        Begin(isMore ? Math.Min(_needed.Length - next, Math.Max(1, _mostOutputs / Math.Max(1, rows))) : Kept);
        return isMore;
    }

    /// <summary>After the last pass: the value of a metric; NaN where the rows are too few to say.</summary>
    /// <param name="metric">Which one, counted from 0.</param>
    public double ValueOf(int metric)
    {
        Part part = _parts[metric];
        return part.Average(_needed, part.Values, _support);
    }

    /// <summary>
    /// After the last pass: the value of a metric for one of the classes that it puts together; NaN where the rows are too few to say.
    /// </summary>
    /// <param name="metric">Which one, counted from 0.</param>
    /// <param name="index">The class or label, counted from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class, or no metric asks for it.</exception>
    public double ValueOfClass(int metric, int index)
    {
        int place = Array.BinarySearch(_needed, index);
        return place >= 0 ? _parts[metric].Values[place] : throw new ArgumentOutOfRangeException(
            nameof(index), FormattableString.Invariant($"Class {index} is not measured; classes are counted from 0."));
    }

    /// <summary>After the last pass: the value of a metric on a sample; NaN where its rows are too few to say.</summary>
    /// <param name="metric">Which one, counted from 0.</param>
    /// <param name="sample">Which sample, counted from 0.</param>
    /// <exception cref="InvalidOperationException">No samples are drawn.</exception>
    public double ValueOfSample(int metric, int sample)
    {
        if (_resampling is null)
            throw new InvalidOperationException("No samples are drawn; give a RowResampling.");
        Part part = _parts[metric];
        return part.Average(
            _needed, Array.ConvertAll(part.Samples, values => values[sample]), Array.ConvertAll(_supportOfSamples, values => values[sample]));
    }

    private void Keep(ReadOnlySpan<float> outputs, double weight)
    {
        RequireWidth(outputs.Length, _outputs, nameof(outputs));
        MetricOfRows.RequireOutputs(outputs, areProbabilities: false);
        MetricOfRows.RequireWeight(weight);
        if (Kept > 1 && (_weights.Count + 1L) * Kept > _mostOutputs)
        {
            _scores.Narrow(Kept / 2);
            _truths?.Narrow(Kept);
        }

        Span<float> scores = _scores.Add();
        for (int i = 0; i < scores.Length; i++)
            scores[i] = _targets > 0 ? outputs[_needed[_from + i]] : RankedFigures.ScoreOf(outputs, _needed[_from + i]);
        _weights.Add(weight);
    }

    [MemberNotNull(nameof(_scores))]
    private void Begin(int kept)
    {
        _scores = new ScoreTable(kept);
        _truths = _targets > 0 ? new ScoreTable(kept) : null;
        _weights.Clear();
        _labels.Clear();
    }

    private void Measure(int place, Ranking ranking)
    {
        int rows = _weights.Count, index = _needed[_from + place];
        float[] scores = ArrayPool<float>.Shared.Rent(rows);
        float[] truths = ArrayPool<float>.Shared.Rent(rows);
        _scores.CopyColumn(place, scores);
        _truths?.CopyColumn(place, truths);
        ranking.Clear();
        for (int row = 0; row < rows; row++)
        {
            if (_truths is null)
                ranking.Add(scores[row], _labels[row] == index, _weights[row]);
            else if (!float.IsNaN(truths[row]))
                ranking.Add(scores[row], Decision.IsYes(truths[row]), _weights[row]);
        }

        ArrayPool<float>.Shared.Return(scores);
        ArrayPool<float>.Shared.Return(truths);
        _support[_from + place] = ranking.IsEmpty ? double.NaN : ranking.Yes;
        foreach (Part part in _parts)
            part.Values[_from + place] = part.Figure(ranking);
    }

    // In the order of the scores, so that no sample is sorted again.
    private void Resample(int place, ConcurrentBag<Ranking> idle, Action? check)
    {
        int rows = _weights.Count, index = _needed[_from + place];
        var scores = new float[rows];
        var order = new int[rows];
        var truths = new float[_truths is null ? 0 : rows];
        _scores.CopyColumn(place, scores);
        _truths?.CopyColumn(place, truths);
        for (int row = 0; row < rows; row++)
            order[row] = row;
        Array.Sort(scores, order);
        ForEach(_resampling!.Samples, sample => WithRanking(idle, ranking =>
        {
            check?.Invoke();
            int[] times = ArrayPool<int>.Shared.Rent(rows);
            _resampling.Draw(sample, times.AsSpan(0, rows));
            double support = 0;
            for (int row = 0; row < rows; row++)
            {
                if (times[row] > 0 && IsYes(row))
                    support += _weights[row] * times[row];
            }

            ranking.Clear();
            for (int i = 0; i < rows; i++)
            {
                int row = order[i];
                if (times[row] > 0 && !(_truths is not null && float.IsNaN(truths[row])))
                    ranking.Add(scores[i], IsYes(row), _weights[row] * times[row]);
            }

            ArrayPool<int>.Shared.Return(times);
            _supportOfSamples[_from + place][sample] = ranking.IsEmpty ? double.NaN : support;
            foreach (Part part in _parts)
                part.Samples[_from + place][sample] = part.Figure(ranking);
        }));

        bool IsYes(int row) => _truths is null ? _labels[row] == index : Decision.IsYes(truths[row]);
    }

    // What is thrown is what was thrown, not what gathers it.
    private static void ForEach(int count, Action<int> work)
    {
        try
        {
            Parallel.For(0, count, work);
        }
        catch (AggregateException exception)
        {
            ExceptionDispatchInfo.Throw(exception.InnerExceptions[0]);
        }
    }

    // What a ranking has grown to is kept for the next class or sample.
    private static void WithRanking(ConcurrentBag<Ranking> idle, Action<Ranking> work)
    {
        if (!idle.TryTake(out Ranking? ranking))
            ranking = new Ranking();
        work(ranking);
        idle.Add(ranking);
    }

    private static void RequireWidth(int length, int width, string name)
    {
        if (length != width)
            throw new ArgumentException($"A row must have {width} {name} but there are {length}; give as many.", name);
    }

    /// <summary>A metric, and what it comes to.</summary>
    private sealed class Part(PerClassMetric metric, int outputs, int targets)
    {
        private readonly Averaging _averaging = metric.For(outputs, targets);
        private readonly int _classes = DecisionCounts.ClassesOf(outputs, targets);

        /// <summary>The one class that is measured; null for all.</summary>
        public int? Only { get; } = metric.OnlyOf(outputs, targets);

        /// <summary>The figure of one class.</summary>
        public Func<Ranking, double> Figure { get; } = metric.OfRanking!;

        /// <summary>(needed): the figure of each class.</summary>
        public double[] Values { get; set; } = [];

        /// <summary>[needed]: (samples), the figure of each class on each sample.</summary>
        public double[][] Samples { get; set; } = [];

        /// <summary>What figures of classes come to together.</summary>
        public double Average(int[] classes, double[] values, double[] support)
        {
            var figures = new ClassValues(_classes);
            for (int i = 0; i < classes.Length; i++)
                figures.Set(classes[i], values[i], support[i]);
            return new AverageOfClasses(_averaging, Only, figures).Value;
        }
    }
}
