using MLNet.DeepExt.Neural.Initializers;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>
/// The scaled exponential linear unit: g(x) = λ·x for x ≥ 0 and λ·α·(eˣ - 1) for x &lt; 0, with λ = 1.0507 and α = 1.6733. In a stack of such layers
/// the activations keep a mean near 0 and a variance near 1.
/// </summary>
/// <remarks>
/// This requires normalized inputs and weights of variance 1 / inputs, as <see cref="Xavier"/> (LeCun's normal initializer) gives and as a
/// <see cref="Dense"/> before it has by default. G. Klambauer et al., "Self-normalizing neural networks", 2017. PyTorch: <c>SELU</c>.
/// </remarks>
public sealed record Selu : Activation
{
    private const double Scale = 1.0507009873554805;
    private const double Alpha = 1.6732632423543772;

    /// <inheritdoc/>
    protected internal override LayerTraits Traits => LayerTraits.BendsAtZero;

    /// <inheritdoc/>
    protected internal override Initializer SuggestedInitializer => new Xavier();

    /// <inheritdoc/>
    protected internal override FlatOutputs FlatOutputs => FlatOutputs.NearLowEnd(-Scale * Alpha);

    /// <inheritdoc/>
    public override string Emit(IOperatorGraph graph, string x) => graph.Operator(
        "Selu", [x], [new OperatorAttribute("alpha", (float)Alpha), new OperatorAttribute("gamma", (float)Scale)]);

    /// <inheritdoc/>
    public override Layer<T> Compile<T>(LayerPlace place) =>
        Elementwise<T, ExponentialOperator<T>>(place, new ExponentialOperator<T>(Scale, Scale * Alpha));
}
