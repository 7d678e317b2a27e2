using System.Numerics;
using System.Runtime.Intrinsics;
using MLNet.DeepExt.Neural.Initializers;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>The identity activation: g(x) = x, g'(x) = 1. Use it for the output of a regression.</summary>
public sealed record Linear : Activation
{
    /// <inheritdoc/>
    protected internal override LayerTraits Traits => LayerTraits.Affine;

    /// <inheritdoc/>
    protected internal override Initializer SuggestedInitializer => new Glorot();

    /// <inheritdoc/>
    public override string Emit(IOperatorGraph graph, string x) => x;

    /// <inheritdoc/>
    public override Layer<T> Compile<T>(LayerPlace place) => Elementwise<T, Operator<T>>(place, default);

    private readonly struct Operator<T> : IActivationOperator<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public static bool DerivativeReadsX => false;

        public Vector256<T> Apply(Vector256<T> x) => x;

        public Vector256<T> Derivative(Vector256<T> y) => Vector256<T>.One;
    }
}
