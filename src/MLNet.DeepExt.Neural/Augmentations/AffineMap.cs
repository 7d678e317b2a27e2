namespace MLNet.DeepExt.Neural.Augmentations;

/// <summary>
/// An affine map of image coordinates, from a pixel of the transformed image to its position in the original: (x, y) → (Xx·x + Xy·y + X, Yx·x +
/// Yy·y + Y), in pixels from the center, with x to the right and y downward.
/// </summary>
internal readonly record struct AffineMap(float Xx, float Xy, float X, float Yx, float Yy, float Y)
{
    public static AffineMap Identity { get; } = Scale(1, 1);

    public static AffineMap Scale(float x, float y) => new(x, 0, 0, 0, y, 0);

    public static AffineMap Shift(float x, float y) => new(1, 0, x, 0, 1, y);

    public static AffineMap Shear(float slope) => new(1, slope, 0, 0, 1, 0);

    public static AffineMap Rotation(float radians)
    {
        (float sine, float cosine) = MathF.SinCos(radians);
        return new(cosine, sine, 0, -sine, cosine, 0);
    }

    /// <summary>Composes this map with another one that is applied first.</summary>
    public AffineMap After(in AffineMap before) => new(
        before.Xx * Xx + before.Xy * Yx, before.Xx * Xy + before.Xy * Yy, before.Xx * X + before.Xy * Y + before.X,
        before.Yx * Xx + before.Yy * Yx, before.Yx * Xy + before.Yy * Yy, before.Yx * X + before.Yy * Y + before.Y);
}
