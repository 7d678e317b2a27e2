using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MLNet.DeepExt.Neural.Kernels;

/// <summary>
/// For processors with registers of 512 bits: one for each row. Twelve rows hide the latency of two multipliers.
/// </summary>
/// <remarks>Its height was measured on Zen 4 alone; on processors with two units of 512 bits it is untested.</remarks>
internal struct TileRow512<T> : ITileRow<TileRow512<T>, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private Vector512<T> _value;

    private TileRow512(Vector512<T> value) => _value = value;

    public static int Columns => Vector512<T>.Count;

    public static int MaximumRows => 12;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TileRow512<T> Load(ref T source) => new(Vector512.LoadUnsafe(ref source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddProduct(ref T a, TileRow512<T> b)
    {
        Vector512<T> everywhere = Vector512.Create(a);
        _value = Lanes.MultiplyAdd(everywhere, b._value, _value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TileRow512<T> Add(TileRow512<T> a, TileRow512<T> b) => new(a._value + b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(TileRow512<T> value, ref T destination) => value._value.StoreUnsafe(ref destination);
}
