using System.Numerics;
using System.Runtime.Intrinsics;
using MLNet.DeepExt.Neural.Initializers;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>The rectifier g(x) = max(0, x), with g' = 0 below 0 and 1 from 0 on. The usual choice for hidden layers.</summary>
public sealed record Relu : Activation
{
    /// <inheritdoc/>
    protected internal override LayerTraits Traits => LayerTraits.BendsAtZero;

    /// <inheritdoc/>
    protected internal override Initializer SuggestedInitializer => new He();

    /// <inheritdoc/>
    protected internal override FlatOutputs FlatOutputs => FlatOutputs.NotAbove(0);

    /// <inheritdoc/>
    public override string Emit(IOperatorGraph graph, string x) => graph.Operator("Relu", [x]);

    /// <inheritdoc/>
    public override Layer<T> Compile<T>(LayerPlace place) => Elementwise<T, Operator<T>>(place, default);

    private readonly struct Operator<T> : IActivationOperator<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public static bool DerivativeReadsX => false;

        // A negative input gives -0, which equals 0; its sign distinguishes it from an input of 0.
        public Vector256<T> Apply(Vector256<T> x) =>
            Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256<T>.Zero), Vector256.Create(T.NegativeZero), Vector256.Abs(x));

        public Vector256<T> Derivative(Vector256<T> y) => Vector256.AndNot(Vector256<T>.One, Vector256.IsNegative(y));
    }
}
