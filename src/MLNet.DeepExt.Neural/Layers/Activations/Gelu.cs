using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Text.Json.Serialization;
using MLNet.DeepExt.Neural.Initializers;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>
/// The Gaussian error linear unit g(x) = x·Φ(x), where Φ is the distribution function of the standard normal distribution, with
/// g' = Φ(x) + x·φ(x): a smooth ReLU, common in transformers.
/// </summary>
/// <remarks>D. Hendrycks, K. Gimpel, "Gaussian error linear units (GELUs)", 2016. PyTorch: <c>GELU</c>.</remarks>
public sealed record Gelu : Activation
{
    private const double RootOfHalf = 0.70710678118654752;
    private const double DensityAtZero = 0.39894228040143268; // 1 / √(2π)
    private const double TwiceRoot = 1.5957691216057308;      // 2·√(2/π)
    private const double Cubic = 0.044715;

    /// <summary>Creates the layer with its default options (TanhApproximation false).</summary>
    public Gelu()
    {
    }

    [JsonConstructor]
    internal Gelu(bool tanhApproximation = false) => TanhApproximation = tanhApproximation;

    /// <summary>
    /// True to use Φ(x) ≈ (1 + tanh(√(2/π)·(x + 0.044715·x³))) / 2, as PyTorch's <c>approximate="tanh"</c> does and as some published networks
    /// were trained. Default false: Φ(x) = (1 + erf(x/√2)) / 2, as PyTorch computes it.
    /// </summary>
    public bool TanhApproximation { get; init; }

    /// <inheritdoc/>
    protected internal override Initializer SuggestedInitializer => new He();

    /// <inheritdoc/>
    protected internal override string Detail => TanhApproximation ? "tanh approximation" : "";

    /// <inheritdoc/>
    public override string Emit(IOperatorGraph graph, string x) =>
        graph.Operator("Mul", [x, TanhApproximation ? EmitByLogistic(graph, x) : EmitByErf(graph, x)]);

    /// <inheritdoc/>
    public override Layer<T> Compile<T>(LayerPlace place) => TanhApproximation
        ? Elementwise<T, ByLogistic<T>>(place, default)
        : Elementwise<T, ByErf<T>>(place, default);

    private static string EmitByErf(IOperatorGraph graph, string x)
    {
        string erf = graph.Operator("Erf", [graph.Operator("Mul", [x, graph.Constant("root", [(float)RootOfHalf], 1)])]);
        string twice = graph.Operator("Add", [erf, graph.Constant("one", [1f], 1)]);
        return graph.Operator("Mul", [twice, graph.Constant("half", [0.5f], 1)]);
    }

    private static string EmitByLogistic(IOperatorGraph graph, string x)
    {
        string square = graph.Operator("Mul", [graph.Operator("Mul", [x, x]), graph.Constant("cubic", [(float)Cubic], 1)]);
        string factor = graph.Operator("Add", [square, graph.Constant("one", [1f], 1)]);
        string scaled = graph.Operator("Mul", [x, graph.Constant("root", [(float)TwiceRoot], 1)]);
        return graph.Operator("Sigmoid", [graph.Operator("Mul", [scaled, factor])]);
    }

    private static Vector256<T> Constant<T>(double value)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Vector256.Create(T.CreateTruncating(value));

    private readonly struct ByErf<T> : IActivationOperator<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public static bool DerivativeReadsX => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<T> Apply(Vector256<T> x)
        {
            x = Saturation.NotBelow(x);
            return x * Distribution(x);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<T> Derivative(Vector256<T> known)
        {
            Vector256<T> x = Saturation.Within(known);
            Vector256<T> density = Constant<T>(DensityAtZero) * Exponential.Exp(Constant<T>(-0.5) * x * x);
            return Lanes.MultiplyAdd(x, density, Distribution(x));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector256<T> Distribution(Vector256<T> x) =>
            Lanes.MultiplyAdd(Constant<T>(0.5), ErrorFunction.Erf(Constant<T>(RootOfHalf) * x), Constant<T>(0.5));
    }

    // (1 + tanh u) / 2 = σ(2u), where σ is the logistic function; this form is accurate where tanh is close to ±1.
    private readonly struct ByLogistic<T> : IActivationOperator<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public static bool DerivativeReadsX => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<T> Apply(Vector256<T> x)
        {
            x = Saturation.NotBelow(x);
            return x * Logistic.Sigmoid(Argument(x));
        }

        // σ + x·σ·(1 - σ)·(2u)'.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<T> Derivative(Vector256<T> known)
        {
            Vector256<T> x = Saturation.Within(known);
            (Vector256<T> sigma, Vector256<T> complement) = Logistic.SigmoidAndComplement(Argument(x));
            Vector256<T> slope = Constant<T>(TwiceRoot) * Lanes.MultiplyAdd(Constant<T>(3 * Cubic) * x, x, Vector256<T>.One);
            return sigma * Lanes.MultiplyAdd(x * complement, slope, Vector256<T>.One);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector256<T> Argument(Vector256<T> x) =>
            Constant<T>(TwiceRoot) * x * Lanes.MultiplyAdd(Constant<T>(Cubic) * x, x, Vector256<T>.One);
    }
}
