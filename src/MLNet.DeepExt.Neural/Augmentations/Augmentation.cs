using System.Text.Json.Serialization;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Augmentations;

/// <summary>One way of changing the rows that a network learns from, drawn for every row and epoch.</summary>
/// <remarks>Only training sees it: validation, evaluation and prediction have the rows as they are.</remarks>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(BrightnessChange), nameof(BrightnessChange))]
[JsonDerivedType(typeof(ContrastChange), nameof(ContrastChange))]
[JsonDerivedType(typeof(CutOut), nameof(CutOut))]
[JsonDerivedType(typeof(ElasticDistortion), nameof(ElasticDistortion))]
[JsonDerivedType(typeof(GaussianNoise), nameof(GaussianNoise))]
[JsonDerivedType(typeof(HorizontalFlip), nameof(HorizontalFlip))]
[JsonDerivedType(typeof(MixUp), nameof(MixUp))]
[JsonDerivedType(typeof(Rotation), nameof(Rotation))]
[JsonDerivedType(typeof(Shear), nameof(Shear))]
[JsonDerivedType(typeof(Shift), nameof(Shift))]
[JsonDerivedType(typeof(SwapNoise), nameof(SwapNoise))]
[JsonDerivedType(typeof(VerticalFlip), nameof(VerticalFlip))]
[JsonDerivedType(typeof(Zoom), nameof(Zoom))]
public abstract record Augmentation
{
    private protected Augmentation()
    {
    }

    /// <summary>The probability that a row is changed in this way, in (0, 1]. Default 1, and ½ for flips.</summary>
    public double Probability { get; init; } = 1;

    /// <summary>Why it cannot be done, as a whole sentence; null if it can.</summary>
    private protected abstract OptionFault? FindFault();

    /// <summary>Checks its values.</summary>
    /// <exception cref="ArgumentException">One is out of its range.</exception>
    internal void Validate()
    {
        OptionFault? fault = Probability > 0 && Probability <= 1
            ? FindFault()
            : new(
                nameof(Probability),
                FormattableString.Invariant(
                    $"Probability of {GetType().Name} must be in (0, 1] but is {Probability}; leave it out where no row is to be changed."));
        if (fault is not null)
            throw fault.ToException();
    }

    private protected static OptionFault? FaultUnless(bool isRight, string option, FormattableString fault) =>
        isRight ? null : new(option, FormattableString.Invariant(fault));
}
