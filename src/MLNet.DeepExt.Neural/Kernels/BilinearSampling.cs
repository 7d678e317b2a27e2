using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MLNet.DeepExt.Neural.Kernels;

/// <summary>Reads an image between its pixels: the mean of the four around a place, by how near they are.</summary>
/// <remarks>
/// The image has a border of one pixel on every side, which is what there is outside of it: (height + 2, width + 2), row-major. Places
/// are in pixels of the image without its border, (0, 0) the middle of its first pixel. A place beyond the border reads the border.
/// </remarks>
internal static class BilinearSampling
{
    /// <summary>Places that are read at once; rows of places are a whole number of these.</summary>
    public const int Lanes = 8;

    /// <summary>Reads one number for every place.</summary>
    /// <param name="image">(height + 2, width + 2).</param>
    /// <param name="height">Rows without the border, at least 1.</param>
    /// <param name="width">Columns without the border, at least 1.</param>
    /// <param name="xs">(places): columns.</param>
    /// <param name="ys">(places): rows.</param>
    /// <param name="values">(places), may not be the image.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sample(
        ReadOnlySpan<float> image, int height, int width, ReadOnlySpan<float> xs, ReadOnlySpan<float> ys, Span<float> values)
    {
        int stride = width + 2;
        Guard.RequireLength(image.Length, (long)(height + 2) * stride, nameof(image));
        Guard.RequireLength(xs.Length, values.Length, nameof(xs));
        Guard.RequireLength(ys.Length, values.Length, nameof(ys));
        if (values.Length % Lanes != 0)
            throw new ArgumentException($"There are {values.Length} places; give a whole number of {Lanes}.", nameof(values));

        ref float first = ref MemoryMarshal.GetReference(image);
        for (int i = 0; i < values.Length; i += Lanes)
        {
            Vector256<float> x = Bordered(Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(xs), (nuint)i), width);
            Vector256<float> y = Bordered(Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(ys), (nuint)i), height);
            // The last pixel of a row has none after it, but is as near to the one before as a place can be far from it.
            Vector256<float> left = Vector256.Min(Vector256.Floor(x), Vector256.Create((float)width));
            Vector256<float> top = Vector256.Min(Vector256.Floor(y), Vector256.Create((float)height));
            Vector256<int> places = Vector256.ConvertToInt32(top) * stride + Vector256.ConvertToInt32(left);
            Vector256<float> toRight = x - left, down = y - top;
            Vector256<float> above = Between(Gather(ref first, places), Gather(ref Unsafe.Add(ref first, 1), places), toRight);
            Vector256<float> below = Between(
                Gather(ref Unsafe.Add(ref first, stride), places), Gather(ref Unsafe.Add(ref first, stride + 1), places), toRight);
            Between(above, below, down).StoreUnsafe(ref MemoryMarshal.GetReference(values), (nuint)i);
        }
    }

    // As columns or rows of the image with its border. NaN, which no map of ours gives, becomes 0.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Bordered(Vector256<float> place, int size) =>
        Vector256.MaxNumber(Vector256<float>.Zero, Vector256.MinNumber(place + Vector256<float>.One, Vector256.Create(size + 1f)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Between(Vector256<float> from, Vector256<float> to, Vector256<float> share) =>
        Kernels.Lanes.MultiplyAdd(to - from, share, from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe Vector256<float> Gather(ref float first, Vector256<int> places)
    {
        if (Avx2.IsSupported)
        {
            fixed (float* address = &first)
                return Avx2.GatherVector256(address, places, sizeof(float));
        }

        Span<float> values = stackalloc float[Lanes];
        for (int lane = 0; lane < Lanes; lane++)
            values[lane] = Unsafe.Add(ref first, places[lane]);
        return Vector256.Create<float>(values);
    }
}
