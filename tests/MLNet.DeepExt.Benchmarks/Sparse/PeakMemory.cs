using System.Diagnostics;

namespace MLNet.DeepExt.Benchmarks.Sparse;

/// <summary>The most memory that this process ever held.</summary>
internal static class PeakMemory
{
    public static long Mebibytes
    {
        get
        {
            using var process = Process.GetCurrentProcess();
            return process.PeakWorkingSet64 >> 20;
        }
    }
}
