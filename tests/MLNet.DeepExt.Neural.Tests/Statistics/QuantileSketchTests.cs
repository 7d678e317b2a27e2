using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Statistics;

namespace MLNet.DeepExt.Neural.Tests.Statistics;

[Trait("Spec", "B1")]
public sealed class QuantileSketchTests
{
    [Fact]
    public void Quantiles_of_few_numbers_are_those_of_sorting_them()
    {
        var random = new Random(5);
        for (int trial = 0; trial < 500; trial++)
        {
            float[] numbers = [.. Enumerable.Range(0, random.Next(1, 65)).Select(_ => 2000 * random.NextSingle() - 1000)];
            int zeros = random.Next(21), points = random.Next(2, 31);
            QuantileSketch sketch = Of(64, seed: 1, numbers, zeros);
            double[] sorted = [.. numbers.Select(x => (double)x).Concat(new double[zeros]).Order()];
            var expected = new double[points];
            for (int i = 0; i < points; i++)
            {
                double place = i * (sorted.Length - 1.0) / (points - 1);
                int before = Math.Min((int)place, Math.Max(0, sorted.Length - 2));
                double next = sorted[Math.Min(before + 1, sorted.Length - 1)];
                expected[i] = sorted[before] + (next - sorted[before]) * (place - before);
            }

            Assert.Equal(sorted.Length, sketch.Count);
            Assert.All(expected.Zip(sketch.Quantiles(points)), pair => Assert.Equal(pair.First, pair.Second, 1e-7));
        }
    }

    [Fact]
    public void Values_are_all_numbers_once_with_their_counts_as_long_as_it_holds_them()
    {
        float[] numbers = [3, -1, 3, 0, 2, 3, -1];
        Assert.Equal(
            [new ValueCount(-1, 2), new ValueCount(0, 6), new ValueCount(2, 1), new ValueCount(3, 3)], Of(64, 1, numbers, zeros: 5).Values());
        Assert.Empty(Of(64, 1, [], zeros: 0).Values());
    }

    [Fact]
    public void Values_of_more_numbers_than_it_holds_have_counts_that_are_about_right_and_add_up_and_the_ends()
    {
        var random = new Random(4);
        const int count = 100_000;
        float[] numbers = [.. Enumerable.Range(0, count).Select(i => i % 4 == 0 ? 5 : i == 777 ? -50 : i == 778 ? 60 : 10 * random.NextSingle() + 1)];
        IReadOnlyList<ValueCount> values = Of(256, 1, numbers, zeros: count).Values();
        Assert.Equal(2L * count, values.Sum(value => value.Count));
        Assert.Equal((-50, 60), (values[0].Value, values[^1].Value));
        Assert.Equal(count, values.Single(value => value.Value == 0).Count);
        Assert.InRange(values.Single(value => value.Value == 5).Count, 0.2 * count, 0.3 * count);
        Assert.Equal(values.Count, values.Select(value => value.Value).Distinct().Count());
        Assert.Equal(values.OrderBy(value => value.Value), values);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(257)]
    public void A_capacity_that_cannot_be_halved_is_refused(int capacity)
    {
        ArgumentException refused = Assert.Throws<ArgumentOutOfRangeException>(() => new QuantileSketch(capacity, new CounterRandom(1)));
        Assert.Equal("capacity", refused.ParamName);
        Assert.StartsWith(
            $"The capacity of a QuantileSketch must be even and at least 2 but is {capacity}; CapacityFor gives the usual one.", refused.Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ascending")]
    [InlineData("descending")]
    [InlineData("shuffled")]
    [InlineData("to and fro")]
    public void Ranks_of_a_million_numbers_are_off_by_about_one_part_in_the_capacity(string order)
    {
        const int Count = 1_000_000, Capacity = 256, Points = 101, Sketches = 20;
        float[] numbers = [.. Enumerable.Range(1, Count).Select(i => (float)i)]; // the number is its rank
        switch (order)
        {
            case "descending":
                Array.Reverse(numbers);
                break;
            case "shuffled":
                new CounterRandom(9).Shuffle<float>(numbers);
                break;
            case "to and fro":
                numbers = [.. Enumerable.Range(0, Count).Select(i => i % 2 == 0 ? 1 + i / 2 : (float)(Count - i / 2))];
                break;
        }

        double squares = 0, largest = 0;
        for (int seed = 0; seed < Sketches; seed++)
        {
            double[] quantiles = Of(Capacity, (ulong)seed, numbers, zeros: 0).Quantiles(Points);
            Assert.Equal((1, Count), (quantiles[0], quantiles[^1]));
            for (int i = 0; i < Points; i++)
            {
                double error = (quantiles[i] - (1 + i * (Count - 1.0) / (Points - 1))) / Count;
                squares += error * error;
                largest = Math.Max(largest, Math.Abs(error));
            }
        }

        double deviation = Math.Sqrt(squares / (Sketches * Points)) * Capacity;
        Assert.InRange(deviation, 0.05, 1.4); // less would be luck, more a fault
        Assert.InRange(largest * Capacity, 0, 6);
    }

    [Fact]
    public void Every_number_is_counted_however_many_there_are()
    {
        var sketch = new QuantileSketch(256, new CounterRandom(1));
        for (int i = 0; i < 100_000; i++)
            sketch.Add(5);
        sketch.AddZeros(5_000_000_000);
        Assert.Equal(5_000_100_000, sketch.Count);
        Assert.Equal([0, 0, 0, 5], sketch.Quantiles(4));
        sketch.Add(-1); // an order of its own is not asked for
        Assert.Equal([-1, 0, 5], sketch.Quantiles(3));
    }

    [Fact]
    public void The_same_seed_gives_the_same_quantiles_and_another_one_others()
    {
        float[] numbers = [.. Enumerable.Range(0, 20_000).Select(i => (float)new CounterRandom(3).Uniform((ulong)i) + 1)];
        Assert.Equal(Of(256, 1, numbers, 0).Quantiles(100), Of(256, 1, numbers, 0).Quantiles(100));
        Assert.NotEqual(Of(256, 1, numbers, 0).Quantiles(100), Of(256, 2, numbers, 0).Quantiles(100));
    }

    [Theory]
    [InlineData(0, 8192)]
    [InlineData(1, 8192)]
    [InlineData(128, 8192)]
    [InlineData(784, 1336)]
    [InlineData(4096, 256)]
    [InlineData(1_000_000, 256)]
    public void The_capacity_follows_from_the_number_of_sketches_and_is_even(int sketches, int expected) =>
        Assert.Equal(expected, QuantileSketch.CapacityFor(sketches));

    private static QuantileSketch Of(int capacity, ulong seed, float[] numbers, int zeros)
    {
        var sketch = new QuantileSketch(capacity, new CounterRandom(seed));
        foreach (float number in numbers)
            sketch.Add(number);
        sketch.AddZeros(zeros);
        return sketch;
    }
}
