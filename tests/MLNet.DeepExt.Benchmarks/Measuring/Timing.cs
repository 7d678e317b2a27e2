using System.Diagnostics;

namespace MLNet.DeepExt.Benchmarks.Measuring;

/// <summary>How long a call takes.</summary>
internal static class Timing
{
    private const double SecondsOfASample = 0.01;
    private const int LeastSamples = 3;

    /// <summary>The median over samples of 10 ms or a single call, whichever is longer.</summary>
    /// <param name="call">What to time.</param>
    /// <param name="warmUp">Seconds to call it before: long enough for the compiler to have optimized it.</param>
    /// <param name="seconds">Seconds that all samples may take together, though there are at least three.</param>
    public static double SecondsPerCall(Action call, double warmUp = 0.5, double seconds = 1)
    {
        long start = Stopwatch.GetTimestamp();
        int calls = 0;
        do
        {
            call();
            calls++;
        }
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < warmUp);

        double estimate = Stopwatch.GetElapsedTime(start).TotalSeconds / calls;
        int callsOfASample = (int)Math.Max(1, SecondsOfASample / estimate);
        int samples = (int)Math.Max(LeastSamples, seconds / (callsOfASample * estimate));
        return Medians.Of(Enumerable.Range(0, samples).Select(_ => SecondsOf(call, callsOfASample) / callsOfASample));
    }

    public static double SecondsOf(Action call, int times = 1)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < times; i++)
            call();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
