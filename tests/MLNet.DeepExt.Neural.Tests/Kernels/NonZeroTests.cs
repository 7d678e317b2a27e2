using System.Numerics;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Tests.TestSupport;

namespace MLNet.DeepExt.Neural.Tests.Kernels;

public sealed class NonZeroTests
{
    [Fact]
    public void The_first_element_that_is_not_zero_is_found_from_every_place_of_every_length()
    {
        Check<float>();
        Check<double>();
    }

    private static void Check<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int length = 0; length <= 35; length++)
        {
            using var x = GuardedMemory<T>.Filled(length, T.Zero);
            for (int from = 0; from <= length; from++)
                Assert.Equal(length, NonZero.IndexFrom<T>(x.Span, from));
            for (int place = 0; place < length; place++)
            {
                foreach (T value in new[] { T.One, -T.Epsilon, T.NaN })
                {
                    x.Span.Fill(T.NegativeZero);
                    x.Span[place] = value;
                    for (int from = 0; from <= length; from++)
                        Assert.Equal(from <= place ? place : length, NonZero.IndexFrom<T>(x.Span, from));
                }
            }
        }
    }
}
