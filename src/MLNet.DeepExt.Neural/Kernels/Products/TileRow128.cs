using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;

namespace MLNet.DeepExt.Neural.Kernels;

/// <summary>For every other processor: four vectors of 128 bits for each row.</summary>
internal struct TileRow128<T> : ITileRow<TileRow128<T>, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private Vector128<T> _first;
    private Vector128<T> _second;
    private Vector128<T> _third;
    private Vector128<T> _fourth;

    private TileRow128(Vector128<T> first, Vector128<T> second, Vector128<T> third, Vector128<T> fourth) =>
        (_first, _second, _third, _fourth) = (first, second, third, fourth);

    public static int Columns => 4 * Vector128<T>.Count;

    // 32 registers on Arm, 16 elsewhere.
    public static int MaximumRows => AdvSimd.IsSupported ? 6 : 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TileRow128<T> Load(ref T source) => new(
        Vector128.LoadUnsafe(ref source),
        Vector128.LoadUnsafe(ref source, (nuint)Vector128<T>.Count),
        Vector128.LoadUnsafe(ref source, 2 * (nuint)Vector128<T>.Count),
        Vector128.LoadUnsafe(ref source, 3 * (nuint)Vector128<T>.Count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddProduct(ref T a, TileRow128<T> b)
    {
        Vector128<T> everywhere = Vector128.Create(a);
        _first = Lanes.MultiplyAdd(everywhere, b._first, _first);
        _second = Lanes.MultiplyAdd(everywhere, b._second, _second);
        _third = Lanes.MultiplyAdd(everywhere, b._third, _third);
        _fourth = Lanes.MultiplyAdd(everywhere, b._fourth, _fourth);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TileRow128<T> Add(TileRow128<T> a, TileRow128<T> b) =>
        new(a._first + b._first, a._second + b._second, a._third + b._third, a._fourth + b._fourth);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(TileRow128<T> value, ref T destination)
    {
        value._first.StoreUnsafe(ref destination);
        value._second.StoreUnsafe(ref destination, (nuint)Vector128<T>.Count);
        value._third.StoreUnsafe(ref destination, 2 * (nuint)Vector128<T>.Count);
        value._fourth.StoreUnsafe(ref destination, 3 * (nuint)Vector128<T>.Count);
    }
}
