using System.Runtime.InteropServices;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.DeepExt.Data;

/// <summary>
/// 64 bits for an image of ML.NET: for its size and its pixels. All that names the type of images is here, so that it is looked for only where a
/// program has images.
/// </summary>
internal static class ImageCodes
{
    /// <summary>Begins to read the code of a row's image; 0 where there is none.</summary>
    public static Func<ulong> Open(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<MLImage> getter = row.GetGetter<MLImage>(column);
        // Handed over from row to row: who makes images releases the one before, and images that a program made stay its own.
        MLImage? image = null;
        return () =>
        {
            getter(ref image!);
            if (image is null)
                return 0;
            ulong code = ValueCodes.Combine((ulong)image.Width, (ulong)image.Height);
            ReadOnlySpan<byte> pixels = image.Pixels;
            foreach (ulong eight in MemoryMarshal.Cast<byte, ulong>(pixels))
                code = ValueCodes.Combine(code, eight);
            foreach (byte one in pixels[(pixels.Length & ~7)..])
                code = ValueCodes.Combine(code, one);
            return code;
        };
    }
}
