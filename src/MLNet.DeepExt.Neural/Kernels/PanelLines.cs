using System.Numerics;
using System.Runtime.CompilerServices;
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
    public static void Gather<T>(ReadOnlySpan<T> strip, ReadOnlySpan<int> inputs, Span<T> lines)
        where T : unmanaged
    {
        Require(lines.Length, inputs);
        for (int i = 0; i < inputs.Length; i++)
            Copy(ref Unsafe.AsRef(in strip[inputs[i] * Lanes.Strip]), ref lines[i * Lanes.Strip]);
    }

    /// <summary>strip[inputs[i]] = lines[i].</summary>
    /// <param name="lines">(n, 16).</param>
    /// <param name="inputs">(n): which lines of the strip, each at most once; each must lie in it.</param>
    /// <param name="strip">(inputs of the matrix, 16).</param>
    public static void Scatter<T>(ReadOnlySpan<T> lines, ReadOnlySpan<int> inputs, Span<T> strip)
        where T : unmanaged
    {
        Require(lines.Length, inputs);
        for (int i = 0; i < inputs.Length; i++)
            Copy(ref Unsafe.AsRef(in lines[i * Lanes.Strip]), ref strip[inputs[i] * Lanes.Strip]);
    }

    /// <summary>strip[inputs[i]] -= lines[i].</summary>
    /// <param name="lines">(n, 16).</param>
    /// <param name="inputs">(n): which lines of the strip, each at most once; each must lie in it.</param>
    /// <param name="strip">(inputs of the matrix, 16).</param>
    public static void Subtract<T>(ReadOnlySpan<T> lines, ReadOnlySpan<int> inputs, Span<T> strip)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Require(lines.Length, inputs);
        for (int i = 0; i < inputs.Length; i++)
        {
            ref T from = ref strip[inputs[i] * Lanes.Strip];
            ref T line = ref Unsafe.AsRef(in lines[i * Lanes.Strip]);
            for (nuint lane = 0; lane < Lanes.Strip; lane += (nuint)Vector256<T>.Count)
                (Vector256.LoadUnsafe(ref from, lane) - Vector256.LoadUnsafe(ref line, lane)).StoreUnsafe(ref from, lane);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy<T>(ref T from, ref T to)
        where T : unmanaged
    {
        for (nuint lane = 0; lane < Lanes.Strip; lane += (nuint)Vector256<T>.Count)
            Vector256.LoadUnsafe(ref from, lane).StoreUnsafe(ref to, lane);
    }

    private static void Require(int length, ReadOnlySpan<int> inputs)
    {
        if (length < inputs.Length * Lanes.Strip)
            throw new ArgumentException($"There are {length} numbers for {inputs.Length} lines of {Lanes.Strip}.", nameof(length));
    }
}
