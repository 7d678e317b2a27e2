using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Tests.TestSupport;

namespace MLNet.DeepExt.Neural.Tests.Kernels;

public sealed class LogarithmTests
{
    private static readonly VectorFunction<double> InDouble = new(Logarithm.Log1p, _ => throw new NotSupportedException());

    // The double has digits to spare for a float.
    private static readonly VectorFunction<float> InFloat = new(Logarithm.Log1p, x => InDouble.At(x));

    [Fact]
    public void The_double_is_within_three_units_in_the_last_place()
    {
        (double ulps, double at) = ErrorFunctionTests.LargestError("log1p", InDouble);
        Assert.True(ulps <= 3, $"{ulps} ulp at {at:R}");
    }

    [Fact]
    public void The_float_is_within_three_units_in_the_last_place()
    {
        IEnumerable<float> positive = VectorFunction<float>.Floats(1e-37f, float.MaxValue, 2003);
        IEnumerable<float> negative = VectorFunction<float>.Floats(-1e-37f, -0.9999999f, 1009);
        (double ulps, float at) = InFloat.LargestError(positive.Concat(negative));
        Assert.True(ulps <= 3, $"{ulps} ulp at {at:R}");
    }

    [Fact]
    public void Of_zero_it_is_that_zero_and_of_infinity_infinity()
    {
        Assert.Equal((0f, 0.0), (InFloat.At(0f), InDouble.At(0)));
        Assert.True(float.IsNegative(InFloat.At(-0f)) && double.IsNegative(InDouble.At(-0.0)));
        Assert.Equal(float.PositiveInfinity, InFloat.At(float.PositiveInfinity));
        Assert.Equal(double.PositiveInfinity, InDouble.At(double.PositiveInfinity));
    }

    [Fact]
    public void Of_minus_one_it_is_minus_infinity_and_below_no_number()
    {
        Assert.Equal(float.NegativeInfinity, InFloat.At(-1));
        Assert.Equal(double.NegativeInfinity, InDouble.At(-1));
        Assert.True(float.IsNaN(InFloat.At(-1.5f)) && double.IsNaN(InDouble.At(-2)));
        Assert.True(float.IsNaN(InFloat.At(float.NaN)) && double.IsNaN(InDouble.At(double.NaN)));
    }
}
