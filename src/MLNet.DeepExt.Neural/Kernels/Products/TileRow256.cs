using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MLNet.DeepExt.Neural.Kernels;

/// <summary>For processors with sixteen registers of 256 bits: two of them for each row, six rows, two for the right matrix.</summary>
internal struct TileRow256<T> : ITileRow<TileRow256<T>, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private Vector256<T> _left;
    private Vector256<T> _right;

    private TileRow256(Vector256<T> left, Vector256<T> right) => (_left, _right) = (left, right);

    public static int Columns => 2 * Vector256<T>.Count;

    public static int MaximumRows => 6;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TileRow256<T> Load(ref T source) =>
        new(Vector256.LoadUnsafe(ref source), Vector256.LoadUnsafe(ref source, (nuint)Vector256<T>.Count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddProduct(ref T a, TileRow256<T> b)
    {
        Vector256<T> everywhere = Vector256.Create(a);
        _left = Lanes.MultiplyAdd(everywhere, b._left, _left);
        _right = Lanes.MultiplyAdd(everywhere, b._right, _right);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TileRow256<T> Add(TileRow256<T> a, TileRow256<T> b) => new(a._left + b._left, a._right + b._right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(TileRow256<T> value, ref T destination)
    {
        value._left.StoreUnsafe(ref destination);
        value._right.StoreUnsafe(ref destination, (nuint)Vector256<T>.Count);
    }
}
