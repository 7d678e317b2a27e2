namespace MLNet.DeepExt.Neural.Augmentations;

/// <summary>Begins an <see cref="AugmentationRecipe"/>: <c>Augment.Flip().Shift(0.1f)</c>.</summary>
public static class Augment
{
    /// <inheritdoc cref="AugmentationRecipe.Flip"/>
    public static AugmentationRecipe Flip(double probability = 0.5) => AugmentationRecipe.Empty.Flip(probability);

    /// <inheritdoc cref="AugmentationRecipe.FlipVertically"/>
    public static AugmentationRecipe FlipVertically(double probability = 0.5) => AugmentationRecipe.Empty.FlipVertically(probability);

    /// <inheritdoc cref="AugmentationRecipe.Zoom"/>
    public static AugmentationRecipe Zoom(float minimum, float maximum, double probability = 1) =>
        AugmentationRecipe.Empty.Zoom(minimum, maximum, probability);

    /// <inheritdoc cref="AugmentationRecipe.Rotate"/>
    public static AugmentationRecipe Rotate(float degrees, double probability = 1) => AugmentationRecipe.Empty.Rotate(degrees, probability);

    /// <inheritdoc cref="AugmentationRecipe.Shift"/>
    public static AugmentationRecipe Shift(float share, double probability = 1) => AugmentationRecipe.Empty.Shift(share, probability);

    /// <inheritdoc cref="AugmentationRecipe.Shear"/>
    public static AugmentationRecipe Shear(float degrees, double probability = 1) => AugmentationRecipe.Empty.Shear(degrees, probability);

    /// <inheritdoc cref="AugmentationRecipe.Distort"/>
    public static AugmentationRecipe Distort(float alpha, float sigma, double probability = 1) =>
        AugmentationRecipe.Empty.Distort(alpha, sigma, probability);

    /// <inheritdoc cref="AugmentationRecipe.Noise"/>
    public static AugmentationRecipe Noise(float deviation, double probability = 1) =>
        AugmentationRecipe.Empty.Noise(deviation, probability);

    /// <inheritdoc cref="AugmentationRecipe.Brightness"/>
    public static AugmentationRecipe Brightness(float delta, double probability = 1) =>
        AugmentationRecipe.Empty.Brightness(delta, probability);

    /// <inheritdoc cref="AugmentationRecipe.Contrast"/>
    public static AugmentationRecipe Contrast(float change, double probability = 1) =>
        AugmentationRecipe.Empty.Contrast(change, probability);

    /// <inheritdoc cref="AugmentationRecipe.CutOut"/>
    public static AugmentationRecipe CutOut(int side, double probability = 1) => AugmentationRecipe.Empty.CutOut(side, probability);

    /// <inheritdoc cref="AugmentationRecipe.SwapNoise"/>
    public static AugmentationRecipe SwapNoise(float share, double probability = 1) =>
        AugmentationRecipe.Empty.SwapNoise(share, probability);

    /// <inheritdoc cref="AugmentationRecipe.MixUp"/>
    public static AugmentationRecipe MixUp(float alpha, double probability = 1) => AugmentationRecipe.Empty.MixUp(alpha, probability);

    /// <inheritdoc cref="AugmentationRecipe.With"/>
    public static AugmentationRecipe With(Augmentation step) => AugmentationRecipe.Empty.With(step);
}
