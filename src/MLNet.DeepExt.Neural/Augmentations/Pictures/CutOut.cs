using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Augmentations;

/// <summary>
/// Blanks a square with a random center, cut off at the edges of the image. Blank pixels have the recipe's
/// <see cref="AugmentationRecipe.Fill"/>, or 0 if that is null.
/// </summary>
/// <param name="Side">The side of the square in pixels, at least 1.</param>
/// <remarks>T. DeVries, G. W. Taylor, "Improved regularization of convolutional neural networks with cutout", 2017.</remarks>
public sealed record CutOut(int Side) : RowAugmentation
{
    internal override bool NeedsImage => true;

    internal override void Apply(Canvas canvas, ref RandomSequence random)
    {
        ImageShape shape = canvas.Shape;
        Span<float> values = canvas.Values;
        (int left, int right) = Draw(shape.Width, ref random);
        (int top, int bottom) = Draw(shape.Height, ref random);
        for (int channel = 0; channel < shape.Channels; channel++)
        {
            for (int row = top; row < bottom; row++)
            {
                for (int column = left; column < right; column++)
                    values[shape.StartOf(channel) + (row * shape.Width + column) * shape.PixelStep] = canvas.Nothing;
            }
        }
    }

    private protected override OptionFault? FindFault() =>
        FaultUnless(Side >= 1, nameof(Side), $"Side of a CutOut must be at least 1 but is {Side}; 8 suits images of 28 pixels.");

    private (int From, int To) Draw(int size, ref RandomSequence random)
    {
        int from = random.Below(size) - Side / 2;
        return (Math.Max(0, from), (int)Math.Min(size, (long)from + Side));
    }
}
