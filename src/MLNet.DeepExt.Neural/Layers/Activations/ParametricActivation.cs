using System.Globalization;
using System.Numerics;
using System.Text.Json.Serialization;
using MLNet.DeepExt.Neural.Initializers;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>
/// An activation f with a learned weight for each unit: y = x + a·(f(x) - x), with a (features). a is initialized to 1, where y is f(x). With a = 0
/// the unit is linear.
/// </summary>
/// <remarks>
/// With a ReLU it is PReLU, K. He et al., "Delving deep into rectifiers", 2015. For any activation, with this learning rate: D. Holzmüller et al.,
/// "Better by default: strong pre-tuned MLPs and boosted trees on tabular data", 2024. Weight decay and penalties do not act on a.
/// </remarks>
/// <param name="Inner">f: an activation of this library, or a custom one whose <c>Compile</c> returns <c>Elementwise</c>.</param>
public sealed record ParametricActivation([property: JsonConverter(typeof(ActivationConverter))] Activation Inner) : LayerSpec
{
    [JsonConstructor]
    internal ParametricActivation(Activation inner, double rateFactor = 0.1)
        : this(inner) => RateFactor = rateFactor;

    /// <summary>The factor of the learning rate of a, above 0. Default 0.1.</summary>
    public double RateFactor { get; init; } = 0.1;

    /// <inheritdoc/>
    protected internal override LayerTraits Traits => Inner.Traits;

    /// <inheritdoc/>
    protected internal override Initializer? SuggestedInitializer => Inner.SuggestedInitializer;

    /// <inheritdoc/>
    protected internal override string Detail =>
        $"{Inner}{(RateFactor == 0.1 ? "" : ", " + RateFactor.ToString(CultureInfo.InvariantCulture))}";

    /// <inheritdoc/>
    public override void Validate()
    {
        ArgumentNullException.ThrowIfNull(Inner);
        Inner.Validate();
        LearnedScaling.RequireRateFactor(RateFactor, nameof(ParametricActivation), "0.1");
    }

    /// <inheritdoc/>
    public override Layer<T> Compile<T>(LayerPlace place)
    {
        ArgumentNullException.ThrowIfNull(place);
        if (Inner.Compile<T>(place) is not IActivationLayer<T> activation)
        {
            throw new ArgumentException(
                $"{Inner.GetType().Name} has a custom layer, from which ParametricActivation cannot take f; return Elementwise from its Compile.",
                nameof(Inner));
        }

        return activation.WithShare(place.Slots.Vector($"{place.Name}.share", place.Input.Width, SlotKind.Scale, RateFactor));
    }
}

/// <summary>A layer that computes an activation by an operator.</summary>
internal interface IActivationLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Creates the layer y = x + a·(f(x) - x).</summary>
    /// <param name="share">The parameter a.</param>
    Layer<T> WithShare(Slot share);
}
