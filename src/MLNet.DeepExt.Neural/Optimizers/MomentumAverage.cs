using System.Numerics;
using System.Runtime.Intrinsics;
using MLNet.DeepExt.Neural.Kernels;

namespace MLNet.DeepExt.Neural.Optimizers;

/// <summary>The average v = β·v + (1 - β)·g of momentum.</summary>
internal readonly struct MomentumAverage<T>(double beta)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Vector256<T> _beta = Vector256.Create(T.CreateTruncating(beta));
    private readonly Vector256<T> _rest = Vector256.Create(T.CreateTruncating(1 - beta));

    /// <summary>(1 - β)·g.</summary>
    public Vector256<T> Part(Vector256<T> gradient) => _rest * gradient;

    /// <summary>β·v + (1 - β)·g, given the latter.</summary>
    public Vector256<T> Add(Vector256<T> mean, Vector256<T> part) => Lanes.MultiplyAdd(_beta, mean, part);
}
