using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Neural.Tests.Optimizers;

[Trait("Spec", "A9")]
public sealed class OptimizerTests
{
    [Fact]
    public void Impossible_rates_are_refused_by_every_rule()
    {
        Assert.Equal("LearningRate must be above 0 but is -1; 0.1 suits most networks.", MessageOf(new GradientDescent(-1)));
        Assert.Equal(
            "LearningRate must be above 0 but is Infinity; 0.1 suits most networks.", MessageOf(new Momentum(double.PositiveInfinity)));
        Assert.Equal("LearningRate must be above 0 but is 0; 0.1 suits most networks.", MessageOf(new Nesterov(0)));
        Assert.Equal("LearningRate must be above 0 but is NaN; 0.001 suits most networks.", MessageOf(new RmsProp(double.NaN)));
        Assert.Equal("LearningRate must be above 0 but is 0; 0.001 suits most networks.", MessageOf(new AdamW(0)));
    }

    [Fact]
    public void An_impossible_weight_decay_is_refused()
    {
        Assert.Equal(
            "WeightDecay must be at least 0 but is -0.5; 0 is none, 0.01 is usual with AdamW.",
            MessageOf(new DecayWeights(-0.5)));
        Assert.Equal(
            "WeightDecay must be at least 0 but is NaN; 0 is none, 0.01 is usual with AdamW.",
            MessageOf(new AdamW { WeightDecay = double.NaN }));
        Assert.Equal(
            "WeightDecay must be at least 0 but is Infinity; 0 is none, 0.01 is usual with AdamW.",
            MessageOf(new Chain(new Adam(), new DecayWeights(double.PositiveInfinity))));
    }

    [Fact]
    public void Impossible_memories_are_refused()
    {
        Assert.Equal("Beta must be in [0, 1) but is 1; 0.9 is the usual value.", MessageOf(new Momentum { Beta = 1 }));
        Assert.Equal("Beta must be in [0, 1) but is -0.1; 0.9 is the usual value.", MessageOf(new Nesterov { Beta = -0.1 }));
        Assert.Equal("Beta2 must be in [0, 1) but is NaN; 0.9 is the usual value.", MessageOf(new RmsProp { Beta2 = double.NaN }));
        Assert.Equal("Beta2 must be in [0, 1) but is 1; 0.999 is the usual value.", MessageOf(new AdamW { Beta2 = 1 }));
        Assert.Equal("Epsilon must be above 0 but is 0; 1e-8 is the usual value.", MessageOf(new RmsProp { Epsilon = 0 }));
        // Above 0 as a double, but not as a float.
        Assert.Equal("Epsilon must be above 0 but is 1E-60; 1e-8 is the usual value.", MessageOf(new RmsProp { Epsilon = 1e-60 }));
    }

    private static string MessageOf(GradientTransform transform) => Assert.Throws<ArgumentException>(transform.Validate).WithoutParameter();
}
