using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MLNet.DeepExt.Neural.Optimizers;

/// <summary>Multiplies each element by one factor.</summary>
internal readonly struct Scale<T>(double factor) : IUpdateOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Vector256<T> _factor = Vector256.Create(T.CreateTruncating(factor));

    public static int States => 0;

    public static bool ReadsParameters => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<T> Apply(Vector256<T> gradient, Vector256<T> parameter, ref Vector256<T> first, ref Vector256<T> second) =>
        _factor * gradient;
}
