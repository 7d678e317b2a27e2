using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Interop.Schemas;
using MLNet.DeepExt.Interop.Training;
using MLNet.DeepExt.Neural.Augmentations;

namespace MLNet.DeepExt.Transforms;

/// <summary>
/// Augments images of ML.NET, as <see cref="AugmentImagesEstimator"/> describes. All that names their type is here, so that it is looked for only
/// where a program has images.
/// </summary>
internal sealed class ImageAugmentation : ColumnChange<MLImage>
{
    private readonly AugmentationRecipe _recipe;
    private readonly int _seed;

    private ImageAugmentation(AugmentationRecipe recipe, int seed)
    {
        _recipe = recipe;
        _seed = seed;
    }

    /// <summary>One for a recipe, whose pictures have the sizes that the images have.</summary>
    public static ColumnChange Create(AugmentationRecipe recipe, int seed) => new ImageAugmentation(recipe, seed);

    public override void Check(IExceptionContext context, DataViewSchema.Column input)
    {
        if (!ImageFeaturesTransformer.IsImage(input.Type))
            throw context.WrongColumnType("inputSchema", "input", input.Name, AugmentImagesEstimator.InputTypes, input.Type.ToString());
    }

    private protected override IRowChanger<MLImage> CreateChanger() => new Changer(_recipe, _seed);

    private sealed class Changer(AugmentationRecipe recipe, int seed) : IRowChanger<MLImage>
    {
        private const int BytesPerPixel = 4, Colors = 3;
        private const float Full = 255;

        private RowAugmenter? _augmenter; // for images of the size of the last one
        private ImageShape _shape = new(1, 1);
        private float[] _numbers = [];    // (height, width, colors)
        private byte[] _bytes = [];       // (height, width, 4)
        private MLImage? _made;           // what the reader was given last; it is his to read until he asks again

        public void Change(long row, int copy, in MLImage input, ref MLImage output)
        {
            if (input is null)
            {
                output = null!;
                return;
            }

            Prepare(new ImageShape(input.Height, input.Width, Colors));
            ReadOnlySpan<byte> pixels = input.Pixels;
            for (int i = 0; i < _numbers.Length; i++)
                _numbers[i] = pixels[i / Colors * BytesPerPixel + i % Colors] / Full;
            _augmenter!.Augment(_numbers, _numbers, PixelAugmentation.RandomOf(seed, row, copy));
            for (int i = 0; i < _numbers.Length; i++)
                _bytes[i / Colors * BytesPerPixel + i % Colors] = (byte)MathF.Round(Math.Clamp(_numbers[i], 0, 1) * Full);

            // Images that a program made stay its own; those that were made here are released, as others who make images do.
            if (ReferenceEquals(output, _made))
                _made?.Dispose();
            output = _made = MLImage.CreateFromPixels(_shape.Width, _shape.Height, input.PixelFormat, _bytes);
            _made.Tag = input.Tag;
        }

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
}
