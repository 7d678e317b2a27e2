using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>Threads that rank rows, each with a ranking and counts of its own, which it keeps from one class or sample to the next.</summary>
/// <param name="rows">The rows.</param>
/// <param name="most">The most threads.</param>
/// <param name="check">Is called before each class or sample, and may throw; null calls nothing.</param>
internal sealed class RankingThreads(int rows, int most, Action? check)
{
    private readonly ConcurrentBag<(Ranking Ranking, int[] Times)> _idle = [];

    /// <summary>Does the work of each number from 0 up to <paramref name="count"/>. What it throws is thrown as it is.</summary>
    /// <param name="count">How many.</param>
    /// <param name="areSamples">Whether the work needs counts of rows.</param>
    /// <param name="work">Is given the number, a ranking to overwrite, and counts: (rows), or none.</param>
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
