using System.Numerics;
using System.Runtime.Intrinsics;
using MLNet.DeepExt.Neural.Initializers;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>The logistic function g(x) = 1 / (1 + e⁻ˣ), between 0 and 1, with g' = g·(1 - g).</summary>
/// <remarks>In hidden layers <see cref="Relu"/> and <see cref="Tanh"/> learn faster: g' is at most 1/4 and approaches 0 for large positive and
/// negative x.</remarks>
public sealed record Sigmoid : Activation
{
    /// <inheritdoc/>
    protected internal override Initializer SuggestedInitializer => new Glorot();

    /// <inheritdoc/>
    protected internal override FlatOutputs FlatOutputs => FlatOutputs.NearEnds(0, 1);

    /// <inheritdoc/>
    public override string Emit(IOperatorGraph graph, string x) => graph.Operator("Sigmoid", [x]);

    /// <inheritdoc/>
    public override Layer<T> Compile<T>(LayerPlace place) => Elementwise<T, Operator<T>>(place, default);

    private readonly struct Operator<T> : IActivationOperator<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public static bool DerivativeReadsX => false;

        public Vector256<T> Apply(Vector256<T> x) => Logistic.Sigmoid(x);

        public Vector256<T> Derivative(Vector256<T> y) => y * (Vector256<T>.One - y);
    }
}
