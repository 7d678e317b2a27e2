using System.Numerics;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Tests.TestSupport;

namespace MLNet.DeepExt.Neural.Tests.Kernels;

public sealed class LogisticInFloatTests : LogisticTests<float>;

public sealed class LogisticInDoubleTests : LogisticTests<double>;

public abstract class LogisticTests<T>
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
                using var y = GuardedMemory<T>.Filled(Lanes.Pad(width), T.NaN);

                Logistic.Exponentials(width, z.Span, e.Span);
                Logistic.Sigmoids(width, z.Span, y.Span);

                for (int j = 0; j < width; j++)
                {
                    double logit = double.CreateTruncating(logits[j]);
                    CheckClose(Math.Exp(-Math.Abs(logit)), e.Span[j], $"e^-|{logit}|");
                    CheckClose(logit < 0 ? Math.Exp(logit) / (1 + Math.Exp(logit)) : 1 / (1 + Math.Exp(-logit)), y.Span[j], $"σ({logit})");
                }

                Assert.All(y.Span[width..].ToArray(), padding => Assert.Equal(T.Zero, padding));
            }
        }
    }

    [Fact]
    public void Results_may_take_the_place_of_the_logits()
    {
        T[] logits = [.. Numbers.Uniform<T>(new Random(2), 37, -5, 5), .. new T[Lanes.Pad(37) - 37]];
        T[] expected = new T[logits.Length], memory = [.. logits];
        Logistic.Sigmoids<T>(37, logits, expected);
        Logistic.Sigmoids<T>(37, memory, memory);
        Assert.Equal(expected, memory);

        Logistic.Exponentials<T>(37, logits, expected);
        Logistic.Exponentials<T>(37, logits, logits);
        Assert.Equal(expected[..37], logits[..37]);
    }

    [Fact]
    public void A_logit_that_is_no_number_has_no_probability()
    {
        T[] z = new T[16], y = new T[16];
        z[1] = T.NaN;
        Logistic.Sigmoids<T>(3, z, y);
        Assert.Equal([T.One / (T.One + T.One), T.NaN], y[..2]);
    }

    [Fact]
    public void Too_short_spans_are_refused()
    {
        Assert.ThrowsAny<ArgumentException>(() => Logistic.Sigmoids<T>(17, new T[31], new T[32]));
        Assert.ThrowsAny<ArgumentException>(() => Logistic.Sigmoids<T>(17, new T[32], new T[31]));
        Assert.ThrowsAny<ArgumentException>(() => Logistic.Exponentials<T>(17, new T[31], new T[32]));
        Assert.ThrowsAny<ArgumentException>(() => Logistic.Exponentials<T>(17, new T[32], new T[31]));
    }

    // The exponential is within 2 ulp; the sum and the quotient round once each.
    private static void CheckClose(double expected, T actual, string what)
    {
        double bound = 8 * expected * Accuracy.UnitRoundoff<T>() + SmallestNormal;
        Assert.True(Math.Abs(double.CreateTruncating(actual) - expected) <= bound, $"{what} is {expected} but became {actual}");
    }

    // What lies below may become 0.
    private static double SmallestNormal => typeof(T) == typeof(float) ? 1.17549435e-38 : 2.2250738585072014e-308;
}
