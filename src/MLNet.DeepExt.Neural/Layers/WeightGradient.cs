using System.Numerics;
using System.Runtime.CompilerServices;
using MLNet.DeepExt.Neural.Kernels;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>xᵀ·dy, the gradient of the weights of a product x·W, for a range of the panels of W.</summary>
internal static class WeightGradient
{
    /// <summary>A range of (units / 16, inputs, 16): the rest of a strip, whole strips, the beginning of one.</summary>
    /// <param name="rows">Rows of x and dy.</param>
    /// <param name="inputs">Columns of x.</param>
    /// <param name="outputs">Columns of dy.</param>
    /// <param name="x">(rows, inputs).</param>
    /// <param name="xStride">Elements from one row of x to the next.</param>
    /// <param name="dy">(rows, outputs).</param>
    /// <param name="dyStride">Elements from one row of dy to the next.</param>
    /// <param name="from">Where the range begins, a multiple of 16.</param>
    /// <param name="gradient">Receives it.</param>
    /// <param name="accumulate">Whether it is added to what stands there.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Compute<T>(
        int rows, int inputs, int outputs, ReadOnlySpan<T> x, int xStride, ReadOnlySpan<T> dy, int dyStride, int from, Span<T> gradient,
        bool accumulate)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        while (!gradient.IsEmpty)
        {
            PanelPart part = PanelPart.At(inputs, from, gradient.Length);
            Gemm.MultiplyTransposed(
                rows, part.Inputs, Math.Min(part.Width, outputs - part.Column), x[part.Input..], xStride, dy[part.Column..], dyStride,
                gradient[..part.Length], accumulate);
            gradient = gradient[part.Length..];
            from += part.Length;
        }
    }
}

/// <summary>The first part of a range of panels (units / 16, inputs, 16) that is a rectangle: of one strip, or of whole ones.</summary>
/// <param name="Input">The first input.</param>
/// <param name="Inputs">How many.</param>
/// <param name="Column">The first unit.</param>
/// <param name="Width">How many units, whole strips.</param>
internal readonly record struct PanelPart(int Input, int Inputs, int Column, int Width)
{
    /// <summary>Elements.</summary>
    public int Length => Inputs * Width;

    /// <summary>Such a part.</summary>
    /// <param name="inputs">Rows of the matrix.</param>
    /// <param name="from">Where the range begins, a multiple of 16.</param>
    /// <param name="length">How long it is, a multiple of 16.</param>
    public static PanelPart At(int inputs, int from, int length)
    {
        int panel = inputs * Lanes.Strip;
        int input = from % panel / Lanes.Strip;
        bool whole = input == 0 && length >= panel;
        return new PanelPart(
            input, whole ? inputs : Math.Min(inputs - input, length / Lanes.Strip), from / panel * Lanes.Strip,
            whole ? length / panel * Lanes.Strip : Lanes.Strip);
    }
}
