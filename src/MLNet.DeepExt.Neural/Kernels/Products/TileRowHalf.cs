using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MLNet.DeepExt.Neural.Kernels;

/// <summary>
/// For the last columns of a matrix, where the right half is padding: 256 bits are computed, the padding becomes 0. Doubles, of
/// which a strip takes two of these, meet it also where all lanes are padding.
/// </summary>
internal struct TileRowHalf<T> : ITileRow<TileRowHalf<T>, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private Vector256<T> _left;

    public static int Columns => 2 * Vector256<T>.Count;

    public static int MaximumRows => 12;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TileRowHalf<T> Load(ref T source) => new() { _left = Vector256.LoadUnsafe(ref source) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddProduct(ref T a, TileRowHalf<T> b) => _left = Lanes.MultiplyAdd(Vector256.Create(a), b._left, _left);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TileRowHalf<T> Add(TileRowHalf<T> a, TileRowHalf<T> b) => new() { _left = a._left + b._left };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(TileRowHalf<T> value, ref T destination)
    {
        value._left.StoreUnsafe(ref destination);
        Vector256<T>.Zero.StoreUnsafe(ref destination, (nuint)Vector256<T>.Count);
    }
}
