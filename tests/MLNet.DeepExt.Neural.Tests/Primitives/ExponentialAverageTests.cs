using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.TestSupport;

namespace MLNet.DeepExt.Neural.Tests.Primitives;

[Trait("Spec", "A8")]
public sealed class ExponentialAverageTests
{
    [Fact]
    public void Its_memory_is_that_of_the_course()
    {
        Assert.Equal(9.5, new ExponentialAverage(0.9).Memory, 0.05);
        Assert.Equal(49.5, new ExponentialAverage(0.98).Memory, 0.05);
        // A value that is this old has lost all but 1/e of its weight.
        Assert.Equal(1 / Math.E, Math.Pow(0.9, new ExponentialAverage(0.9).Memory), 1e-15);
        Assert.Equal(0, new ExponentialAverage(0).Memory);
    }

    [Fact]
    public void The_first_two_values_weigh_as_in_the_worked_example()
    {
        // v₂ = 0.0196·θ₁ + 0.02·θ₂, and its correction divides by 0.0396.
        var average = new ExponentialAverage(0.98);
        double v2 = average.Next(average.Next(0, 40), 49);
        Assert.Equal(0.0196 * 40 + 0.02 * 49, v2, 1e-14);
        Assert.Equal(0.0396, average.TotalWeight(2), 1e-15);
        Assert.Equal((0.0196 * 40 + 0.02 * 49) / 0.0396, average.Correct(v2, 2), 1e-13);
    }

    [Fact]
    public void A_corrected_average_of_one_value_is_that_value_and_of_equal_ones_is_that_one()
    {
        foreach (double beta in new[] { 0, 0.5, 0.9, 0.9999 })
            Assert.All(new ExponentialAverage(beta).Smooth([7, 7, 7, 7, 7]), value => Assert.Equal(7, value, 1e-11));
    }

    [Fact]
    public void A_series_is_smoothed_by_the_definition()
    {
        double[] series = Numbers.Uniform<double>(new Random(1), 30);
        double[] smooth = new ExponentialAverage(0.8).Smooth(series);
        for (int t = 1; t <= series.Length; t++)
        {
            double sum = 0, weights = 0;
            for (int i = 1; i <= t; i++)
            {
                sum += Math.Pow(0.8, t - i) * series[i - 1];
                weights += Math.Pow(0.8, t - i);
            }

            Assert.Equal(sum / weights, smooth[t - 1], 1e-13);
        }

        Assert.Empty(new ExponentialAverage(0.8).Smooth([]));
    }

    [Fact]
    public void Many_averages_at_once_are_each_its_own_at_every_length()
    {
        var average = new ExponentialAverage(0.9);
        for (int length = 0; length <= 40; length++)
        {
            double[] first = Numbers.Uniform<double>(new Random(length), length), second = Numbers.Uniform<double>(new Random(99), length);
            double[] expected = [.. first.Zip(second, (a, b) => average.Correct(average.Next(average.Next(0, a), b), 2))];
            Close.Everywhere(expected, Averages(average, first, second), 1e-14, "double");
            float[] floats = Averages(average, Array.ConvertAll(first, x => (float)x), Array.ConvertAll(second, x => (float)x));
            Close.Everywhere(expected, Array.ConvertAll(floats, x => (double)x), 1e-6, "float");
        }
    }

    [Fact]
    public void It_allocates_nothing()
    {
        var average = new ExponentialAverage(0.9);
        float[] v = new float[33], x = new float[33];
        Assert.Equal(0, Allocation.AfterWarmUp(() =>
        {
            average.Accumulate<float>(v, x);
            average.Correct<float>(v, 1, x);
        }));
    }

    [Fact]
    public void An_impossible_memory_is_refused()
    {
        foreach ((double beta, string text) in new[] { (1, "1"), (-0.1, "-0.1"), (double.NaN, "NaN") })
        {
            var error = Assert.Throws<ArgumentOutOfRangeException>(() => new ExponentialAverage(beta));
            Assert.Equal(
                $"β of an ExponentialAverage must be in [0, 1) but is {text}; 0.9 is the usual value. (Parameter 'beta')", error.Message);
        }
    }

    [Fact]
    public void Spans_of_different_lengths_are_refused()
    {
        var average = new ExponentialAverage(0.9);
        Assert.Equal(
            "There are 3 averages but the span values has 2 elements; give it as many. (Parameter 'values')",
            Assert.Throws<ArgumentException>(() => average.Accumulate<float>(new float[3], new float[2])).Message);
        Assert.Equal(
            "There are 3 averages but the span corrected has 4 elements; give it as many. (Parameter 'corrected')",
            Assert.Throws<ArgumentException>(() => average.Correct<float>(new float[3], 1, new float[4])).Message);
    }

    private static T[] Averages<T>(ExponentialAverage average, params T[][] series)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        using var memory = GuardedMemory<T>.Filled(series[0].Length, T.Zero);
        foreach (T[] values in series)
        {
            using var source = GuardedMemory<T>.Of(values);
            average.Accumulate(memory.Span, source.Span);
        }

        average.Correct(memory.Span, series.Length, memory.Span);
        return memory.Span.ToArray();
    }
}
