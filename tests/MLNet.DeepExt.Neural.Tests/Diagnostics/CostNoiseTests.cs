using MLNet.DeepExt.Neural.Diagnostics;

namespace MLNet.DeepExt.Neural.Tests.Diagnostics;

[Trait("Spec", "A12")]
public sealed class CostNoiseTests
{
    [Theory]
    [InlineData(1e-12)]
    [InlineData(1e-9)]
    public void Noise_that_was_added_is_found_beside_a_smooth_cost(double deviation)
    {
        // Over many series, since one of 20 differences is good for a factor of two; of four estimates it takes the largest.
        double sum = 0;
        for (int series = 0; series < 200; series++)
        {
            var random = new Random(series);
            sum += CostNoise.Estimate(at => 0.3 + 0.7 * at + deviation * Normal(random));
        }

        Assert.InRange(sum / 200, deviation, 1.7 * deviation);
    }

    [Fact]
    public void A_bend_does_not_count_as_noise() =>
        Assert.InRange(CostNoise.Estimate(at => 0.3 + Math.Max(0, at - 1.2e-8)), 0, 1e-15);

    [Fact]
    public void It_is_at_least_half_a_unit_in_the_last_place() => Assert.Equal(5 * Math.Pow(2, -53), CostNoise.Estimate(_ => -5));

    [Fact]
    public void A_rough_cost_is_found_out_though_it_is_flat_over_a_short_way() =>
        Assert.InRange(CostNoise.Estimate(at => (float)Math.Sin(0.7 + at)), 1e-9, 1e-7); // floats near 0.64 are 6e-8 apart

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
