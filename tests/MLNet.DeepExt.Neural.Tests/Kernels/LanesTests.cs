using System.Numerics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using MLNet.DeepExt.Neural.Kernels;

namespace MLNet.DeepExt.Neural.Tests.Kernels;

public sealed class LanesTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 16)]
    [InlineData(15, 16)]
    [InlineData(16, 16)]
    [InlineData(17, 32)]
    [InlineData(784, 784)]
    [InlineData(int.MaxValue - 15, int.MaxValue - 15)]
    public void Padding_rounds_up_to_whole_strips(int width, int padded) => Assert.Equal(padded, Lanes.Pad(width));

    [Fact]
    public void Padding_beyond_the_largest_integer_is_refused() => Assert.Throws<OverflowException>(() => Lanes.Pad(int.MaxValue - 14));

    [Theory]
    [InlineData(1, 16)]
    [InlineData(17, 32)]
    [InlineData(33, 48)]
    [InlineData(64, 80)]
    [InlineData(256, 272)]
    [InlineData(784, 784)]
    public void Rows_of_three_strips_and_more_are_an_odd_number_of_strips_apart(int width, int stride) =>
        Assert.Equal(stride, Lanes.Stride(width));

    [Fact]
    public void Multiply_add_rounds_only_once_where_the_processor_can()
    {
        bool once = Fma.IsSupported || AdvSimd.IsSupported;
        // (1 + e)·(1 - e) - 1 = -e², which is 0 if the product is rounded first.
        float e = MathF.BitIncrement(1) - 1;
        float expected = once ? -e * e : 0;
        Assert.Equal(
            Vector128.Create(expected), Lanes.MultiplyAdd(Vector128.Create(1 + e), Vector128.Create(1 - e), Vector128.Create(-1f)));
        Assert.Equal(
            Vector256.Create(expected), Lanes.MultiplyAdd(Vector256.Create(1 + e), Vector256.Create(1 - e), Vector256.Create(-1f)));
        Assert.Equal(
            Vector512.Create(expected), Lanes.MultiplyAdd(Vector512.Create(1 + e), Vector512.Create(1 - e), Vector512.Create(-1f)));
        double d = Math.BitIncrement(1) - 1;
        double wide = once ? -d * d : 0;
        Assert.Equal(Vector128.Create(wide), Lanes.MultiplyAdd(Vector128.Create(1 + d), Vector128.Create(1 - d), Vector128.Create(-1.0)));
        Assert.Equal(Vector256.Create(wide), Lanes.MultiplyAdd(Vector256.Create(1 + d), Vector256.Create(1 - d), Vector256.Create(-1.0)));
        Assert.Equal(Vector512.Create(wide), Lanes.MultiplyAdd(Vector512.Create(1 + d), Vector512.Create(1 - d), Vector512.Create(-1.0)));
    }

    [Fact]
    public void Below_marks_the_lanes_left_of_the_width()
    {
        for (int width = 0; width <= 40; width++)
        {
            for (int column = 0; column <= 48; column += 4)
            {
                CheckBelow<float>(column, width);
                CheckBelow<double>(column, width);
            }
        }
    }

    [Fact]
    public void Another_element_type_is_refused()
    {
        var exception = Assert.Throws<NotSupportedException>(() => Lanes.MultiplyAdd<Half>(default(Vector256<Half>), default, default));
        Assert.Equal(
            "A network computes in float or double but Half was asked for; use Network<float> or Network<double>.", exception.Message);
    }

    private static void CheckBelow<T>(int column, int width)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector256<T> kept = Vector256<T>.One & Lanes.Below<T>(column, width);
        for (int lane = 0; lane < Vector256<T>.Count; lane++)
            Assert.Equal(column + lane < width ? T.One : T.Zero, kept[lane]);
    }
}
