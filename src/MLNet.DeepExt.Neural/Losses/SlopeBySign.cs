using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MLNet.DeepExt.Neural.Losses;

/// <summary>The slope of a cost with a kink at an error of 0.</summary>
internal static class SlopeBySign
{
    /// <summary>Returns one slope if d is below 0 and the other if it is above 0; 0 if d is 0, NaN if d is NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Of<T>(Vector256<T> d, Vector256<T> below, Vector256<T> above)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector256<T> slope = Vector256.ConditionalSelect(Vector256.LessThan(d, Vector256<T>.Zero), below, d);
        return Vector256.ConditionalSelect(Vector256.GreaterThan(d, Vector256<T>.Zero), above, slope);
    }
}
