using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MLNet.DeepExt.Neural.Kernels;

/// <summary>
/// Arguments of functions such as x·σ(x) where one factor is 0 to the last bit, in float and in double: the other one is held at
/// ±1000, so that the product of an infinite x is the limit and not NaN.
/// </summary>
internal static class Saturation
{
    private const int Bound = 1000;

    /// <summary>x, but -1000 where it is below; NaN of NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> NotBelow<T>(Vector256<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector256<T> least = Vector256.Create(T.CreateTruncating(-Bound));
        return Vector256.ConditionalSelect(Vector256.LessThan(x, least), least, x);
    }

    /// <summary>x, but ±1000 where it is beyond; NaN of NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Within<T>(Vector256<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => -NotBelow(-NotBelow(x));
}
