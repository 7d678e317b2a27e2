using System.Globalization;
using System.Numerics;
using System.Runtime.Intrinsics;
using System.Text.Json.Serialization;
using MLNet.DeepExt.Neural.Initializers;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>The leaky rectifier g(x) = max(Slope·x, x), with g' = Slope below 0 and 1 from 0 on. It has no dead units.</summary>
public sealed record LeakyRelu : Activation
{
    /// <summary>Creates the layer with its default options (Slope 0.01).</summary>
    public LeakyRelu()
    {
    }

    [JsonConstructor]
    internal LeakyRelu(double slope = 0.01) => Slope = slope;

    /// <summary>The slope below 0, in [0, 1). Default 0.01.</summary>
    public double Slope { get; init; } = 0.01;

    /// <inheritdoc/>
    protected internal override LayerTraits Traits => LayerTraits.BendsAtZero;

    /// <inheritdoc/>
    protected internal override Initializer SuggestedInitializer => new He();

    /// <inheritdoc/>
    protected internal override string Detail => Slope.ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public override void Validate()
    {
        if (!(Slope >= 0 && Slope < 1))
        {
            throw new ArgumentException(
                FormattableString.Invariant($"Slope of a LeakyRelu must be in [0, 1) but is {Slope}; 0.01 is the usual value."),
                nameof(Slope));
        }
    }

    /// <inheritdoc/>
    public override string Emit(IOperatorGraph graph, string x) =>
        graph.Operator("LeakyRelu", [x], [new OperatorAttribute("alpha", (float)Slope)]);

    /// <inheritdoc/>
    public override Layer<T> Compile<T>(LayerPlace place) =>
        Elementwise<T, Operator<T>>(place, new Operator<T>(Vector256.Create(T.CreateTruncating(Slope))));

    private readonly struct Operator<T>(Vector256<T> slope) : IActivationOperator<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public static bool DerivativeReadsX => false;

        // A negative input gives a negative output, even if the output is rounded to 0.
        public Vector256<T> Apply(Vector256<T> x) =>
            Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256<T>.Zero), slope * x, Vector256.Abs(x));

        public Vector256<T> Derivative(Vector256<T> y) =>
            Vector256.ConditionalSelect(Vector256.IsNegative(y), slope, Vector256<T>.One);
    }
}
