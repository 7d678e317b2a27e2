using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MLNet.DeepExt.Neural.Initializers;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>
/// Mish: g(x) = x·t with t = tanh(ln(1 + eˣ)), and g' = t + x·(1 - t²)·σ(x), where σ is the logistic function: a smooth ReLU with a minimum
/// below 0.
/// </summary>
/// <remarks>D. Misra, "Mish: a self regularized non-monotonic activation function", 2020. PyTorch: <c>Mish</c>.</remarks>
public sealed record Mish : Activation
{
    /// <inheritdoc/>
    protected internal override Initializer SuggestedInitializer => new He();

    /// <inheritdoc/>
    public override string Emit(IOperatorGraph graph, string x) =>
        graph.Operator("Mul", [x, graph.Operator("Tanh", [graph.Operator("Softplus", [x])])]);

    /// <inheritdoc/>
    public override Layer<T> Compile<T>(LayerPlace place) => Elementwise<T, Operator<T>>(place, default);

    private readonly struct Operator<T> : IActivationOperator<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public static bool DerivativeReadsX => true;

        private static Vector256<T> Two => Vector256<T>.One + Vector256<T>.One;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<T> Apply(Vector256<T> x)
        {
            x = Saturation.NotBelow(x);
            (Vector256<T> t, _) = Tanh(x);
            return x * t;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<T> Derivative(Vector256<T> known)
        {
            Vector256<T> x = Saturation.Within(known);
            (Vector256<T> t, Vector256<T> complement) = Tanh(x);
            return Lanes.MultiplyAdd(x * Logistic.Sigmoid(x), complement * (Vector256<T>.One + t), t);
        }

        // t and 1 - t. tanh(ln u) = (u² - 1) / (u² + 1), with u = 1 + eˣ; for x above 0 both parts are divided by e²ˣ, so only e^-|x|
        // is needed, which cannot overflow.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static (Vector256<T> Value, Vector256<T> Complement) Tanh(Vector256<T> x)
        {
            Vector256<T> e = Exponential.Exp(-Vector256.Abs(x));
            Vector256<T> isNegative = Vector256.LessThan(x, Vector256<T>.Zero);
            Vector256<T> above = Vector256.ConditionalSelect(isNegative, e * (e + Two), Vector256<T>.One + Two * e);
            Vector256<T> rest = Vector256.ConditionalSelect(isNegative, Two, Two * e * e);
            Vector256<T> whole = above + rest;
            return (above / whole, rest / whole);
        }
    }
}
