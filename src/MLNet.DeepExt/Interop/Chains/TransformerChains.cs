using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.DeepExt.Interop.Chains;

/// <summary>Makes a chain of transformers of another one.</summary>
internal static class TransformerChains
{
    /// <summary>The chain with another transformer at its end.</summary>
    public static TransformerChain<TLast> WithLast<TLast>(TransformerChain<TLast> chain, TLast last)
        where TLast : class, ITransformer =>
        new([.. chain.SkipLast(1), last], Fields<TLast>.Scopes(chain));

    private static class Fields<TLast>
        where TLast : class, ITransformer
    {
        [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_scopes")]
        public static extern ref TransformerScope[] Scopes(TransformerChain<TLast> chain);
    }
}
