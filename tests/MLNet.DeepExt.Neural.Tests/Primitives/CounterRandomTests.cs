using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.TestSupport;

namespace MLNet.DeepExt.Neural.Tests.Primitives;

public sealed class CounterRandomTests
{
    private const int Draws = 200_000;

    [Fact]
    public void Bits_are_those_of_SplitMix64()
    {
        // The first outputs for this seed, as published with many implementations (Rosetta Code, "Pseudo-random numbers/Splitmix64").
        var random = new CounterRandom(1234567);
        Assert.Equal(
            [6457827717110365317UL, 3203168211198807973UL, 9817491932198370423UL, 4593380528125082431UL, 16408922859458223821UL],
            Enumerable.Range(0, 5).Select(i => random.Bits((ulong)i)));
    }

    [Fact]
    public void Uniform_numbers_lie_in_their_range_and_fill_it_evenly()
    {
        var random = new CounterRandom(1);
        var bins = new int[100];
        for (ulong i = 0; i < Draws; i++)
        {
            double u = random.Uniform(i);
            Assert.True(u is >= 0 and < 1, $"{u}");
            bins[(int)(u * 100)]++;
        }

        ChiSquare.AssertEqualChances(bins);
    }

    [Fact]
    public void Normal_numbers_have_the_moments_of_the_normal_distribution()
    {
        var random = new CounterRandom(2);
        double[] sums = new double[5];
        for (ulong i = 0; i < Draws; i++)
        {
            double x = random.Normal(i);
            for (int power = 1; power <= 4; power++)
                sums[power] += Math.Pow(x, power) / Draws;
        }

        // Within 4 standard errors: the variances of x, x², x³, x⁴ are 1, 2, 15, 96.
        double error = 4 / Math.Sqrt(Draws);
        Assert.InRange(sums[1], -error, error);
        Assert.InRange(sums[2], 1 - error * Math.Sqrt(2), 1 + error * Math.Sqrt(2));
        Assert.InRange(sums[3], -error * Math.Sqrt(15), error * Math.Sqrt(15));
        Assert.InRange(sums[4], 3 - error * Math.Sqrt(96), 3 + error * Math.Sqrt(96));
    }

    [Fact]
    public void Normal_numbers_that_follow_one_another_are_uncorrelated()
    {
        var random = new CounterRandom(3);
        Assert.InRange(Correlation(random.Normal, i => random.Normal(i + 1)), -4 / Math.Sqrt(Draws), 4 / Math.Sqrt(Draws));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(10)]
    [InlineData(97)]
    public void Below_is_unbiased(int bound)
    {
        var random = new CounterRandom(4);
        var counts = new int[bound];
        for (ulong i = 0; i < Draws; i++)
            counts[random.Below(bound, i)]++;
        if (bound > 1)
            ChiSquare.AssertEqualChances(counts);
    }

    [Fact]
    public void Below_the_largest_bound_stays_in_range_and_uses_all_of_it()
    {
        var random = new CounterRandom(5);
        var bins = new int[64];
        for (ulong i = 0; i < Draws; i++)
            bins[random.Below(int.MaxValue, i) >> 25]++;
        ChiSquare.AssertEqualChances(bins);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(1000)]
    public void A_shuffle_is_a_permutation(int length)
    {
        int[] items = [.. Enumerable.Range(0, length)];
        new CounterRandom(6).Shuffle<int>(items);
        Assert.Equal(Enumerable.Range(0, length), items.Order());
    }

    [Fact]
    public void A_shuffle_of_four_items_gives_each_of_the_24_orders_as_often()
    {
        var counts = new Dictionary<string, int>();
        for (ulong key = 0; key < 100_000; key++)
        {
            char[] items = ['a', 'b', 'c', 'd'];
            new CounterRandom(7).Derive(key).Shuffle<char>(items);
            counts[new string(items)] = counts.GetValueOrDefault(new string(items)) + 1;
        }

        Assert.Equal(24, counts.Count);
        ChiSquare.AssertEqualChances([.. counts.Values]);
    }

    [Fact]
    public void A_shuffle_brings_every_item_to_every_place_as_often()
    {
        const int Length = 10;
        var counts = new int[Length * Length];
        for (ulong key = 0; key < 50_000; key++)
        {
            int[] items = [.. Enumerable.Range(0, Length)];
            new CounterRandom(key).Shuffle<int>(items);
            for (int place = 0; place < Length; place++)
                counts[place * Length + items[place]]++;
        }

        // Rows and columns of the table are fixed, which leaves (n - 1)² degrees of freedom.
        (double low, double high) = ChiSquare.Bounds((Length - 1) * (Length - 1));
        Assert.InRange(ChiSquare.OfEqualChances(counts), low, high);
    }

    [Fact]
    public void Derived_generators_are_uncorrelated_with_their_origin_and_with_one_another()
    {
        var origin = new CounterRandom(8);
        CounterRandom first = origin.Derive(1), second = origin.Derive(2);
        CounterRandom[] family = [origin, origin.Derive(0), first, second, first.Derive(2), second.Derive(1), new(9)];
        for (int i = 0; i < family.Length; i++)
        {
            for (int j = 0; j < i; j++)
                Assert.InRange(Correlation(family[i].Uniform, family[j].Uniform), -4 / Math.Sqrt(Draws), 4 / Math.Sqrt(Draws));
        }
    }

    [Fact]
    public void Deriving_depends_on_nothing_but_key_and_name()
    {
        ulong[] keys = [.. Enumerable.Range(0, 10_000).Select(i => new CounterRandom((ulong)(i / 100)).Derive((ulong)(i % 100)).Key)];
        Assert.Equal(10_000, keys.Distinct().Count());
        Assert.Equal(keys[1234], new CounterRandom(12).Derive(34).Key);
    }

    private static double Correlation(Func<ulong, double> first, Func<ulong, double> second)
    {
        double x = 0, y = 0, xx = 0, yy = 0, xy = 0;
        for (ulong i = 0; i < Draws; i++)
        {
            double a = first(i), b = second(i);
            x += a;
            y += b;
            xx += a * a;
            yy += b * b;
            xy += a * b;
        }

        return (Draws * xy - x * y) / Math.Sqrt((Draws * xx - x * x) * (Draws * yy - y * y));
    }
}
