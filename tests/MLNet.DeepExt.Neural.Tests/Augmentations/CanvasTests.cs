using MLNet.DeepExt.Neural.Augmentations;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.Reference;
using MLNet.DeepExt.Neural.Tests.TestSupport;

namespace MLNet.DeepExt.Neural.Tests.Augmentations;

[Trait("Spec", "B2")]
public sealed class CanvasTests
{
    private const int Height = 7, Width = 9;

    private static readonly ReferenceValues Reference = ReferenceValues.Load("augmentations");

    public static TheoryData<string> Maps => ["rotation", "shift", "zoom", "shear", "all"];

    [Theory, MemberData(nameof(Maps))]
    public void A_moved_picture_is_that_of_SciPy(string name)
    {
        foreach ((string mode, float? fill) in new (string, float?)[] { ("edges", null), ("fill", 0.25f) })
        {
            float[] moved = Moved(Reference.Singles("picture"), new ImageShape(Height, Width), fill, MapOf(name));
            Close.Everywhere(Reference.Doubles($"{name}.{mode}"), Array.ConvertAll(moved, value => (double)value), 1e-5, $"{name}, {mode}");
        }
    }

    [Theory, MemberData(nameof(Maps))]
    public void Channels_move_alike_in_either_order(string name)
    {
        const int channels = 3;
        float[] picture = Reference.Singles("picture");
        float[][] planes = [.. Enumerable.Range(1, channels).Select(factor => Array.ConvertAll(picture, value => value * factor))];
        float[][] expected = [.. planes.Select(plane => Moved(plane, new ImageShape(Height, Width), 0.5f, MapOf(name)))];
        float[] apart = [.. planes.SelectMany(plane => plane)];
        float[] beside = [.. Enumerable.Range(0, Height * Width).SelectMany(pixel => planes.Select(plane => plane[pixel]))];
        Assert.Equal(
            expected.SelectMany(plane => plane),
            Moved(apart, new ImageShape(Height, Width, channels, ChannelOrder.First), 0.5f, MapOf(name)));
        Assert.Equal(
            Enumerable.Range(0, Height * Width).SelectMany(pixel => expected.Select(plane => plane[pixel])),
            Moved(beside, new ImageShape(Height, Width, channels), 0.5f, MapOf(name)));
    }

    [Fact]
    public void Movements_one_after_another_are_one_movement()
    {
        // Of a smooth picture, which sampling blurs little.
        const int side = 48;
        float[] picture =
            [.. Enumerable.Range(0, side * side).Select(i => (float)(Math.Sin(i % side / 9.0) * Math.Cos(i / side / 7.0)))];
        AffineMap first = AffineMap.Rotation(0.3f), second = AffineMap.Shift(2, -3), third = AffineMap.Scale(1.2f, 0.9f);
        Canvas canvas = Canvas(new ImageShape(side, side), null);
        canvas.Load(picture);
        canvas.Move(first);
        canvas.Move(second);
        canvas.Move(third);
        float[] atOnce = canvas.Values.ToArray();
        canvas.Load(picture);
        foreach (AffineMap map in new[] { first, second, third })
        {
            canvas.Move(map);
            _ = canvas.Values;
        }

        float[] oneByOne = canvas.Values.ToArray();
        for (int row = 12; row < side - 12; row++)
        {
            for (int column = 12; column < side - 12; column++)
                Assert.Equal(oneByOne[row * side + column], atOnce[row * side + column], 0.01f);
        }
    }

    [Fact]
    public void Two_flips_and_four_quarter_turns_give_the_picture_back()
    {
        float[] picture = Reference.Singles("picture");
        AffineMap[] flips = [AffineMap.Scale(-1, 1), AffineMap.Scale(-1, 1)];
        Assert.Equal(picture, Moved(picture, new ImageShape(Height, Width), null, flips));
        float[] square = picture[..49];
        float[] turned = square;
        for (int turn = 0; turn < 4; turn++)
            turned = Moved(turned, new ImageShape(7, 7), null, AffineMap.Rotation(MathF.PI / 2));
        Close.Everywhere([.. square.Select(value => (double)value)], [.. turned.Select(value => (double)value)], 1e-5, "turned");
        // A quarter turn: what was at the right is at the top, or at the bottom.
        float[] quarter = Moved(square, new ImageShape(7, 7), null, AffineMap.Rotation(MathF.PI / 2));
        Assert.Equal(square[3 * 7 + 6], quarter[6 * 7 + 3], 1e-5f);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(1.5)]
    [InlineData(4)]
    public void Displacements_are_uniform_numbers_smoothed_as_by_SciPy(double sigma)
    {
        // What smoothing is, by the picture whose smoothed version SciPy has given; then that of numbers that a field draws.
        string name = FormattableString.Invariant($"smooth.{sigma}");
        Close.Everywhere(Reference.Doubles(name), Smoothed(Reference.Doubles("picture"), Height, Width, sigma), 1e-6, name);

        const float alpha = 20;
        foreach ((int height, int width) in new[] { (Height, Width), (1, 1), (3, 33), (28, 28) })
        {
            var field = new DisplacementField(height, width, sigma);
            var random = new RandomSequence(new CounterRandom(7));
            field.Draw(alpha, ref random);

            var again = new RandomSequence(new CounterRandom(7));
            foreach (bool isDown in new[] { false, true })
            {
                var panels = new float[Neural.Kernels.Panels.Length(height, width)];
                var numbers = new float[height * width];
                again.FillUniform(panels, alpha);
                Neural.Kernels.Panels.Read<float>(height, width, panels, numbers);
                double[] expected = Smoothed(Array.ConvertAll(numbers, number => (double)number), height, width, sigma);
                double[] actual = [.. Enumerable.Range(0, height)
                    .SelectMany(row => (isDown ? field.Down(row) : field.Right(row))[..width].ToArray()).Select(value => (double)value)];
                Close.Everywhere(expected, actual, 1e-5, $"{height} × {width}");
            }
        }
    }

    [Fact]
    public void A_displacement_has_the_deviation_that_the_documentation_says()
    {
        const int side = 64;
        var field = new DisplacementField(side, side, 4);
        double squares = 0;
        int count = 0;
        for (ulong picture = 0; picture < 200; picture++)
        {
            var random = new RandomSequence(new CounterRandom(picture));
            field.Draw(34, ref random);
            for (int row = 16; row < side - 16; row++)
            {
                foreach (float value in field.Right(row)[16..(side - 16)])
                {
                    squares += value * value;
                    count++;
                }
            }
        }

        Assert.Equal(34 / (4 * Math.Sqrt(12 * Math.PI)), Math.Sqrt(squares / count), 0.03);
    }

    private static AffineMap MapOf(string name)
    {
        float[] map = Reference.Singles($"{name}.map");
        return new AffineMap(map[0], map[1], map[2], map[3], map[4], map[5]);
    }

    private static float[] Moved(float[] picture, ImageShape shape, float? fill, params AffineMap[] maps)
    {
        Canvas canvas = Canvas(shape, fill);
        canvas.Load(picture);
        foreach (AffineMap map in maps)
            canvas.Move(map);
        return canvas.Values.ToArray();
    }

    private static Canvas Canvas(ImageShape shape, float? fill) => new(shape.Length, shape, fill, new FeatureUnits(shape.Length, []));

    // Sums over all pixels, with zeros beyond the edges.
    private static double[] Smoothed(double[] picture, int height, int width, double sigma)
    {
        int reach = (int)(12 * sigma);
        double sum = Enumerable.Range(-reach, 2 * reach + 1).Sum(i => Math.Exp(-i * i / (2 * sigma * sigma)));
        var smoothed = new double[height * width];
        for (int place = 0; place < smoothed.Length; place++)
        {
            for (int other = 0; other < smoothed.Length; other++)
            {
                int down = place / width - other / width, right = place % width - other % width;
                smoothed[place] += picture[other] * Math.Exp(-(down * down + right * right) / (2 * sigma * sigma)) / (sum * sum);
            }
        }

        return smoothed;
    }
}
