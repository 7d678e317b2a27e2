using Microsoft.ML.Data;
using MLNet.DeepExt.Neural.Augmentations;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Transforms;

/// <summary>Augments images of ML.NET of any size, with memory of its own for the size of the last one.</summary>
/// <param name="recipe">What to do.</param>
internal sealed class ImageAugmenter(AugmentationRecipe recipe)
{
    private const int BytesPerPixel = 4, Colors = 3;
    private const float Full = 255;

    private RowAugmenter? _augmenter;
    private ImageShape _shape = new(1, 1);
    private float[] _numbers = []; // (height, width, colors), from 0 to 1
    private byte[] _bytes = [];    // (height, width, 4), of full opacity

    /// <summary>Another image of the same pixels.</summary>
    public static MLImage Copy(MLImage image) => Create(image, image.Pixels);

    /// <summary>An augmented image of the same size and format.</summary>
    public MLImage Augment(MLImage image, CounterRandom random)
    {
        Prepare(new ImageShape(image.Height, image.Width, Colors));
        ReadOnlySpan<byte> pixels = image.Pixels;
        for (int i = 0; i < _numbers.Length; i++)
            _numbers[i] = pixels[PlaceOf(i)] / Full;
        _augmenter!.Augment(_numbers, _numbers, random);
        for (int i = 0; i < _numbers.Length; i++)
            _bytes[PlaceOf(i)] = (byte)MathF.Round(Math.Clamp(_numbers[i], 0, 1) * Full);
        return Create(image, _bytes);
    }

    private static MLImage Create(MLImage like, ReadOnlySpan<byte> pixels)
    {
        MLImage image = MLImage.CreateFromPixels(like.Width, like.Height, like.PixelFormat, pixels);
        image.Tag = like.Tag;
        return image;
    }

    private static int PlaceOf(int number) => number / Colors * BytesPerPixel + number % Colors;

    private void Prepare(ImageShape shape)
    {
        if (_augmenter is not null && shape == _shape)
            return;
        _shape = shape;
        _augmenter = new RowAugmenter(recipe with { Image = shape }, shape.Length);
        _numbers = new float[shape.Length];
        _bytes = new byte[shape.Height * shape.Width * BytesPerPixel];
        _bytes.AsSpan().Fill(byte.MaxValue);
    }
}
