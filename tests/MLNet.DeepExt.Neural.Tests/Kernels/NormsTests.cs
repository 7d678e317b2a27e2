using System.Numerics;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Tests.TestSupport;

namespace MLNet.DeepExt.Neural.Tests.Kernels;

public sealed class NormsInFloatTests : NormsTests<float>;

public sealed class NormsInDoubleTests : NormsTests<double>;

public abstract class NormsTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [Fact]
    public void Sums_are_exact_to_double_precision_at_every_length()
    {
        for (int length = 0; length <= 70; length++)
        {
            T[] x = Numbers.Uniform<T>(new Random(length), length);
            CompensatedSum squares = default, absolutes = default;
            foreach (double value in x.Select(value => double.CreateTruncating(value)))
            {
                squares.Add(value, value);
                absolutes.Add(Math.Abs(value));
            }

            using var guarded = GuardedMemory<T>.Of(x);
            Assert.Equal(squares.Value, Norms.Squared<T>(guarded.Span), 1e-14 * squares.Magnitude);
            Assert.Equal(absolutes.Value, Norms.Absolute<T>(guarded.Span), 1e-14 * absolutes.Magnitude);
        }
    }

    [Fact]
    public void Many_small_numbers_are_not_lost_beside_a_large_one()
    {
        var x = new T[16 * 1024];
        x.AsSpan().Fill(T.CreateTruncating(1e-3));
        x[0] = T.CreateTruncating(100);
        double small = double.CreateTruncating(x[1]);
        Assert.Equal(1e4 + (x.Length - 1) * small * small, Norms.Squared<T>(x), 1e-7);
        Assert.Equal(100 + (x.Length - 1) * small, Norms.Absolute<T>(x), 1e-9);
    }

    [Fact]
    public void What_is_no_number_shows()
    {
        T[] x = new T[16];
        x[9] = T.NaN;
        Assert.Equal(double.NaN, Norms.Squared<T>(x));
        Assert.Equal(double.NaN, Norms.Absolute<T>(x));
        x[9] = T.NegativeInfinity;
        Assert.Equal(double.PositiveInfinity, Norms.Squared<T>(x));
        Assert.Equal(double.PositiveInfinity, Norms.Absolute<T>(x));
    }
}
