using System.Numerics;
using System.Runtime.CompilerServices;

namespace MLNet.DeepExt.Neural.Kernels;

/// <summary>
/// The layout in which weights live: a matrix (inputs, units) cut into strips of 16 columns, each stored whole,
/// (units / 16, inputs, 16), the last one padded with zeros.
/// </summary>
/// <remarks>
/// A product then reads its weights in one ascending sweep and packs nothing; a range of the storage is a range of
/// inputs of one strip, so that gradients and updates can be shared out by cutting the storage anywhere between strips.
/// </remarks>
internal static class Panels
{
    /// <summary>Elements that a matrix of this shape takes.</summary>
    public static int Length(int inputs, int units) => checked(inputs * Lanes.Pad(units));

    /// <summary>Where element (input, unit) stands.</summary>
    public static int IndexOf(int inputs, int input, int unit) =>
        unit / Lanes.Strip * inputs * Lanes.Strip + input * Lanes.Strip + unit % Lanes.Strip;

    /// <summary>Copies a row-major matrix into panels; the padding is not touched.</summary>
    public static void Write<T>(int inputs, int units, ReadOnlySpan<T> rowMajor, Span<T> panels)
    {
        for (int i = 0; i < inputs; i++)
        {
            for (int j = 0; j < units; j++)
                panels[IndexOf(inputs, i, j)] = rowMajor[i * units + j];
        }
    }

    /// <summary>Copies panels into a row-major matrix.</summary>
    public static void Read<T>(int inputs, int units, ReadOnlySpan<T> panels, Span<T> rowMajor)
    {
        for (int i = 0; i < inputs; i++)
        {
            for (int j = 0; j < units; j++)
                rowMajor[i * units + j] = panels[IndexOf(inputs, i, j)];
        }
    }

    /// <summary>
    /// Copies elements <paramref name="from"/> to <paramref name="to"/> (multiples of 16) of W's panels to where they
    /// stand in the panels of Wᵀ, whose padding is not touched.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Transpose<T>(int inputs, int units, ReadOnlySpan<T> panels, Span<T> transposed, int from, int to)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int panelLength = inputs * Lanes.Strip;
        while (from < to)
        {
            // As many inputs as lie in one strip of Wᵀ: a square of at most 16 by 16, whose lines stay in the first-level cache.
            int unit = from / panelLength * Lanes.Strip;
            int input = from % panelLength / Lanes.Strip;
            int height = Math.Min(Math.Min(Lanes.Strip - input % Lanes.Strip, inputs - input), (to - from) / Lanes.Strip);
            TransposeSquare(
                height, Math.Min(Lanes.Strip, units - unit), panels.Slice(from, height * Lanes.Strip),
                transposed[IndexOf(units, unit, input)..]);
            from += height * Lanes.Strip;
        }
    }

    // source: (height, 16); destination: (width, 16), of which the first height columns are written.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TransposeSquare<T>(int height, int width, ReadOnlySpan<T> source, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int row = 0; row < width; row++)
        {
            Span<T> line = destination.Slice(row * Lanes.Strip, height);
            for (int column = 0; column < line.Length; column++)
                line[column] = source[column * Lanes.Strip + row];
        }
    }
}
