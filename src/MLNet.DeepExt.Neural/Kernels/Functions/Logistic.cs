using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MLNet.DeepExt.Neural.Kernels;

/// <summary>
/// The logistic function σ(z) = 1 / (1 + e⁻ᶻ), by way of e^-|z|, which cannot overflow and keeps every digit of a small σ.
/// </summary>
internal static class Logistic
{
    /// <summary>σ(z).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Sigmoid<T>(Vector256<T> z)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector256<T> e = Exponential(z);
        return Vector256.ConditionalSelect(Vector256.LessThan(z, Vector256<T>.Zero), e, Vector256<T>.One) / (Vector256<T>.One + e);
    }

    /// <summary>σ(z) and 1 - σ(z), which keeps every digit where σ is next to 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector256<T> Value, Vector256<T> Complement) SigmoidAndComplement<T>(Vector256<T> z)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector256<T> e = Exponential(z), whole = Vector256<T>.One + e;
        Vector256<T> isNegative = Vector256.LessThan(z, Vector256<T>.Zero);
        return (
            Vector256.ConditionalSelect(isNegative, e, Vector256<T>.One) / whole,
            Vector256.ConditionalSelect(isNegative, Vector256<T>.One, e) / whole);
    }

    /// <summary>Writes σ(z_j) to <paramref name="outputs"/>, and zeros to its padding.</summary>
    /// <param name="width">Logits in the row.</param>
    /// <param name="logits">(width padded to strips); what the padding holds does not matter.</param>
    /// <param name="outputs">(width padded to strips); may be the memory of the logits.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sigmoids<T>(int width, ReadOnlySpan<T> logits, Span<T> outputs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int padded = Lanes.Pad(width);
        ref T source = ref MemoryMarshal.GetReference(logits[..padded]);
        ref T destination = ref MemoryMarshal.GetReference(outputs[..padded]);
        for (int i = 0; i < padded; i += Vector256<T>.Count)
        {
            // Most often there is a single output: what lies beyond it is cleared, not computed.
            Vector256<T> y = i < width ? Sigmoid(Vector256.LoadUnsafe(ref source, (nuint)i)) & Lanes.Below<T>(i, width) : default;
            y.StoreUnsafe(ref destination, (nuint)i);
        }
    }

    /// <summary>Writes e^-|z_j| to <paramref name="exponentials"/>; what its padding receives has no meaning.</summary>
    /// <param name="width">Logits in the row.</param>
    /// <param name="logits">(width padded to strips); what the padding holds does not matter.</param>
    /// <param name="exponentials">(width padded to strips); may be the memory of the logits.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Exponentials<T>(int width, ReadOnlySpan<T> logits, Span<T> exponentials)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int padded = Lanes.Pad(width);
        ref T source = ref MemoryMarshal.GetReference(logits[..padded]);
        ref T destination = ref MemoryMarshal.GetReference(exponentials[..padded]);
        for (int i = 0; i < width; i += Vector256<T>.Count)
            Exponential(Vector256.LoadUnsafe(ref source, (nuint)i)).StoreUnsafe(ref destination, (nuint)i);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<T> Exponential<T>(Vector256<T> z)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Kernels.Exponential.Exp(-Vector256.Abs(z));
}
