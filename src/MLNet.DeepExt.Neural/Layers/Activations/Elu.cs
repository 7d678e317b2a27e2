using System.Globalization;
using System.Text.Json.Serialization;
using MLNet.DeepExt.Neural.Initializers;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>
/// The exponential linear unit: g(x) = x for x ≥ 0 and Alpha·(eˣ - 1) for x &lt; 0, with g' = 1 and g + Alpha. Like a ReLU above 0, but with a mean
/// output near 0 and without dead units.
/// </summary>
/// <remarks>D.-A. Clevert et al., "Fast and accurate deep network learning by exponential linear units", 2016. PyTorch: <c>ELU</c>.</remarks>
public sealed record Elu : Activation
{
    /// <summary>Creates the layer with its default options (Alpha 1).</summary>
    public Elu()
    {
    }

    [JsonConstructor]
    internal Elu(double alpha = 1) => Alpha = alpha;

    /// <summary>The lower limit of the outputs is -Alpha. Above 0. Default 1, which makes g' continuous at 0.</summary>
    public double Alpha { get; init; } = 1;

    /// <inheritdoc/>
    protected internal override LayerTraits Traits => LayerTraits.BendsAtZero;

    /// <inheritdoc/>
    protected internal override Initializer SuggestedInitializer => new He();

    /// <inheritdoc/>
    protected internal override FlatOutputs FlatOutputs => FlatOutputs.NearLowEnd(-Alpha);

    /// <inheritdoc/>
    protected internal override string Detail => Alpha == 1 ? "" : Alpha.ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public override void Validate()
    {
        if (!((float)Alpha > 0 && float.IsFinite((float)Alpha)))
        {
            throw new ArgumentException(
                FormattableString.Invariant($"Alpha of an Elu must be above 0 and finite but is {Alpha}; 1 is the usual value."),
                nameof(Alpha));
        }
    }

    /// <inheritdoc/>
    public override string Emit(IOperatorGraph graph, string x) =>
        graph.Operator("Elu", [x], [new OperatorAttribute("alpha", (float)Alpha)]);

    /// <inheritdoc/>
    public override Layer<T> Compile<T>(LayerPlace place) =>
        Elementwise<T, ExponentialOperator<T>>(place, new ExponentialOperator<T>(1, Alpha));
}
