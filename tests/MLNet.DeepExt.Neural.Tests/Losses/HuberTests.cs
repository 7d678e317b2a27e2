using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Neural.Tests.Losses;

[Trait("Spec", "A2")]
public sealed class HuberTests
{
    [Theory]
    [InlineData("huber", 1, "plain")]
    [InlineData("huber", 1, "weighted")]
    [InlineData("huber", 1, "missing")]
    [InlineData("huber", 1, "scaled")]
    [InlineData("huber", 1, "extreme")]
    [InlineData("huber_0.5", 0.5, "plain")]
    [InlineData("huber_0.5", 0.5, "weighted")]
    [InlineData("huber_0.5", 0.5, "missing")]
    [InlineData("huber_0.5", 0.5, "scaled")]
    [InlineData("huber_0.5", 0.5, "extreme")]
    public void Cost_and_gradient_are_those_of_PyTorch(string family, double delta, string name) =>
        LossCases.CheckNumbers(family, name, new Huber { Delta = delta });

    [Theory]
    [InlineData(0, "0")]
    [InlineData(-1, "-1")]
    [InlineData(1e-60, "1E-60")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "Infinity")]
    public void A_delta_that_is_no_distance_is_refused(double delta, string text)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => new Huber { Delta = delta }.Validate(1));
        Assert.Equal($"Delta of a Huber must be above 0 and finite but is {text}; 1 is the usual value.", error.WithoutParameter());
    }
}
