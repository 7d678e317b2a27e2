using System.Text.Json.Serialization;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Augmentations;

/// <summary>A random change of training rows, drawn for every row and epoch.</summary>
/// <remarks>It applies only to training; validation, evaluation and prediction use the original rows.</remarks>
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

    /// <summary>The probability that a row is changed, in (0, 1]. Default 1; 0.5 for flips.</summary>
    public double Probability { get; init; } = 1;

    /// <summary>Returns why the options are not valid, as a whole sentence; null if they are valid.</summary>
    private protected abstract OptionFault? FindFault();

    /// <summary>Validates all values.</summary>
    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    internal void Validate()
    {
        OptionFault? fault = Probability > 0 && Probability <= 1
            ? FindFault()
            : new(
                nameof(Probability),
                FormattableString.Invariant(
                    $"Probability of {GetType().Name} must be in (0, 1] but is {Probability}; remove the step to change no row."));
        if (fault is not null)
            throw fault.ToException();
    }

    private protected static OptionFault? FaultUnless(bool isRight, string option, FormattableString fault) =>
        isRight ? null : new(option, FormattableString.Invariant(fault));
}
