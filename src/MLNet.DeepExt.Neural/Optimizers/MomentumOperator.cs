using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MLNet.DeepExt.Neural.Kernels;

namespace MLNet.DeepExt.Neural.Optimizers;

/// <summary>
/// The average v = β·v + (1 - β)·g, and the update rate·v; with Nesterov's look-ahead, rate·(β·v + (1 - β)·g) with the new v.
/// </summary>
internal readonly struct MomentumOperator<T>(double beta, double rate, bool looksAhead) : IUpdateOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Vector256<T> _beta = Vector256.Create(T.CreateTruncating(beta));
    private readonly Vector256<T> _rest = Vector256.Create(T.CreateTruncating(1 - beta));
    private readonly Vector256<T> _rate = Vector256.Create(T.CreateTruncating(rate));
    private readonly bool _looksAhead = looksAhead;

    public static int States => 1;

    public static bool ReadsParameters => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<T> Apply(Vector256<T> gradient, Vector256<T> parameter, ref Vector256<T> mean, ref Vector256<T> unused)
    {
        Vector256<T> part = _rest * gradient;
        mean = Lanes.MultiplyAdd(_beta, mean, part);
        return _rate * (_looksAhead ? Lanes.MultiplyAdd(_beta, mean, part) : mean);
    }
}
