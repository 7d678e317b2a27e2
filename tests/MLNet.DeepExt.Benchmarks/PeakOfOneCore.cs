using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MLNet.DeepExt.Benchmarks;

/// <summary>How many GFLOP/s one core does when nothing but fused multiply-adds on 256-bit vectors keeps it busy.</summary>
internal static class PeakOfOneCore
{
    private const int Chains = 12;
    private const long Steps = 3_000_000;

    private static float _sink;

    public static double Measure()
    {
        long start = Stopwatch.GetTimestamp();
        _sink = MultiplyAndAdd(Vector256.Create(1.1f), Vector256.Create(0.3f));
        return 2.0 * Steps * Chains * Vector256<float>.Count / Stopwatch.GetElapsedTime(start).TotalSeconds / 1e9;
    }

    // As many chains as hide the latency of an operation behind the others, and as fit into registers.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static float MultiplyAndAdd(Vector256<float> x, Vector256<float> y)
    {
        Vector256<float> c0 = x, c1 = x, c2 = x, c3 = x, c4 = x, c5 = x, c6 = x, c7 = x, c8 = x, c9 = x, c10 = x, c11 = x;
        for (long i = 0; i < Steps; i++)
        {
            c0 = Vector256.FusedMultiplyAdd(x, y, c0);
            c1 = Vector256.FusedMultiplyAdd(x, y, c1);
            c2 = Vector256.FusedMultiplyAdd(x, y, c2);
            c3 = Vector256.FusedMultiplyAdd(x, y, c3);
            c4 = Vector256.FusedMultiplyAdd(x, y, c4);
            c5 = Vector256.FusedMultiplyAdd(x, y, c5);
            c6 = Vector256.FusedMultiplyAdd(x, y, c6);
            c7 = Vector256.FusedMultiplyAdd(x, y, c7);
            c8 = Vector256.FusedMultiplyAdd(x, y, c8);
            c9 = Vector256.FusedMultiplyAdd(x, y, c9);
            c10 = Vector256.FusedMultiplyAdd(x, y, c10);
            c11 = Vector256.FusedMultiplyAdd(x, y, c11);
        }

        return Vector256.Sum(c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + c8 + c9 + c10 + c11);
    }
}
