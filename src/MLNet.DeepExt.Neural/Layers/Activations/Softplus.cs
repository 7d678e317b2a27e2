using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Text.Json.Serialization;
using MLNet.DeepExt.Neural.Initializers;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>
/// Softplus: g(x) = ln(1 + e^(Beta·x)) / Beta, with g' = σ(Beta·x), where σ is the logistic function: a smooth ReLU that is positive everywhere.
/// </summary>
/// <remarks>C. Dugas et al., "Incorporating second-order functional knowledge for better option pricing", 2000. PyTorch: <c>Softplus</c>.</remarks>
public sealed record Softplus : Activation
{
    /// <summary>Creates the layer with its default options (Beta 1, Threshold 20).</summary>
    public Softplus()
    {
    }

    [JsonConstructor]
    internal Softplus(double beta = 1, double threshold = 20) => (Beta, Threshold) = (beta, threshold);

    /// <summary>The sharpness of the bend at 0, above 0. A larger value is closer to a ReLU. Default 1.</summary>
    public double Beta { get; init; } = 1;

    /// <summary>The value of Beta·x above which g(x) = x, above 0. Default 20, where both differ by less than the precision of a float.</summary>
    public double Threshold { get; init; } = 20;

    /// <inheritdoc/>
    protected internal override Initializer SuggestedInitializer => new He();

    // As a function of y, g' = 1 - e^(-Beta·y), which is close to Beta·y for small y.
    /// <inheritdoc/>
    protected internal override FlatOutputs FlatOutputs => new(0.01 / Beta, double.PositiveInfinity, false);

    /// <inheritdoc/>
    protected internal override string Detail =>
        this == new Softplus() ? "" : FormattableString.Invariant($"beta {Beta}, threshold {Threshold}");

    /// <inheritdoc/>
    public override void Validate()
    {
        Require(Beta, nameof(Beta), 1);
        Require(Threshold, nameof(Threshold), 20);

        static void Require(double value, string name, double usual)
        {
            if (!((float)value > 0 && float.IsFinite((float)value)))
            {
                throw new ArgumentException(
                    FormattableString.Invariant($"{name} of a Softplus must be above 0 and finite but is {value}; {usual} is the usual value."),
                    name);
            }
        }
    }

    /// <inheritdoc/>
    public override string Emit(IOperatorGraph graph, string x)
    {
        string beta = graph.Constant("beta", [(float)Beta], 1);
        string z = graph.Operator("Mul", [x, beta]);
        string soft = graph.Operator("Div", [graph.Operator("Softplus", [z]), beta]);
        string isLinear = graph.Operator("Greater", [z, graph.Constant("threshold", [(float)Threshold], 1)]);
        return graph.Operator("Where", [isLinear, x, soft]);
    }

    /// <inheritdoc/>
    public override Layer<T> Compile<T>(LayerPlace place) =>
        Elementwise<T, Operator<T>>(place, new Operator<T>(Beta, Threshold));

    private readonly struct Operator<T>(double beta, double threshold) : IActivationOperator<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly Vector256<T> _beta = Vector256.Create(T.CreateTruncating(beta));
        private readonly Vector256<T> _threshold = Vector256.Create(T.CreateTruncating(threshold));

        public static bool DerivativeReadsX => true;

        // ln(1 + eᶻ) = max(0, z) + ln(1 + e^-|z|), which cannot overflow.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<T> Apply(Vector256<T> x)
        {
            Vector256<T> z = _beta * x;
            Vector256<T> positive = Vector256.ConditionalSelect(Vector256.LessThan(z, Vector256<T>.Zero), Vector256<T>.Zero, z);
            Vector256<T> soft = (positive + Logarithm.Log1p(Exponential.Exp(-Vector256.Abs(z)))) / _beta;
            return Vector256.ConditionalSelect(Vector256.GreaterThan(z, _threshold), x, soft);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector256<T> Derivative(Vector256<T> known)
        {
            Vector256<T> z = _beta * known;
            return Vector256.ConditionalSelect(Vector256.GreaterThan(z, _threshold), Vector256<T>.One, Logistic.Sigmoid(z));
        }
    }
}
