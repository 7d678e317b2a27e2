using System.Numerics;

namespace MLNet.DeepExt.Neural.Tests.TestSupport;

/// <summary>Test data from a seed.</summary>
internal static class Numbers
{
    public static T[] Uniform<T>(Random random, int count, double low = -1, double high = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var numbers = new T[count];
        for (int i = 0; i < count; i++)
            numbers[i] = T.CreateTruncating(low + (high - low) * random.NextDouble());
        return numbers;
    }

    /// <summary>(rows, width) row-major numbers moved to rows that are <paramref name="stride"/> apart, with something between them.</summary>
    public static T[] Spread<T>(ReadOnlySpan<T> rowMajor, int rows, int width, int stride, T gap)
    {
        var spread = new T[(rows - 1) * stride + width];
        spread.AsSpan().Fill(gap);
        for (int row = 0; row < rows; row++)
            rowMajor.Slice(row * width, width).CopyTo(spread.AsSpan(row * stride));
        return spread;
    }
}
