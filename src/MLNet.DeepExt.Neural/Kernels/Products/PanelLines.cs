using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MLNet.DeepExt.Neural.Kernels;

/// <summary>
/// Some lines of one strip of a matrix in <see cref="Panels"/>, (inputs, 16), brought together and back: what is worked on
/// input by input is then worked on as one run of numbers.
/// </summary>
internal static class PanelLines
{
    /// <summary>lines[i] = strip[inputs[i]].</summary>
    /// <param name="strip">(inputs of the matrix, 16).</param>
    /// <param name="inputs">(n): which lines; each must lie in the strip.</param>
    /// <param name="lines">(n, 16).</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gather<T>(ReadOnlySpan<T> strip, ReadOnlySpan<int> inputs, Span<T> lines)
        where T : unmanaged
    {
        Guard.RequireLength(lines.Length, (long)inputs.Length * Lanes.Strip, nameof(lines));
        for (int i = 0; i < inputs.Length; i++)
            Copy(LineOf(strip, inputs[i]), LineOf(lines, i));
    }

    /// <summary>strip[inputs[i]] = lines[i].</summary>
    /// <param name="lines">(n, 16).</param>
    /// <param name="inputs">(n): which lines of the strip, each at most once; each must lie in it.</param>
    /// <param name="strip">(inputs of the matrix, 16).</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Scatter<T>(ReadOnlySpan<T> lines, ReadOnlySpan<int> inputs, Span<T> strip)
        where T : unmanaged
    {
        Guard.RequireLength(lines.Length, (long)inputs.Length * Lanes.Strip, nameof(lines));
        for (int i = 0; i < inputs.Length; i++)
            Copy(LineOf(lines, i), LineOf(strip, inputs[i]));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy<T>(ReadOnlySpan<T> from, Span<T> to)
        where T : unmanaged
    {
        for (nuint lane = 0; lane < Lanes.Strip; lane += (nuint)Vector256<T>.Count)
            Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(from), lane).StoreUnsafe(ref MemoryMarshal.GetReference(to), lane);
    }

    // Whole lines, so that what is read and written in one is known to lie in the span.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ReadOnlySpan<T> LineOf<T>(ReadOnlySpan<T> lines, int line) => lines.Slice(line * Lanes.Strip, Lanes.Strip);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Span<T> LineOf<T>(Span<T> lines, int line) => lines.Slice(line * Lanes.Strip, Lanes.Strip);
}
