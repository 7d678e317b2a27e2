using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace MLNet.DeepExt.Interop.Chains;

/// <summary>What a chain of estimators is made of, which ML.NET does not expose.</summary>
internal static class ChainParts<TLast>
    where TLast : class, ITransformer
{
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_estimators")]
    public static extern ref IEstimator<ITransformer>[] Estimators(EstimatorChain<TLast> chain);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_scopes")]
    public static extern ref TransformerScope[] Scopes(EstimatorChain<TLast> chain);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_needCacheAfter")]
    public static extern ref bool[] NeedCacheAfter(EstimatorChain<TLast> chain);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_host")]
    public static extern ref IHost Host(EstimatorChain<TLast> chain);
}
