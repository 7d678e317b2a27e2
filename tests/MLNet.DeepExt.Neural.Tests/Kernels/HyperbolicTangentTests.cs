using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Tests.TestSupport;

namespace MLNet.DeepExt.Neural.Tests.Kernels;

public sealed class HyperbolicTangentTests
{
    private static readonly VectorFunction<float> InFloat = new(HyperbolicTangent.Tanh, Math.Tanh);
    private static readonly VectorFunction<double> InDouble = new(HyperbolicTangent.Tanh, Math.Tanh);

    [Fact]
    public void The_float_is_within_1_5_units_in_the_last_place()
    {
        (double ulps, float at) = InFloat.LargestError(VectorFunction<float>.Floats(1e-8f, 20, 499));
        Assert.True(ulps < 1.5, $"{ulps} ulp at {at:R}");
    }

    [Fact]
    public void The_double_is_within_three_units_in_the_last_place_of_the_system_library()
    {
        IEnumerable<double> sweep = VectorFunction<double>.Doubles(1e-8, 0.7, 500_009)
            .Concat(VectorFunction<double>.Doubles(0.6, 25, 500_009))
            .Concat(Enumerable.Range(1, 300).Select(exponent => Math.Pow(10, -exponent)));
        (double ulps, double at) = InDouble.LargestError(sweep);
        Assert.True(ulps <= 3, $"{ulps} ulp at {at:R}");
    }

    [Fact]
    public void It_is_odd_to_the_last_bit()
    {
        foreach (float x in VectorFunction<float>.Floats(0, 100, 10_007))
            Assert.Equal(BitConverter.SingleToInt32Bits(-InFloat.At(x)), BitConverter.SingleToInt32Bits(InFloat.At(-x)));
        foreach (double x in VectorFunction<double>.Doubles(0, 30, 10_007))
            Assert.Equal(BitConverter.DoubleToInt64Bits(-InDouble.At(x)), BitConverter.DoubleToInt64Bits(InDouble.At(-x)));
    }

    [Fact]
    public void Far_from_zero_it_is_exactly_one()
    {
        foreach (float x in new[] { 10f, 44f, 45f, 88f, 89f, 1e10f, float.MaxValue, float.PositiveInfinity })
            Assert.Equal((1f, -1f), (InFloat.At(x), InFloat.At(-x)));
        foreach (double x in new[] { 20.0, 354.0, 355.0, 710.0, 1e100, double.MaxValue, double.PositiveInfinity })
            Assert.Equal((1.0, -1.0), (InDouble.At(x), InDouble.At(-x)));
    }

    [Fact]
    public void Near_zero_it_is_its_argument()
    {
        foreach (float x in new[] { float.Epsilon, 1e-38f, 1e-20f, 1e-8f })
            Assert.Equal(x, InFloat.At(x));
        foreach (double x in new[] { double.Epsilon, 1e-308, 1e-100, 1e-16 })
            Assert.Equal(x, InDouble.At(x));
    }

    [Fact]
    public void Of_what_is_no_number_it_is_no_number()
    {
        Assert.True(float.IsNaN(InFloat.At(float.NaN)));
        Assert.True(double.IsNaN(InDouble.At(double.NaN)));
    }
}
