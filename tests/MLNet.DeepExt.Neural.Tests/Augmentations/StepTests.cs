using MLNet.DeepExt.Neural.Augmentations;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Tests.Augmentations;

/// <summary>What each step does, by what comes of many rows.</summary>
[Trait("Spec", "B2")]
public sealed class StepTests
{
    private const int Height = 11, Width = 21, Count = 4000;

    [Fact]
    public void Shift_moves_by_a_share_of_width_and_height_either_way()
    {
        // A bright spot in the middle: where its mass is then.
        (double X, double Y)[] moved = [.. Augmented(Augment.Shift(0.2f), Spot(10, 5)).Select(MiddleOf)];
        AssertUniform(moved.Select(place => place.X - 10), 0.2 * Width);
        AssertUniform(moved.Select(place => place.Y - 5), 0.2 * Height);
    }

    [Fact]
    public void Rotate_turns_about_the_middle_by_so_many_degrees_either_way()
    {
        double[] angles = [.. Augmented(Augment.Rotate(30), Spot(18, 5)).Select(picture =>
        {
            (double x, double y) = MiddleOf(picture);
            Assert.Equal(8, Math.Sqrt((x - 10) * (x - 10) + (y - 5) * (y - 5)), 0.3);
            return double.RadiansToDegrees(Math.Atan2(y - 5, x - 10));
        })];
        AssertUniform(angles, 30);
    }

    [Fact]
    public void Shear_moves_rows_to_the_side_in_proportion_to_their_distance_from_the_middle()
    {
        double[] angles = [.. Augmented(Augment.Shear(40), Spot(10, 2)).Select(picture =>
        {
            (double x, double y) = MiddleOf(picture);
            Assert.Equal(2, y, 1e-3);
            // A pixel comes from x + tan φ · y, three rows above the middle.
            return double.RadiansToDegrees(Math.Atan((x - 10) / 3));
        })];
        AssertUniform(angles, 40);
    }

    [Fact]
    public void Zoom_shows_a_part_that_lies_in_the_picture()
    {
        // A picture that says of each pixel where it was.
        float[] columns = [.. Enumerable.Range(0, Height * Width).Select(i => (float)(i % Width))];
        double[] sizes = [.. Augmented(Augment.Zoom(0.5f, 1), columns).Select(picture =>
        {
            double left = picture[0], right = picture[Width - 1];
            Assert.InRange(left, -1e-3, Width);
            Assert.InRange(right, 0, Width - 1 + 1e-3);
            return (right - left) / (Width - 1);
        })];
        // The edges of the outermost pixels are a quarter of a pixel beyond their middles, of which the picture has no more to say.
        AssertUniform(sizes.Select(size => size - 0.75), 0.25, tolerance: 0.06);
        // Whole pictures are left as they are; of parts, some touch the left edge almost and some the right.
        float[][] halves = Augmented(Augment.Zoom(0.5f, 0.5f), columns);
        AssertUniform(halves.Select(picture => picture[Width / 2] - 10.0), 0.25 * Width);
    }

    [Fact]
    public void Zoom_above_one_shows_what_is_outside()
    {
        float[] white = [.. Enumerable.Repeat(1f, Height * Width)];
        AugmentationRecipe recipe = Augment.Zoom(2, 2) with { Fill = 0 };
        Assert.All(Augmented(recipe, white).Take(50), picture => Assert.Equal(0.25, picture.Average(), 0.05));
        Assert.All(Augmented(recipe with { Fill = null }, white).Take(50), picture =>
            Assert.All(picture, pixel => Assert.Equal(1, pixel, 1e-6f)));
    }

    [Fact]
    public void Noise_has_the_deviation_that_was_asked_for()
    {
        float[] values = [.. Augmented(Augment.Noise(0.3f), new float[Height * Width]).SelectMany(picture => picture)];
        Assert.Equal(0, values.Average(value => (double)value), 0.002);
        Assert.Equal(0.3, Math.Sqrt(values.Average(value => (double)value * value)), 0.002);
    }

    [Fact]
    public void Brightness_adds_the_same_to_all_pixels()
    {
        float[] picture = Spot(3, 4);
        float[][] brighter = Augmented(Augment.Brightness(0.4f), picture);
        Assert.All(brighter, other =>
            Assert.All(other.Zip(picture), pair => Assert.Equal(other[0] - picture[0], pair.First - pair.Second, 1e-5f)));
        AssertUniform(brighter.Select(other => (double)(other[0] - picture[0])), 0.4);
    }

    [Fact]
    public void Contrast_spreads_about_the_mean()
    {
        float[] picture = [.. Enumerable.Range(0, Height * Width).Select(i => 5 + MathF.Sin(i))];
        double mean = picture.Average();
        double[] factors = [.. Augmented(Augment.Contrast(0.4f), picture).Select(other =>
        {
            double factor = (other[1] - mean) / (picture[1] - mean);
            for (int i = 0; i < other.Length; i++)
                Assert.Equal(mean + factor * (picture[i] - mean), other[i], 1e-4);
            return factor;
        })];
        AssertUniform(factors.Select(factor => factor - 1), 0.4);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(7f)]
    public void CutOut_blanks_a_square_that_may_reach_beyond_the_picture(float? fill)
    {
        const int side = 4;
        float[] white = [.. Enumerable.Repeat(1f, Height * Width)];
        int[] middles = new int[Height * Width];
        foreach (float[] picture in Augmented(Augment.CutOut(side) with { Fill = fill }, white))
        {
            int[] blank = [.. Enumerable.Range(0, picture.Length).Where(i => picture[i] != 1)];
            Assert.All(blank, i => Assert.Equal(fill ?? 0, picture[i]));
            int rows = blank.Max(i => i / Width) - blank.Min(i => i / Width) + 1;
            int columns = blank.Max(i => i % Width) - blank.Min(i => i % Width) + 1;
            Assert.Equal(rows * columns, blank.Length);
            Assert.InRange(rows, side / 2, side);
            Assert.InRange(columns, side / 2, side);
            foreach (int i in blank)
                middles[i]++;
        }

        // A pixel in the middle is in side² squares of height · width, a corner in a quarter of them.
        Assert.Equal((double)side * side / (Height * Width), middles[5 * Width + 10] / (double)Count, 0.02);
        Assert.InRange(middles[0], 1, Count * side * side / (Height * Width) / 2);
    }

    [Fact]
    public void Distort_moves_pixels_each_on_its_own_and_neighbours_alike()
    {
        float[] columns = [.. Enumerable.Range(0, Height * Width).Select(i => (float)(i % Width))];
        float[][] distorted = Augmented(Augment.Distort(12, 2), columns);
        int middle = 5 * Width + 10;
        double[] moved = [.. distorted.Select(picture => picture[middle] - 10.0)];
        double[] beside = [.. distorted.Select(picture => picture[middle + 1] - 11.0)];
        double[] far = [.. distorted.Select(picture => picture[middle + 8] - 18.0)];
        // α / (σ·√(12π)), a little less by sampling.
        Assert.Equal(12 / (2 * Math.Sqrt(12 * Math.PI)), Math.Sqrt(moved.Average(x => x * x)), 0.1);
        Assert.InRange(Correlation(moved, beside), 0.85, 1);
        Assert.InRange(Correlation(moved, far), -0.1, 0.1);
    }

    private static float[][] Augmented(AugmentationRecipe recipe, float[] picture)
    {
        var augmenter = new RowAugmenter(recipe.OnImages(Height, Width), Height * Width);
        return [.. Enumerable.Range(0, Count).Select(row =>
        {
            var augmented = new float[picture.Length];
            augmenter.Augment(picture, augmented, new CounterRandom(1).Derive((ulong)row));
            return augmented;
        })];
    }

    private static float[] Spot(int column, int row)
    {
        var picture = new float[Height * Width];
        picture[row * Width + column] = 1;
        return picture;
    }

    private static (double X, double Y) MiddleOf(float[] picture)
    {
        double mass = picture.Sum(pixel => (double)pixel);
        return (
            Enumerable.Range(0, picture.Length).Sum(i => picture[i] * (double)(i % Width)) / mass,
            Enumerable.Range(0, picture.Length).Sum(i => picture[i] * (double)(i / Width)) / mass);
    }

    // By mean, variance and the ends: of a uniform number in [-bound, bound] they are 0, bound² / 3 and ±bound.
    private static void AssertUniform(IEnumerable<double> values, double bound, double tolerance = 0.04)
    {
        double[] all = [.. values];
        Assert.Equal(0, all.Average() / bound, tolerance);
        Assert.Equal(1.0 / 3, all.Average(value => value * value) / (bound * bound), tolerance);
        Assert.InRange(all.Max() / bound, 1 - tolerance, 1 + tolerance);
        Assert.InRange(all.Min() / bound, -1 - tolerance, -1 + tolerance);
    }

    private static double Correlation(double[] x, double[] y) =>
        x.Zip(y).Average(pair => pair.First * pair.Second)
        / Math.Sqrt(x.Average(value => value * value) * y.Average(value => value * value));
}
