using MLNet.DeepExt.Neural.Augmentations;

namespace MLNet.DeepExt.Neural.Tests.Conformance;

/// <summary>Every augmentation, with values that are out of its range and what it says of them.</summary>
internal static class AugmentationTable
{
    public static IReadOnlyDictionary<string, Row> Rows { get; } =
        new Dictionary<string, Row>
        {
            ["HorizontalFlip"] = new(Augment.Flip()),
            ["VerticalFlip"] = new(Augment.FlipVertically()),
            ["Zoom"] = new(Augment.Zoom(0.7f, 1.1f),
                (Augment.Zoom(0, 1),
                    "Minimum of a Zoom must be above 0 and Maximum at least Minimum, but they are 0 and 1; 0.8 and 1 show at least 0.8 of an image."),
                (Augment.Zoom(0.9f, 0.8f),
                    "Minimum of a Zoom must be above 0 and Maximum at least Minimum, but they are 0.9 and 0.8; 0.8 and 1 show at least 0.8 of an image."),
                (Augment.Zoom(0.9f, float.PositiveInfinity),
                    "Minimum of a Zoom must be above 0 and Maximum at least Minimum, but they are 0.9 and Infinity; 0.8 and 1 show at least 0.8 of an image.")),
            ["Rotation"] = new(Augment.Rotate(20),
                (Augment.Rotate(0),
                    "Degrees of a Rotation must be in (0, 180] but is 0; 15 rotates by at most 15 in both directions."),
                (Augment.Rotate(180.5f),
                    "Degrees of a Rotation must be in (0, 180] but is 180.5; 15 rotates by at most 15 in both directions.")),
            ["Shift"] = new(
                Augment.Shift(0.2f),
                (Augment.Shift(1),
                    "Share of a Shift must be in (0, 1) but is 1; 0.1 moves by at most a tenth of the image.")),
            ["Shear"] = new(
                Augment.Shear(15),
                (Augment.Shear(90),
                    "Degrees of a Shear must be in (0, 90) but is 90; 10 shears by at most 10 in both directions.")),
            ["ElasticDistortion"] = new(Augment.Distort(20, 3),
                (Augment.Distort(float.NaN, 3),
                    "Alpha of an ElasticDistortion must be above 0 and finite but is NaN; 34 suits digits of 28 pixels."),
                (Augment.Distort(3, 0.05f),
                    "Sigma of an ElasticDistortion must be from 0.1 to 1000 but is 0.05; 4 suits digits of 28 pixels.")),
            ["GaussianNoise"] = new(
                Augment.Noise(0.1f),
                (Augment.Noise(-1),
                    "Deviation of GaussianNoise must be above 0 and finite but is -1; 0.05 suits features from 0 to 1.")),
            ["BrightnessChange"] = new(
                Augment.Brightness(0.2f),
                (Augment.Brightness(0),
                    "Delta of a BrightnessChange must be above 0 and finite but is 0; 0.2 suits pixels from 0 to 1.")),
            ["ContrastChange"] = new(
                Augment.Contrast(0.3f),
                (Augment.Contrast(1.5f),
                    "Change of a ContrastChange must be in (0, 1] but is 1.5; 0.2 is from 0.8 to 1.2 times the contrast.")),
            ["CutOut"] = new(
                Augment.CutOut(3),
                (Augment.CutOut(0),
                    "Side of a CutOut must be at least 1 but is 0; 8 suits images of 28 pixels.")),
            ["SwapNoise"] = new(
                Augment.SwapNoise(0.3f),
                (Augment.SwapNoise(1),
                    "Share of SwapNoise must be in (0, 1) but is 1; 0.1 swaps a tenth of the features.")),
            ["MixUp"] = new(
                Augment.MixUp(0.5f),
                (Augment.MixUp(0),
                    "Alpha of MixUp must be above 0 and finite but is 0; 0.2 is usual.")),
        };

    /// <summary>A recipe of one step, and what is out of its range.</summary>
    internal sealed record Row(AugmentationRecipe Recipe, params (AugmentationRecipe Recipe, string Message)[] Faults);
}
