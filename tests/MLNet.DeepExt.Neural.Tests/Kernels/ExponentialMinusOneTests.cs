using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Tests.TestSupport;

namespace MLNet.DeepExt.Neural.Tests.Kernels;

public sealed class ExponentialMinusOneTests
{
    private static readonly VectorFunction<double> InDouble = new(Exponential.Expm1, _ => throw new NotSupportedException());

    // The double has digits to spare for a float.
    private static readonly VectorFunction<float> InFloat = new(Exponential.Expm1, x => InDouble.At(x));

    [Fact]
    public void The_double_is_within_two_units_in_the_last_place()
    {
        (double ulps, double at) = ErrorFunctionTests.LargestError("expm1", InDouble);
        Assert.True(ulps <= 2, $"{ulps} ulp at {at:R}");
    }

    [Fact]
    public void The_float_is_within_two_units_in_the_last_place()
    {
        (double ulps, float at) = InFloat.LargestError(VectorFunction<float>.Floats(-1e-37f, -200, 1009));
        Assert.True(ulps <= 2, $"{ulps} ulp at {at:R}");
    }

    [Fact]
    public void Far_below_zero_it_is_exactly_minus_one_and_of_what_is_no_number_no_number()
    {
        foreach (float x in new[] { -30f, -88f, -1e4f, -1e30f, float.MinValue, float.NegativeInfinity })
            Assert.Equal((-1f, -1.0), (InFloat.At(x), InDouble.At(2 * (double)x)));
        Assert.True(float.IsNaN(InFloat.At(float.NaN)) && double.IsNaN(InDouble.At(double.NaN)));
        Assert.Equal((0f, 0.0), (InFloat.At(0), InDouble.At(0)));
    }
}
