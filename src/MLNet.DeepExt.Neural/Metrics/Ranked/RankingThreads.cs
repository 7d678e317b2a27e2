using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>Threads that rank rows. Each has its own ranking and counts, which it reuses for all classes or samples.</summary>
/// <param name="rows">The rows.</param>
/// <param name="most">The maximum number of threads.</param>
/// <param name="check">Called before each class or sample; may throw. Null for none.</param>
internal sealed class RankingThreads(int rows, int most, Action? check)
{
    private readonly ConcurrentBag<(Ranking Ranking, int[] Times)> _idle = [];

    /// <summary>Runs the work for each index from 0 to <paramref name="count"/> - 1. Exceptions are rethrown unchanged.</summary>
    /// <param name="count">The number of indices.</param>
    /// <param name="areSamples">True if the work needs counts of rows.</param>
    /// <param name="work">Receives the index, a ranking to overwrite, and counts: (rows), or empty.</param>
    public void ForEach(int count, bool areSamples, Action<int, Ranking, int[]> work)
    {
        try
        {
            Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = most }, number =>
            {
                check?.Invoke();
                if (!_idle.TryTake(out (Ranking Ranking, int[] Times) own))
                    own = (new Ranking(), areSamples ? new int[rows] : []);
                work(number, own.Ranking, own.Times);
                _idle.Add(own);
            });
        }
        catch (AggregateException exception)
        {
            ExceptionDispatchInfo.Throw(exception.InnerExceptions[0]);
        }
    }
}
