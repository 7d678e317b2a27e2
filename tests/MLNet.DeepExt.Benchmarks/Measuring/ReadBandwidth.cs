using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MLNet.DeepExt.Benchmarks.Measuring;

/// <summary>How many bytes a second come from memory when nothing but reading keeps the processor busy.</summary>
internal static class ReadBandwidth
{
    // 256 MiB. Where a last-level cache is about as large, part of what is read comes from there.
    private const int Length = 1 << 26;

    // What one turn of the loop reads; a share is a whole number of turns.
    private static readonly int Turn = 4 * Vector256<float>.Count;

    private static readonly Lazy<float[]> Numbers = new(() =>
    {
        var numbers = new float[Length];
        numbers.AsSpan().Fill(1);
        return numbers;
    });

    private static float _sink;

    public static double Measure(int threads)
    {
        float[] numbers = Numbers.Value;
        int share = Length / threads / Turn * Turn;
        double seconds = SideBySide.Seconds(threads, thread => _sink = Sum(numbers.AsSpan(share * thread, share)));
        return (double)sizeof(float) * share * threads / seconds;
    }

    // numbers: a whole number of turns.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static float Sum(ReadOnlySpan<float> numbers)
    {
        ref float first = ref MemoryMarshal.GetReference(numbers);
        Vector256<float> s0 = default, s1 = default, s2 = default, s3 = default;
        for (nuint i = 0; i < (nuint)numbers.Length; i += (nuint)Turn)
        {
            s0 += Vector256.LoadUnsafe(ref first, i);
            s1 += Vector256.LoadUnsafe(ref first, i + (nuint)Vector256<float>.Count);
            s2 += Vector256.LoadUnsafe(ref first, i + 2 * (nuint)Vector256<float>.Count);
            s3 += Vector256.LoadUnsafe(ref first, i + 3 * (nuint)Vector256<float>.Count);
        }

        return Vector256.Sum(s0 + s1 + s2 + s3);
    }
}
