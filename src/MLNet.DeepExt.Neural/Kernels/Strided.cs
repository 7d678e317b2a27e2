using System.Runtime.CompilerServices;

namespace MLNet.DeepExt.Neural.Kernels;

/// <summary>A matrix in memory that may be read in either direction: where it begins, and how far apart its rows and columns are.</summary>
/// <remarks>It does not know how large it is: who makes one has checked the spans.</remarks>
internal readonly ref struct Strided<T>(ref T first, nint rowStep, nint columnStep)
{
    public readonly ref T First = ref first;
    public readonly nint RowStep = rowStep;
    public readonly nint ColumnStep = columnStep;

    /// <summary>This matrix from another element on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Strided<T> From(nint row, nint column) =>
        new(ref Unsafe.Add(ref First, row * RowStep + column * ColumnStep), RowStep, ColumnStep);

    /// <summary>This matrix some elements further on in memory: the next lanes of its strips.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Strided<T> Shift(nint lanes) => new(ref Unsafe.Add(ref First, lanes), RowStep, ColumnStep);
}
