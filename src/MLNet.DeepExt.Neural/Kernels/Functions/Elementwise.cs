using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MLNet.DeepExt.Neural.Kernels;

/// <summary>Loops that treat every element of a rectangle, or of a flat range, alone.</summary>
/// <remarks>
/// Rectangles begin at the first element of their spans, are a whole number of strips wide, and all have the same stride.
/// Outputs may be the same memory as inputs.
/// </remarks>
internal static class Elementwise
{
    /// <summary>y = g(x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply<T, TOperator>(TOperator g, int rows, int width, int stride, ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TOperator : struct, IActivationOperator<T>
    {
        for (int row = 0; row < rows; row++)
        {
            ref T source = ref MemoryMarshal.GetReference(x.Slice(row * stride, width));
            ref T destination = ref MemoryMarshal.GetReference(y.Slice(row * stride, width));
            for (nuint i = 0; i < (nuint)width; i += (nuint)Vector256<T>.Count)
                g.Apply(Vector256.LoadUnsafe(ref source, i)).StoreUnsafe(ref destination, i);
        }
    }

    /// <summary>dx = dy · g'(x).</summary>
    /// <param name="g">The activation.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="width">Columns, whole strips.</param>
    /// <param name="stride">From one row to the next.</param>
    /// <param name="known">x or y = g(x), whichever the derivative reads.</param>
    /// <param name="dy">∂J/∂y.</param>
    /// <param name="dx">Receives ∂J/∂x; may be the memory of dy.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ApplyGradient<T, TOperator>(
        TOperator g, int rows, int width, int stride, ReadOnlySpan<T> known, ReadOnlySpan<T> dy, Span<T> dx)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TOperator : struct, IActivationOperator<T>
    {
        for (int row = 0; row < rows; row++)
        {
            ref T origin = ref MemoryMarshal.GetReference(known.Slice(row * stride, width));
            ref T gradient = ref MemoryMarshal.GetReference(dy.Slice(row * stride, width));
            ref T destination = ref MemoryMarshal.GetReference(dx.Slice(row * stride, width));
            for (nuint i = 0; i < (nuint)width; i += (nuint)Vector256<T>.Count)
            {
                Vector256<T> derivative = g.Derivative(Vector256.LoadUnsafe(ref origin, i));
                (Vector256.LoadUnsafe(ref gradient, i) * derivative).StoreUnsafe(ref destination, i);
            }
        }
    }

    /// <summary>w *= factor, over a flat range of whole strips.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Scale<T>(Span<T> w, T factor)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref T first = ref MemoryMarshal.GetReference(w);
        var factors = Vector256.Create(factor);
        for (nuint i = 0; i < (nuint)w.Length; i += (nuint)Vector256<T>.Count)
            (Vector256.LoadUnsafe(ref first, i) * factors).StoreUnsafe(ref first, i);
    }

    /// <summary>y += x, over a flat range of whole strips.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref T source = ref MemoryMarshal.GetReference(x[..y.Length]);
        ref T destination = ref MemoryMarshal.GetReference(y);
        for (nuint i = 0; i < (nuint)y.Length; i += (nuint)Vector256<T>.Count)
            (Vector256.LoadUnsafe(ref destination, i) + Vector256.LoadUnsafe(ref source, i)).StoreUnsafe(ref destination, i);
    }

    /// <summary>w -= update, over a flat range of whole strips.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Subtract<T>(ReadOnlySpan<T> update, Span<T> w)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref T source = ref MemoryMarshal.GetReference(update[..w.Length]);
        ref T destination = ref MemoryMarshal.GetReference(w);
        for (nuint i = 0; i < (nuint)w.Length; i += (nuint)Vector256<T>.Count)
            (Vector256.LoadUnsafe(ref destination, i) - Vector256.LoadUnsafe(ref source, i)).StoreUnsafe(ref destination, i);
    }
}
