using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Tests.Primitives;

public sealed class RandomSequenceTests
{
    private const int Count = 200_000;

    [Theory]
    [InlineData(0.2)]
    [InlineData(1)]
    [InlineData(3)]
    public void Beta_has_the_moments_of_a_beta_distribution(double alpha)
    {
        var random = new RandomSequence(new CounterRandom(1));
        double[] values = [.. Enumerable.Range(0, Count).Select(_ => random.Beta(alpha))];
        Assert.All(values, value => Assert.InRange(value, 0, 1));
        // Of a mean, the standard error is at most 0.5/√n; of the others about as much.
        Assert.Equal(0.5, values.Average(), 0.005);
        Assert.Equal(1 / (4 * (2 * alpha + 1)), values.Average(value => (value - 0.5) * (value - 0.5)), 0.003);
        Assert.Equal(
            3 / (16 * (2 * alpha + 1) * (2 * alpha + 3)), values.Average(value => Math.Pow(value - 0.5, 4)), 0.002);
    }

    [Fact]
    public void Beta_of_a_tiny_parameter_is_all_or_nothing()
    {
        var random = new RandomSequence(new CounterRandom(1));
        double[] values = [.. Enumerable.Range(0, 1000).Select(_ => random.Beta(1e-5))];
        Assert.All(values, value => Assert.True(value is < 0.01 or > 0.99, $"{value}"));
        Assert.InRange(values.Count(value => value > 0.5), 400, 600);
    }

    [Fact]
    public void Normal_numbers_have_the_moments_of_a_normal_distribution_and_are_not_correlated()
    {
        var random = new RandomSequence(new CounterRandom(2));
        var values = new float[Count + 5];
        random.FillNormal(values);
        Assert.Equal(0, values.Average(value => (double)value), 0.01);
        Assert.Equal(1, values.Average(value => (double)value * value), 0.02);
        Assert.Equal(0, values.Average(value => Math.Pow(value, 3)), 0.05);
        Assert.Equal(3, values.Average(value => Math.Pow(value, 4)), 0.1);
        foreach (int lag in new[] { 1, 7, 8, 16 })
            Assert.Equal(0, Enumerable.Range(0, Count - lag).Average(i => (double)values[i] * values[i + lag]), 0.01);
        Assert.InRange(values.Max(), 4, 6.8f);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(1003)]
    public void Uniform_numbers_fill_their_range(int length)
    {
        var random = new RandomSequence(new CounterRandom(3));
        var all = new List<float>();
        while (all.Count < Count)
        {
            var values = new float[length];
            random.FillUniform(values, 5);
            all.AddRange(values);
        }

        Assert.All(all, value => Assert.InRange(value, -5, 5));
        Assert.Equal(0, all.Average(value => (double)value), 0.04);
        Assert.Equal(25 / 3.0, all.Average(value => (double)value * value), 0.06);
        Assert.Equal(0, Enumerable.Range(0, Count - 1).Average(i => (double)all[i] * all[i + 1]), 0.1);
    }
}
