using MLNet.DeepExt.Statistics;
using MLNet.DeepExt.Tests.Reference;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Tests.Statistics;

[Trait("Spec", "B1")]
public sealed class NormalDistributionTests
{
    private readonly RobustAndQuantileReference _reference = RobustAndQuantileReference.Load();

    [Fact]
    public void Percentage_points_are_those_of_SciPy()
    {
        for (int i = 0; i < _reference.Probabilities.Length; i++)
        {
            double actual = NormalDistribution.Quantile(_reference.Probabilities[i]);
            Numbers.AssertClose(_reference.PercentagePoints[i], actual, 1e-14, scale: 0.1);
        }
    }

    [Fact]
    public void Tails_are_those_of_SciPy()
    {
        for (int i = 0; i < _reference.Tails.Length; i++)
        {
            double actual = NormalDistribution.Tail(_reference.TailPoints[i]);
            Assert.Equal(_reference.Tails[i], actual, 4e-16);
            if (_reference.TailPoints[i] <= 5.2)
                Numbers.AssertClose(_reference.Tails[i], actual, 1e-10);
        }
    }

    [Fact]
    public void One_undoes_the_other()
    {
        for (double x = -5.19; x < 5.2; x += 0.01)
        {
            double tail = NormalDistribution.Tail(Math.Abs(x));
            Assert.Equal(x, NormalDistribution.Quantile(x < 0 ? tail : 1 - tail), 1e-9);
        }
    }
}
