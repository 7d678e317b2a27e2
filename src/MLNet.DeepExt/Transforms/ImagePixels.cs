using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.DeepExt.Transforms;

/// <summary>
/// Reads the pixels of images of ML.NET. All that names their type is here, so that it is looked for only where a program has images.
/// </summary>
internal static class ImagePixels
{
    private const int BytesPerPixel = 4;
    private const float Full = 255;

    /// <summary>A getter of the numbers of the image in a column.</summary>
    public static Delegate CreateGetter(DataViewRow row, DataViewSchema.Column column, ImageLayout layout)
    {
        ValueGetter<MLImage> getter = row.GetGetter<MLImage>(column);
        // Handed over from row to row: who makes images releases the one before, and images that a program made stay its own.
        MLImage image = null!;
        ValueGetter<VBuffer<float>> numbers = (ref VBuffer<float> value) =>
        {
            VBufferEditor<float> editor = VBufferEditor.Create(ref value, layout.Length);
            getter(ref image);
            if (image is null)
                editor.Values.Fill(float.NaN);
            else
                Write(image, layout, editor.Values);
            value = editor.Commit();
        };
        return numbers;
    }

    // numbers: (height, width, channels). Each pixel is the mean of the rectangle of the image that it covers, parts of pixels by their share.
    private static void Write(MLImage image, ImageLayout layout, Span<float> numbers)
    {
        bool isBlueFirst = image.PixelFormat == MLPixelFormat.Bgra32;
        ReadOnlySpan<byte> pixels = image.Pixels; // (image height, image width, 4)
        double rowsPerRow = (double)image.Height / layout.Height, columnsPerColumn = (double)image.Width / layout.Width;
        Span<double> sums = stackalloc double[3];
        for (int row = 0, i = 0; row < layout.Height; row++)
        {
            for (int column = 0; column < layout.Width; column++, i += layout.Channels)
            {
                sums.Clear();
                double top = row * rowsPerRow, bottom = Math.Min(top + rowsPerRow, image.Height);
                double left = column * columnsPerColumn, right = Math.Min(left + columnsPerColumn, image.Width);
                for (int y = (int)top; y < bottom; y++)
                {
                    double height = Math.Min(y + 1, bottom) - Math.Max(y, top);
                    for (int x = (int)left; x < right; x++)
                    {
                        double area = height * (Math.Min(x + 1, right) - Math.Max(x, left));
                        ReadOnlySpan<byte> pixel = pixels.Slice((y * image.Width + x) * BytesPerPixel, BytesPerPixel);
                        sums[0] += area * pixel[isBlueFirst ? 2 : 0];
                        sums[1] += area * pixel[1];
                        sums[2] += area * pixel[isBlueFirst ? 0 : 2];
                    }
                }

                double scale = 1 / (Full * (bottom - top) * (right - left));
                if (layout.Colors == ImageColors.Gray)
                {
                    numbers[i] = (float)((0.299 * sums[0] + 0.587 * sums[1] + 0.114 * sums[2]) * scale);
                }
                else
                {
                    for (int color = 0; color < 3; color++)
                        numbers[i + color] = (float)(sums[color] * scale);
                }
            }
        }
    }
}
