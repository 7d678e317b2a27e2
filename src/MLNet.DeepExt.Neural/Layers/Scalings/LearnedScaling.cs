using System.Globalization;
using System.Text.Json.Serialization;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>A learned factor for each input: y = s·x, with s (features), which is initialized to 1 and has a separate learning rate.</summary>
/// <remarks>
/// Before the first <see cref="Dense"/> and with a high learning rate, it quickly finds the inputs that matter. Weight decay and penalties do not
/// act on it, and at prediction it is folded into a <see cref="Dense"/> before or after it. D. Holzmüller et al., "Better by default: strong
/// pre-tuned MLPs and boosted trees on tabular data", 2024.
/// </remarks>
public sealed record LearnedScaling : LayerSpec
{
    /// <summary>Creates the layer with its default options (RateFactor 6).</summary>
    public LearnedScaling()
    {
    }

    [JsonConstructor]
    internal LearnedScaling(double rateFactor = 6) => RateFactor = rateFactor;

    /// <summary>The factor of the learning rate of s, above 0. Default 6.</summary>
    public double RateFactor { get; init; } = 6;

    /// <inheritdoc/>
    public override void Validate() => RequireRateFactor(RateFactor, nameof(LearnedScaling), "6");

    /// <inheritdoc/>
    public override Layer<T> Compile<T>(LayerPlace place)
    {
        ArgumentNullException.ThrowIfNull(place);
        int width = place.Input.Width;
        return new ColumnFactorLayer<T>(
            place.Slots.Vector($"{place.Name}.scale", width, SlotKind.Scale, RateFactor), bias: null, _ => [.. Enumerable.Repeat(T.One, width)]);
    }

    /// <inheritdoc/>
    protected internal override LayerTraits Traits => LayerTraits.Affine | LayerTraits.FoldsIntoNext;

    /// <inheritdoc/>
    protected internal override string Detail => RateFactor == 6 ? "" : RateFactor.ToString(CultureInfo.InvariantCulture);

    /// <summary>Throws if the factor of a learning rate is not above 0 and finite.</summary>
    internal static void RequireRateFactor(double factor, string kind, string usual)
    {
        if (!(factor > 0 && double.IsFinite(factor)))
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"{nameof(RateFactor)} of {kind} must be above 0 and finite but is {factor}; {usual} is the usual value."), nameof(RateFactor));
        }
    }
}
