using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Tests.TestSupport;

namespace MLNet.DeepExt.Neural.Tests.Kernels;

[Trait("Spec", "B2")]
public sealed class BilinearSamplingTests
{
    [Fact]
    public void Every_place_has_the_mean_of_the_pixels_around_it_and_nothing_beyond_the_image_is_read()
    {
        var random = new Random(1);
        for (int sample = 0; sample < 300; sample++)
        {
            int height = random.Next(1, 12), width = random.Next(1, 40), places = 8 * random.Next(1, 4);
            float[] image = Numbers(random, (height + 2) * (width + 2), 1);
            float[] xs = Numbers(random, places, 2 * width), ys = Numbers(random, places, 2 * height);
            using GuardedMemory<float> guarded = GuardedMemory<float>.Of(image);
            using var values = new GuardedMemory<float>(places);
            BilinearSampling.Sample(guarded.Span, height, width, xs, ys, values.Span);
            for (int i = 0; i < places; i++)
                Assert.Equal(Expected(image, height, width, xs[i], ys[i]), values.Span[i], 1e-4);
        }
    }

    [Fact]
    public void The_middle_of_a_pixel_has_its_number_to_the_bit()
    {
        const int height = 3, width = 5;
        float[] image = Numbers(new Random(2), (height + 2) * (width + 2), 1);
        for (int row = -1; row <= height; row++)
        {
            float[] xs = [-1, 0, 1, 2, 3, 4, 5, 5], ys = [.. Enumerable.Repeat((float)row, 8)], values = new float[8];
            BilinearSampling.Sample(image, height, width, xs, ys, values);
            float[] line = image[((row + 1) * (width + 2))..][..(width + 2)];
            if (row < height)
                Assert.Equal(line[..^1], values[..^2]);
            // Of the border after it there is 1 of the way from the last pixel to it, which rounding may miss.
            for (int i = 0; i < line.Length; i++)
                Assert.Equal(line[i], values[i], 1e-6f);
        }
    }

    [Fact]
    public void Places_far_beyond_the_image_read_its_border()
    {
        float[] image = Numbers(new Random(3), 4 * 4, 1), values = new float[8];
        float[] xs = [float.MaxValue, -1e30f, float.PositiveInfinity, float.NegativeInfinity, 1e9f, -1e9f, 3e9f, -3e9f];
        BilinearSampling.Sample(image, 2, 2, xs, xs, values);
        Assert.Equal([image[15], image[0], image[15], image[0], image[15], image[0], image[15], image[0]], values);
    }

    [Fact]
    public void Spans_that_do_not_fit_are_refused()
    {
        Assert.Equal(
            Refusal.TooShort("image", 16),
            Assert.Throws<ArgumentException>(() => BilinearSampling.Sample(new float[15], 2, 2, new float[8], new float[8], new float[8])).Message);
        Assert.Equal(
            "There are 7 places; give a whole number of 8. (Parameter 'values')",
            Assert.Throws<ArgumentException>(() => BilinearSampling.Sample(new float[16], 2, 2, new float[8], new float[8], new float[7])).Message);
    }

    private static float[] Numbers(Random random, int count, float bound) =>
        [.. Enumerable.Range(0, count).Select(_ => bound * (2 * random.NextSingle() - 1))];

    private static double Expected(float[] image, int height, int width, double x, double y)
    {
        x = Math.Clamp(x + 1, 0, width + 1);
        y = Math.Clamp(y + 1, 0, height + 1);
        double sum = 0;
        for (int row = 0; row < height + 2; row++)
        {
            for (int column = 0; column < width + 2; column++)
                sum += Math.Max(0, 1 - Math.Abs(x - column)) * Math.Max(0, 1 - Math.Abs(y - row)) * image[row * (width + 2) + column];
        }

        return sum;
    }
}
