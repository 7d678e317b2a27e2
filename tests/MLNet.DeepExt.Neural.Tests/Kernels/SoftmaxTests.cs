using System.Numerics;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Tests.TestSupport;

namespace MLNet.DeepExt.Neural.Tests.Kernels;

public sealed class SoftmaxInFloatTests : SoftmaxTests<float>;

public sealed class SoftmaxInDoubleTests : SoftmaxTests<double>;

public abstract class SoftmaxTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [Theory]
    [InlineData(1)]
    [InlineData(30)]
    [InlineData(1e4)]
    public void Equals_the_oracle_at_every_width_whatever_the_padding_holds(double scale)
    {
        var random = new Random(1);
        for (int width = 1; width <= 40; width++)
        {
            foreach (T garbage in new[] { T.NaN, T.PositiveInfinity, T.CreateTruncating(1e30), T.NegativeInfinity })
            {
                T[] logits = Numbers.Uniform<T>(random, width, -scale, scale);
                using var z = GuardedMemory<T>.Filled(Lanes.Pad(width), garbage);
                logits.CopyTo(z.Span);
                using var e = GuardedMemory<T>.Filled(Lanes.Pad(width), T.NaN);

                (T maximum, T sum) = Softmax.Exponentials(width, z.Span, e.Span);

                CheckAgainstOracle(logits, maximum, sum, e.Span);
            }
        }
    }

    [Fact]
    public void The_exponentials_may_take_the_place_of_the_logits()
    {
        T[] logits = Numbers.Uniform<T>(new Random(2), 37, -5, 5);
        T[] memory = [.. logits, .. new T[Lanes.Pad(37) - 37]];
        (T maximum, T sum) = Softmax.Exponentials<T>(37, memory, memory);
        CheckAgainstOracle(logits, maximum, sum, memory);
    }

    [Fact]
    public void A_logit_of_minus_infinity_has_no_probability_and_disturbs_no_other()
    {
        T[] z = new T[16], e = new T[16];
        z[0] = T.NegativeInfinity;
        (T maximum, T sum) = Softmax.Exponentials<T>(3, z, e);
        Assert.Equal((T.Zero, T.One + T.One), (maximum, sum));
        Assert.Equal([T.Zero, T.One, T.One], e[..3]);
    }

    [Fact]
    public void A_logit_that_is_no_number_shows_in_the_sum()
    {
        for (int position = 0; position < 21; position++)
        {
            T[] z = new T[32], e = new T[32];
            z[position] = T.NaN;
            Assert.True(T.IsNaN(Softmax.Exponentials<T>(21, z, e).Sum), $"at {position}");
        }
    }

    [Fact]
    public void Too_short_spans_are_refused()
    {
        Assert.ThrowsAny<ArgumentException>(() => Softmax.Exponentials<T>(17, new T[31], new T[32]));
        Assert.ThrowsAny<ArgumentException>(() => Softmax.Exponentials<T>(17, new T[32], new T[31]));
    }

    private static void CheckAgainstOracle(T[] logits, T maximum, T sum, ReadOnlySpan<T> exponentials)
    {
        Assert.Equal(logits.Max(), maximum);
        double total = 0;
        for (int j = 0; j < logits.Length; j++)
        {
            // The shift is rounded, which moves e^shift by |shift|·u; the exponential itself is within 2 ulp, at most 4u.
            double shift = double.CreateTruncating(logits[j]) - double.CreateTruncating(maximum);
            double expected = Math.Exp(shift);
            total += expected;
            double bound = expected * (Math.Abs(shift) + 4) * Accuracy.UnitRoundoff<T>() + SmallestNormal;
            Assert.True(Math.Abs(double.CreateTruncating(exponentials[j]) - expected) <= bound, $"e^{shift} became {exponentials[j]}");
        }

        Assert.All(exponentials[logits.Length..].ToArray(), padding => Assert.Equal(T.Zero, padding));
        Assert.InRange(double.CreateTruncating(sum) / total, 1 - 100 * Accuracy.UnitRoundoff<T>(), 1 + 100 * Accuracy.UnitRoundoff<T>());
    }

    // What lies below may become 0.
    private static double SmallestNormal => typeof(T) == typeof(float) ? 1.17549435e-38 : 2.2250738585072014e-308;
}
