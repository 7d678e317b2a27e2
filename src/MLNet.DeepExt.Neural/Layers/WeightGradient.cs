using System.Numerics;
using System.Runtime.CompilerServices;
using MLNet.DeepExt.Neural.Kernels;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>xᵀ·dy, the gradient of the weights of a product x·W, for a range of the panels of W.</summary>
internal static class WeightGradient
{
    /// <summary>Computes a range of (units / 16, inputs, 16). It may begin and end inside a strip.</summary>
    /// <param name="rows">The number of rows of x and dy.</param>
    /// <param name="inputs">The number of columns of x.</param>
    /// <param name="outputs">The number of columns of dy.</param>
    /// <param name="x">(rows, inputs).</param>
    /// <param name="xStride">The row stride of x, in elements.</param>
    /// <param name="dy">(rows, outputs).</param>
    /// <param name="dyStride">The row stride of dy, in elements.</param>
    /// <param name="from">The first element of the range, a multiple of 16.</param>
    /// <param name="gradient">Receives the gradient.</param>
    /// <param name="accumulate">True to add to the existing values, false to overwrite them.</param>
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

/// <summary>The first part of a range of panels (units / 16, inputs, 16) that is a rectangle: a part of one strip, or whole strips.</summary>
/// <param name="Input">The first input.</param>
/// <param name="Inputs">The number of inputs.</param>
/// <param name="Column">The first unit.</param>
/// <param name="Width">The number of units; a multiple of 16.</param>
internal readonly record struct PanelPart(int Input, int Inputs, int Column, int Width)
{
    /// <summary>The number of elements.</summary>
    public int Length => Inputs * Width;

    /// <summary>Returns the first part of a range.</summary>
    /// <param name="inputs">The number of rows of the matrix.</param>
    /// <param name="from">The first element of the range, a multiple of 16.</param>
    /// <param name="length">The length of the range, a multiple of 16.</param>
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
