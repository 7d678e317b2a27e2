using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.TestSupport;

namespace MLNet.DeepExt.Neural.Tests.Losses;

[Trait("Spec", "A2")]
public sealed class AbsoluteErrorTests
{
    [Theory]
    [InlineData("plain")]
    [InlineData("weighted")]
    [InlineData("missing")]
    [InlineData("scaled")]
    [InlineData("extreme")]
    public void Cost_and_gradient_are_those_of_PyTorch(string name) => LossCases.CheckNumbers("absolute", name, new AbsoluteError());

    [Fact]
    public void An_error_of_0_has_no_slope()
    {
        var costs = new double[1];
        var gradient = RandomBatches.Block(1, 3, [7f, 7, 7]);
        new AbsoluteError().CostAndGradient(
            RandomBatches.Block(1, 3, [0, -1e-30f, 1e-30f]), Target<float>.OfValues(1, 3), [3], 3, costs, gradient, 0, 1);
        Assert.Equal([0, -1 / 3f, 1 / 3f], gradient.ToDoubles());
    }
}
