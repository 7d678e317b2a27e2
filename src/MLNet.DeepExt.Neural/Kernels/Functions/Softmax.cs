using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MLNet.DeepExt.Neural.Kernels;

/// <summary>The numerator and denominator of a softmax, shifted by the largest logit so that nothing overflows.</summary>
internal static class Softmax
{
    /// <summary>
    /// Writes e^(z_j - max z) to <paramref name="exponentials"/>, zeros to its padding, and returns max z and the sum.
    /// </summary>
    /// <param name="width">Logits in the row.</param>
    /// <param name="logits">(width padded to strips); what the padding holds does not matter.</param>
    /// <param name="exponentials">(width padded to strips); may be the memory of the logits.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (T Maximum, T Sum) Exponentials<T>(int width, ReadOnlySpan<T> logits, Span<T> exponentials)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int padded = Lanes.Pad(width);
        ref T source = ref MemoryMarshal.GetReference(logits[..padded]);
        ref T destination = ref MemoryMarshal.GetReference(exponentials[..padded]);

        Vector256<T> largest = Vector256.Create(T.NegativeInfinity);
        for (int i = 0; i < width; i += Vector256<T>.Count)
        {
            Vector256<T> z = Vector256.LoadUnsafe(ref source, (nuint)i);
            largest = Vector256.Max(largest, Vector256.ConditionalSelect(Lanes.Below<T>(i, width), z, largest));
        }

        T maximum = largest[0];
        for (int lane = 1; lane < Vector256<T>.Count; lane++)
            maximum = T.Max(maximum, largest[lane]);

        Vector256<T> shift = Vector256.Create(maximum);
        Vector256<T> sum = default;
        for (int i = 0; i < padded; i += Vector256<T>.Count)
        {
            Vector256<T> e = Exponential.Exp(Vector256.LoadUnsafe(ref source, (nuint)i) - shift) & Lanes.Below<T>(i, width);
            e.StoreUnsafe(ref destination, (nuint)i);
            sum += e;
        }

        return (maximum, Vector256.Sum(sum));
    }
}
