using CsCheck;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Tests.Support;
using MLNet.DeepExt.Transforms.Normalization;

namespace MLNet.DeepExt.Tests.Transforms.Normalization;

[Trait("Spec", "B1")]
public sealed class QuantileSketchTests
{
    [Fact]
    public void Quantiles_of_few_numbers_are_those_of_sorting_them()
    {
        Gen.Select(Gen.Float[-1000, 1000].Array[1, 64], Gen.Int[0, 20], Gen.Int[2, 30]).Sample(
            (numbers, zeros, points) =>
            {
                QuantileSketch sketch = Of(64, seed: 1, numbers, zeros);
                double[] sorted = [.. numbers.Select(x => (double)x).Concat(new double[zeros]).Order()];
                double[] actual = sketch.Quantiles(points);
                Assert.Equal(sorted.Length, sketch.Count);
                for (int i = 0; i < points; i++)
                {
                    double place = i * (sorted.Length - 1.0) / (points - 1);
                    int before = Math.Min((int)place, Math.Max(0, sorted.Length - 2));
                    double next = sorted[Math.Min(before + 1, sorted.Length - 1)];
                    double expected = sorted[before] + (next - sorted[before]) * (place - before);
                    Numbers.AssertClose(expected, actual[i], 1e-10, scale: 1000);
                }
            },
            iter: 500,
            seed: "0000KOIPe036");
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
        Assert.InRange(deviation, 0.05, 1.4); // nobody is that lucky, nor that unlucky
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
