using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MLNet.DeepExt.Neural.Initializers;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>
/// Swish, or SiLU: g(x) = x·σ(x), where σ is the logistic function, with g' = σ(x)·(1 + x·(1 - σ(x))): a smooth ReLU with a minimum below 0.
/// </summary>
/// <remarks>P. Ramachandran et al., "Searching for activation functions", 2017, with β = 1. PyTorch: <c>SiLU</c>.</remarks>
public sealed record Swish : Activation
{
    /// <inheritdoc/>
    protected internal override Initializer SuggestedInitializer => new He();

    /// <inheritdoc/>
    public override string Emit(IOperatorGraph graph, string x) => graph.Operator("Mul", [x, graph.Operator("Sigmoid", [x])]);

    /// <inheritdoc/>
    public override Layer<T> Compile<T>(LayerPlace place) => Elementwise<T, Operator<T>>(place, default);

    private readonly struct Operator<T> : IActivationOperator<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public static bool DerivativeReadsX => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<T> Apply(Vector256<T> x)
        {
            x = Saturation.NotBelow(x);
            return x * Logistic.Sigmoid(x);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<T> Derivative(Vector256<T> known)
        {
            Vector256<T> x = Saturation.Within(known);
            (Vector256<T> sigma, Vector256<T> complement) = Logistic.SigmoidAndComplement(x);
            return sigma * Lanes.MultiplyAdd(x, complement, Vector256<T>.One);
        }
    }
}
