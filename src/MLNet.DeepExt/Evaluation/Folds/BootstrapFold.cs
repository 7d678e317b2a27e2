using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Neural.Metrics;

namespace MLNet.DeepExt.Evaluation;

/// <summary>
/// Finds the intervals of metrics by resampling rows; see <see cref="Bootstrap"/>. It keeps all rows, of each as much as the metrics need to
/// add it again, and throws where they take too much memory.
/// </summary>
/// <param name="metrics">The metrics, which are folded over the same rows before it.</param>
/// <param name="columns">What is in the rows.</param>
/// <param name="options">How they are evaluated.</param>
internal sealed class BootstrapFold(MetricFold metrics, ScoredColumns columns, EvaluationOptions options) : ScoredFold
{
    private readonly List<(ScoredBlock Rows, double[] Condensed)> _blocks = []; // condensed: (rows, condensed length)
    private readonly Bootstrap _bootstrap = options.Bootstrap!;
    private readonly long _mostBytes = options.BootstrapBytes ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2;
    private int _rows;

    private MetricFold Metrics => metrics;

    // A weight, two classes or targets, and how often a row is drawn.
    private long BytesOfRow =>
        sizeof(double) * (1L + metrics.CondensedLength)
        + (columns.AreClasses ? 2 * sizeof(int) : 0)
        + sizeof(float) * (columns.Label.TargetWidth + metrics.KeptSources.Where(kind => !columns.ArePredictedClasses(kind)).Sum(columns.WidthOf))
        + sizeof(int) * (long)Environment.ProcessorCount;

    public override void Add(ScoredBlock block)
    {
        if ((_rows + (long)block.Count) * BytesOfRow > _mostBytes || _rows > Array.MaxLength - block.Count)
            throw TooManyRows();
        _rows += block.Count;
        var condensed = new double[block.Count * metrics.CondensedLength];
        for (int row = 0; row < block.Count; row++)
            metrics.Condense(block, row, condensed.AsSpan(row * metrics.CondensedLength, metrics.CondensedLength));
        _blocks.Add((block.Copy(metrics.KeptSources), condensed));
    }

    /// <summary>After all passes: the intervals, in the order of the metrics.</summary>
    public MetricInterval[] Find(ScoredTable table)
    {
        var samples = new double[metrics.Count][];
        for (int i = 0; i < samples.Length; i++)
            samples[i] = new double[_bootstrap.Resamples];
        try
        {
            // Each sample is a function of its number alone: whichever thread draws it, it is the same. A loop begins a task again more
            // often than it has threads, and a drawer keeps what it has grown.
            var idle = new ConcurrentBag<Drawer>();
            var threads = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount };
            Parallel.For(0, _bootstrap.Resamples, threads, Take, (number, _, drawer) =>
            {
                table.Host.ThrowIfCancelled();
                MetricFold drawn = drawer.Draw(number);
                for (int i = 0; i < samples.Length; i++)
                    samples[i][number] = metrics.ValueOfSample(i, number, drawn);
                return drawer;
            }, idle.Add);

            Drawer Take() => idle.TryTake(out Drawer? drawer) ? drawer : new Drawer(this);
        }
        catch (AggregateException exception)
        {
            ExceptionDispatchInfo.Throw(exception.InnerExceptions[0]);
        }

        return Array.ConvertAll(samples, Between);
    }

    private InvalidOperationException TooManyRows() => new(FormattableString.Invariant(
        $"The bootstrap keeps {BytesOfRow} bytes of every row in memory, but {_mostBytes} bytes are too few for more than {_rows} rows; evaluate ")
        + "fewer rows or metrics, or set Bootstrap to null.");

    private MetricInterval Between(double[] samples)
    {
        double[] known = [.. samples.Where(sample => !double.IsNaN(sample))];
        if (2 * known.Length < samples.Length)
            return new MetricInterval(double.NaN, double.NaN, _bootstrap.Confidence);
        Array.Sort(known);
        return new MetricInterval(
            Quantile(known, (1 - _bootstrap.Confidence) / 2), Quantile(known, (1 + _bootstrap.Confidence) / 2), _bootstrap.Confidence);
    }

    private static double Quantile(double[] sorted, double share)
    {
        double place = share * (sorted.Length - 1);
        int below = Math.Min((int)place, sorted.Length - 2);
        double low = sorted[below], high = sorted[below + 1];
        // Where both are infinite, their difference is none.
        return low == high ? low : low + (place - below) * (high - low);
    }

    private sealed class Drawer(BootstrapFold fold)
    {
        private readonly MetricFold _metrics = fold.Metrics.BeginUnranked();
        private readonly int[] _times = new int[fold._rows];

        public MetricFold Draw(int sample)
        {
            RowResampling resampling = fold.Metrics.Resampling!;
            resampling.Draw(sample, _times);
            _metrics.Clear();
            int length = _metrics.CondensedLength, first = 0;
            foreach ((ScoredBlock rows, double[] condensed) in fold._blocks)
            {
                for (int row = 0; row < rows.Count; row++)
                {
                    int times = _times[first + row];
                    if (times > 0)
                        _metrics.AddCondensed(rows, row, condensed.AsSpan(row * length, length), rows.Weights[row] * times);
                }

                first += rows.Count;
            }

            return _metrics;
        }
    }
}
