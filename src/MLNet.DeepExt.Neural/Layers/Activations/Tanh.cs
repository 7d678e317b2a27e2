using System.Numerics;
using System.Runtime.Intrinsics;
using MLNet.DeepExt.Neural.Initializers;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>The hyperbolic tangent, between -1 and 1, with g' = 1 - g². Its mean of about 0 helps the next layer to learn.</summary>
public sealed record Tanh : Activation
{
    /// <inheritdoc/>
    protected internal override Initializer SuggestedInitializer => new Xavier();

    /// <inheritdoc/>
    protected internal override FlatOutputs FlatOutputs => FlatOutputs.NearEnds(-1, 1);

    /// <inheritdoc/>
    public override string Emit(IOperatorGraph graph, string x) => graph.Operator("Tanh", [x]);

    /// <inheritdoc/>
    public override Layer<T> Compile<T>(LayerPlace place) => Elementwise<T, Operator<T>>(place, default);

    private readonly struct Operator<T> : IActivationOperator<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public static bool DerivativeReadsX => false;

        public Vector256<T> Apply(Vector256<T> x) => HyperbolicTangent.Tanh(x);

        public Vector256<T> Derivative(Vector256<T> y) => Vector256<T>.One - y * y;
    }
}
