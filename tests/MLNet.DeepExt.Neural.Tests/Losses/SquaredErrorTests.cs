using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.TestSupport;

namespace MLNet.DeepExt.Neural.Tests.Losses;

[Trait("Spec", "A2")]
public sealed class SquaredErrorTests
{
    [Theory]
    [InlineData("plain")]
    [InlineData("weighted")]
    [InlineData("missing")]
    [InlineData("scaled")]
    [InlineData("extreme")]
    public void Cost_and_gradient_are_those_of_PyTorch(string name) => LossCases.CheckNumbers("squared", name, new SquaredError());

    [Fact]
    public void The_gradient_is_twice_the_error_because_there_is_no_half()
    {
        Target<double> target = Target<double>.OfValues(1, 1);
        target.Values!.Row(0)[0] = 3;
        var costs = new double[1];
        var gradient = new DenseBlock<double>(1, 1);
        new SquaredError().CostAndGradient(RandomBatches.Block(1, 1, [5.0]), target, [1], 1, costs, gradient, 0, 1);
        Assert.Equal([4], costs);
        Assert.Equal([4], gradient.ToDoubles());
    }
}
