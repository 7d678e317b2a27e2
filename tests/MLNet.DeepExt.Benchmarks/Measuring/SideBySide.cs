using System.Diagnostics;

namespace MLNet.DeepExt.Benchmarks.Measuring;

/// <summary>Runs the same work on several threads that start together.</summary>
internal static class SideBySide
{
    /// <summary>Seconds from the common start to the end of the last.</summary>
    /// <param name="threads">How many.</param>
    /// <param name="work">Is given the number of its thread.</param>
    public static double Seconds(int threads, Action<int> work)
    {
        using var ready = new Barrier(threads + 1);
        Thread[] all = [.. Enumerable.Range(0, threads).Select(number => new Thread(() =>
        {
            ready.SignalAndWait();
            work(number);
        }))];
        foreach (Thread thread in all)
            thread.Start();
        ready.SignalAndWait();
        long start = Stopwatch.GetTimestamp();
        foreach (Thread thread in all)
            thread.Join();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
