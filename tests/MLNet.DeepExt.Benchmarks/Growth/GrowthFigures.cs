using System.Globalization;
using System.Runtime;
using MLNet.DeepExt.Benchmarks.Sparse;

namespace MLNet.DeepExt.Benchmarks.Growth;

/// <summary>What one size of a case costs its process.</summary>
/// <param name="CpuSeconds">Processor time of all threads.</param>
/// <param name="MebibytesMore">By how much the largest working set so far is above that before the work.</param>
/// <param name="MebibytesWritten">Bytes handed to the system for writing; NaN where the system does not count them.</param>
internal sealed record GrowthFigures(double CpuSeconds, double MebibytesMore, double MebibytesWritten)
{
    private const string WrittenLine = "wchar:";

    private static string CountersPath { get; } = "/proc/self/io"; // Linux

    /// <summary>Does the work once, after a small one for the compiler.</summary>
    public static GrowthFigures Measure(GrowthCase growth, int size)
    {
        growth.Prepare(Math.Max(1, growth.Size / 10))();
        Action work = growth.Prepare(size);
        GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        long before = PeakMemory.Mebibytes;
        double written = Written();
        TimeSpan start = Environment.CpuUsage.TotalTime;
        work();
        double seconds = (Environment.CpuUsage.TotalTime - start).TotalSeconds;
        return new GrowthFigures(seconds, PeakMemory.Mebibytes - before, (Written() - written) / (1 << 20));
    }

    /// <summary>The figures that <see cref="ToString"/> wrote; null for any other line.</summary>
    public static GrowthFigures? Parse(string line)
    {
        string[] parts = line.Split(' ');
        return parts is ["growth", var seconds, var more, var written]
            ? new GrowthFigures(Number(seconds), Number(more), Number(written))
            : null;
    }

    /// <summary>The figures as one line for <see cref="Parse"/>.</summary>
    public override string ToString() => FormattableString.Invariant($"growth {CpuSeconds:R} {MebibytesMore:R} {MebibytesWritten:R}");

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static double Written() => File.Exists(CountersPath)
        ? Number(File.ReadLines(CountersPath).First(line => line.StartsWith(WrittenLine, StringComparison.Ordinal))[WrittenLine.Length..])
        : double.NaN;
}
