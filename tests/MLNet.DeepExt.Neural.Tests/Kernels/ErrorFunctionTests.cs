using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Tests.Reference;
using MLNet.DeepExt.Neural.Tests.TestSupport;

namespace MLNet.DeepExt.Neural.Tests.Kernels;

public sealed class ErrorFunctionTests
{
    private static readonly VectorFunction<double> InDouble = new(ErrorFunction.Erf, _ => throw new NotSupportedException());

    // The double has digits to spare for a float.
    private static readonly VectorFunction<float> InFloat = new(ErrorFunction.Erf, x => InDouble.At(x));

    [Fact]
    public void The_double_is_within_two_units_in_the_last_place()
    {
        (double ulps, double at) = LargestError("erf", InDouble);
        Assert.True(ulps <= 2, $"{ulps} ulp at {at:R}");
    }

    [Fact]
    public void The_float_is_within_two_units_in_the_last_place()
    {
        (double ulps, float at) = InFloat.LargestError(VectorFunction<float>.Floats(1e-30f, 5, 1009));
        Assert.True(ulps <= 2, $"{ulps} ulp at {at:R}");
    }

    [Fact]
    public void It_is_odd_to_the_last_bit()
    {
        foreach (float x in VectorFunction<float>.Floats(0, 10, 100_003))
            Assert.Equal(BitConverter.SingleToInt32Bits(-InFloat.At(x)), BitConverter.SingleToInt32Bits(InFloat.At(-x)));
        foreach (double x in VectorFunction<double>.Doubles(0, 10, 1009))
            Assert.Equal(BitConverter.DoubleToInt64Bits(-InDouble.At(x)), BitConverter.DoubleToInt64Bits(InDouble.At(-x)));
    }

    [Fact]
    public void Far_from_zero_it_is_exactly_one()
    {
        foreach (float x in new[] { 4f, 5f, 1e4f, 1e30f, float.MaxValue, float.PositiveInfinity })
            Assert.Equal((1f, -1f), (InFloat.At(x), InFloat.At(-x)));
        foreach (double x in new[] { 6.0, 7, 1e4, 1e300, double.MaxValue, double.PositiveInfinity })
            Assert.Equal((1.0, -1.0), (InDouble.At(x), InDouble.At(-x)));
    }

    [Fact]
    public void Of_what_is_no_number_it_is_no_number()
    {
        Assert.True(float.IsNaN(InFloat.At(float.NaN)));
        Assert.True(double.IsNaN(InDouble.At(double.NaN)));
    }

    /// <summary>Of a function that mpmath computed in sixty digits.</summary>
    internal static (double Ulps, double At) LargestError(string name, VectorFunction<double> function)
    {
        ReferenceValues reference = ReferenceValues.Load("layers");
        double[] x = reference.Doubles($"function.{name}.x"), y = reference.Doubles($"function.{name}.y");
        return x.Zip(y, (point, value) => (Accuracy.Ulps(function.At(point), value), point)).Max();
    }
}
