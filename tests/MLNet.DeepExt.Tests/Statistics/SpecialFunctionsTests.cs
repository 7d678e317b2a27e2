using CsCheck;
using MathNet.Numerics;
using MathNet.Numerics.Distributions;
using MLNet.DeepExt.Statistics;
using MLNet.DeepExt.Tests.Reference;

namespace MLNet.DeepExt.Tests.Statistics;

/// <summary>Functions of probability are those of scipy.</summary>
[Trait("Spec", "B5")]
public sealed class SpecialFunctionsTests
{
    private static readonly StatisticsReference Reference = StatisticsReference.Load();

    [Fact]
    public void Normal_quantiles_are_those_of_scipy()
    {
        foreach (double[] line in Reference.Quantiles)
            AssertNear(line[1], NormalDistribution.Quantile(line[0]), 1e-14);
    }

    [Fact]
    public void The_incomplete_gamma_function_is_that_of_scipy()
    {
        foreach (double[] line in Reference.Gammas)
            AssertNear(line[2], IncompleteGamma.Upper(line[0], line[1]), 1e-11);
    }

    [Fact]
    public void The_incomplete_beta_function_is_that_of_scipy()
    {
        foreach (double[] line in Reference.Betas)
            AssertNear(line[3], IncompleteBeta.Of(line[0], line[1], line[2]), 1e-10);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(0.5, 7)]
    [InlineData(300, 12000)]
    public void The_inverse_of_the_incomplete_beta_function_leads_back(double a, double b)
    {
        foreach (double probability in new[] { 1e-6, 0.025, 0.5, 0.975 })
            AssertNear(probability, IncompleteBeta.Of(a, b, IncompleteBeta.Inverse(a, b, probability)), 1e-10);
    }

    [Fact]
    public void Factorials_are_gammas()
    {
        double factorial = 1;
        for (int n = 1; n < 150; n++)
        {
            AssertNear(Math.Log(factorial), LogGamma.Of(n), 1e-14, absolute: 1e-14);
            factorial *= n;
        }
    }

    [Fact]
    public void Random_arguments_give_the_values_of_MathNet()
    {
        Gen.Select(Gen.Double[0.05, 200], Gen.Double[0.05, 200], Gen.Double[0.001, 0.999]).Sample(
            (a, b, x) =>
            {
                AssertNear(SpecialFunctions.GammaLn(a), LogGamma.Of(a), 1e-12, absolute: 1e-12);
                AssertNear(SpecialFunctions.BetaRegularized(a, b, x), IncompleteBeta.Of(a, b, x), 1e-9, absolute: 1e-12);
                AssertNear(SpecialFunctions.GammaUpperRegularized(a, b), IncompleteGamma.Upper(a, b), 1e-9, absolute: 1e-12);
                AssertNear(Normal.InvCDF(0, 1, x), NormalDistribution.Quantile(x), 1e-9, absolute: 1e-12);
                AssertNear(1 - StudentT.CDF(0, 1, a, b / 50), StudentDistribution.Upper(b / 50, a), 1e-9, absolute: 1e-12);
            },
            iter: 2000);
    }

    // In its own size, however small it is.
    private static void AssertNear(double expected, double actual, double relative, double absolute = 1e-300) =>
        Assert.True(Math.Abs(actual - expected) <= relative * Math.Abs(expected) + absolute, $"{actual:r} is not {expected:r}.");
}
