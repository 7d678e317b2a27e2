using System.Runtime.CompilerServices;

namespace MLNet.DeepExt.Neural.Data;

/// <summary>Dense features of rows in memory.</summary>
public sealed class DenseRows : FeatureRows
{
    /// <summary>Wraps an array of features. The array is not copied, and must not change.</summary>
    /// <param name="width">The number of features of a row, at least 1.</param>
    /// <param name="values">(rows, width), row-major. Elements after the last complete row are ignored.</param>
    /// <exception cref="ArgumentOutOfRangeException">The width is below 1.</exception>
    public DenseRows(int width, float[] values)
        : base(width)
    {
        ArgumentNullException.ThrowIfNull(values);
        Values = values;
    }

    /// <inheritdoc/>
    public override int Count => Values.Length / Width;

    /// <summary>All numbers: (rows, width), may be longer.</summary>
    internal float[] Values { get; }

    /// <summary>Returns one row: (width).</summary>
    internal ReadOnlySpan<float> Row(int row) => Values.AsSpan(row * Width, Width);

    internal override long Stored(int rows) => (long)rows * Width;

    internal override ReadOnlySpan<float> StoredValues(int rows) => Values.AsSpan(0, rows * Width);

    internal override void Prefetch(int row) => Kernels.Prefetch.Read(Row(row));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void CopyTo(int row, Span<float> destination) => Row(row).CopyTo(destination);
}
