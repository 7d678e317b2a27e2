using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Tests.TestSupport;

namespace MLNet.DeepExt.Neural.Tests.Kernels;

public sealed class ExponentialTests
{
    private static readonly VectorFunction<float> InFloat = new(Exponential.Exp, Math.Exp);
    private static readonly VectorFunction<double> InDouble = new(Exponential.Exp, Math.Exp);

    // ln of the smallest normal float, 2^-126, and of the largest float, each rounded towards 0.
    private const float SmallestNormal = -87.33654f;
    private const float LargestFinite = 88.72283f;

    [Fact]
    public void The_float_is_within_1_01_units_in_the_last_place()
    {
        IEnumerable<float> positive = VectorFunction<float>.Floats(1e-10f, LargestFinite, 211);
        IEnumerable<float> negative = VectorFunction<float>.Floats(-1e-10f, SmallestNormal, 211);
        (double ulps, float at) = InFloat.LargestError(positive.Concat(negative));
        Assert.True(ulps < 1.01, $"{ulps} ulp at {at:R}");
    }

    [Fact]
    public void The_double_is_within_two_units_in_the_last_place_of_the_system_library()
    {
        IEnumerable<double> sweep = VectorFunction<double>.Doubles(-708, 709, 1_000_003)
            .Concat(VectorFunction<double>.Doubles(-1, 1, 500_009));
        (double ulps, double at) = InDouble.LargestError(sweep);
        Assert.True(ulps <= 2, $"{ulps} ulp at {at:R}");
    }

    [Fact]
    public void Of_zero_it_is_exactly_one()
    {
        Assert.Equal(1f, InFloat.At(0f));
        Assert.Equal(1f, InFloat.At(-0f));
        Assert.Equal(1.0, InDouble.At(0.0));
        Assert.Equal(1.0, InDouble.At(-0.0));
    }

    [Fact]
    public void It_underflows_to_zero_below_the_smallest_normal_float()
    {
        Assert.True(InFloat.At(SmallestNormal) >= 1.17549435e-38f);
        Assert.Equal(0f, InFloat.At(MathF.BitDecrement(SmallestNormal)));
        foreach (float x in new[] { -88f, -104f, -1e4f, -1e30f, float.MinValue, float.NegativeInfinity })
            Assert.Equal(0f, InFloat.At(x));
        foreach (double x in new[] { -750.0, -1e4, -1e300, double.NegativeInfinity })
            Assert.Equal(0.0, InDouble.At(x));
    }

    [Fact]
    public void It_overflows_to_infinity_above_the_largest_float()
    {
        Assert.True(float.IsFinite(InFloat.At(LargestFinite)));
        foreach (float x in new[] { MathF.BitIncrement(LargestFinite), 89f, 1e4f, 1e30f, float.MaxValue, float.PositiveInfinity })
            Assert.Equal(float.PositiveInfinity, InFloat.At(x));
        foreach (double x in new[] { 709.79, 1e4, 1e300, double.PositiveInfinity })
            Assert.Equal(double.PositiveInfinity, InDouble.At(x));
    }

    [Fact]
    public void Of_what_is_no_number_it_is_no_number()
    {
        Assert.True(float.IsNaN(InFloat.At(float.NaN)));
        Assert.True(double.IsNaN(InDouble.At(double.NaN)));
    }

    [Fact]
    public void It_never_falls_across_a_hundred_thousand_neighbouring_floats()
    {
        // Around a power of two of the result, where the reduction of the argument changes.
        float x = 31.5f * 0.6931472f;
        float previous = 0;
        for (int i = 0; i < 100_000; i++, x = MathF.BitIncrement(x))
        {
            float y = InFloat.At(x);
            Assert.True(y >= previous, $"exp({x:R}) = {y:R} is below {previous:R}");
            previous = y;
        }
    }
}
