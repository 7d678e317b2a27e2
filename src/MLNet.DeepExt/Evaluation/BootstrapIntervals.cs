using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Neural.Metrics;

namespace MLNet.DeepExt.Evaluation;

/// <summary>Finds the intervals of metrics by resampling rows; see <see cref="Bootstrap"/>.</summary>
/// <param name="host">Who draws. Where its context is cancelled, it throws.</param>
/// <param name="rows">The rows.</param>
/// <param name="columns">What is in them.</param>
/// <param name="metrics">The metrics, measured on all rows and, where they are ranked, on the samples.</param>
/// <param name="bootstrap">How it is done.</param>
internal sealed class BootstrapIntervals(
    IHost host, ScoredRowStore rows, ScoredColumns columns, MetricSet metrics, Bootstrap bootstrap)
{
    /// <summary>Finds them, in the order of the metrics.</summary>
    public MetricInterval[] Find()
    {
        RowResampling resampling = metrics.Resampling!;
        var samples = new double[metrics.Count][];
        for (int i = 0; i < samples.Length; i++)
            samples[i] = new double[bootstrap.Resamples];
        try
        {
            // Each sample is a function of its number alone: whichever thread draws it, it is the same. A loop begins a task again more
            // often than it has threads, and a drawer keeps what it has grown.
            var idle = new ConcurrentBag<Drawer>();
            var threads = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount };
            Parallel.For(0, bootstrap.Resamples, threads, Take, (number, _, drawer) =>
            {
                host.ThrowIfCancelled();
                MetricSet drawn = drawer.Draw(resampling, number);
                for (int i = 0; i < samples.Length; i++)
                    samples[i][number] = metrics.IsRanked(i) ? metrics.ValueOfSample(i, number) : drawn.ValueOf(i);
                return drawer;
            }, idle.Add);

            Drawer Take() => idle.TryTake(out Drawer? drawer) ? drawer : new Drawer(rows, columns, metrics.BeginUnranked());
        }
        catch (AggregateException exception)
        {
            ExceptionDispatchInfo.Throw(exception.InnerExceptions[0]);
        }

        return Array.ConvertAll(samples, Between);
    }

    private MetricInterval Between(double[] samples)
    {
        double[] known = [.. samples.Where(sample => !double.IsNaN(sample))];
        if (2 * known.Length < samples.Length)
            return new MetricInterval(double.NaN, double.NaN, bootstrap.Confidence);
        Array.Sort(known);
        return new MetricInterval(
            Quantile(known, (1 - bootstrap.Confidence) / 2), Quantile(known, (1 + bootstrap.Confidence) / 2), bootstrap.Confidence);
    }

    private static double Quantile(double[] sorted, double share)
    {
        double place = share * (sorted.Length - 1);
        int below = Math.Min((int)place, sorted.Length - 2);
        double low = sorted[below], high = sorted[below + 1];
        // Where both are infinite, their difference is none.
        return low == high ? low : low + (place - below) * (high - low);
    }

    private sealed class Drawer(ScoredRowStore rows, ScoredColumns columns, MetricSet metrics)
    {
        private readonly ScoredExample _row = new(columns);
        private readonly int[] _times = new int[rows.Count];

        public MetricSet Draw(RowResampling resampling, int sample)
        {
            resampling.Draw(sample, _times);
            metrics.Clear();
            for (int i = 0; i < _times.Length; i++)
            {
                if (_times[i] == 0)
                    continue;
                ReadOnlySpan<double> condensed = rows.Load(i, _row);
                metrics.AddKept(_row, condensed, _row.Weight * _times[i]);
            }

            return metrics;
        }
    }
}
