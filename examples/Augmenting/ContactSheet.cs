using Digits;
using Microsoft.ML.Data;
using MLNet.DeepExt.Neural.Augmentations;
using MLNet.DeepExt.Neural.Primitives;

namespace Augmenting;

/// <summary>A picture of digits, each as it is and then as a network sees it in one epoch after another.</summary>
internal static class ContactSheet
{
    private const int Side = 8;    // pixels of a digit
    private const int Enlarged = 5;
    private const int Cell = Side * Enlarged + 4;
    private const int BytesPerPixel = 4;
    private const float White = 16; // of the digits

    /// <summary>Writes it as a PNG file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="digits">A line for each.</param>
    /// <param name="recipe">What is done to them.</param>
    /// <param name="epochs">How many augmented versions stand in a line.</param>
    public static void Write(string path, IReadOnlyList<Digit> digits, AugmentationRecipe recipe, int epochs)
    {
        int width = (epochs + 1) * Cell, height = digits.Count * Cell;
        var pixels = new byte[width * height * BytesPerPixel];
        pixels.AsSpan().Fill(byte.MaxValue);
        var augmenter = new RowAugmenter(recipe.OnImages(Side, Side), Side * Side);
        var augmented = new float[Side * Side];
        for (int line = 0; line < digits.Count; line++)
        {
            Draw(digits[line].Pixels, pixels, width, 0, line);
            for (int epoch = 1; epoch <= epochs; epoch++)
            {
                augmenter.Augment(digits[line].Pixels, augmented, new CounterRandom((ulong)epoch).Derive((ulong)line));
                Draw(augmented, pixels, width, epoch, line);
            }
        }

        using MLImage image = MLImage.CreateFromPixels(width, height, MLPixelFormat.Rgba32, pixels);
        image.Save(path);
    }

    // digit: (8, 8), black where it is 0; pixels: (height, width, 4).
    private static void Draw(float[] digit, byte[] pixels, int width, int column, int line)
    {
        for (int y = 0; y < Side * Enlarged; y++)
        {
            for (int x = 0; x < Side * Enlarged; x++)
            {
                float ink = Math.Clamp(digit[y / Enlarged * Side + x / Enlarged] / White, 0, 1);
                int place = ((line * Cell + y) * width + column * Cell + x) * BytesPerPixel;
                pixels.AsSpan(place, BytesPerPixel - 1).Fill((byte)(255 * (1 - ink)));
            }
        }
    }
}
