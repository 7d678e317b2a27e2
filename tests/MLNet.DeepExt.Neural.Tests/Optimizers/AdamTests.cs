using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Tests.Reference;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Neural.Tests.Optimizers;

[Trait("Spec", "A9")]
public sealed class AdamTests
{
    private const int Parameters = 6;

    [Theory]
    [InlineData("defaults")]
    [InlineData("other")]
    public void Every_step_is_that_of_PyTorch(string name)
    {
        ReferenceValues reference = ReferenceValues.Load();
        double[] options = reference.Doubles($"adam.{name}.options");
        var adam = new Adam(options[0]) { Beta1 = options[1], Beta2 = options[2], Epsilon = options[3] };
        double[] gradients = reference.Doubles("adam.gradients");
        double[] expected = reference.Doubles($"adam.{name}.parameters");

        var theta = new double[Lanes.Strip];
        reference.Doubles("adam.start").CopyTo(theta, 0);
        var state = new double[adam.StatesPerParameter * Lanes.Strip];
        for (int step = 1; step <= 10; step++)
        {
            var gradient = new double[Lanes.Strip];
            gradients.AsSpan((step - 1) * Parameters, Parameters).CopyTo(gradient);
            var now = new TransformStep(step, adam.LearningRate);
            adam.Apply(gradient, default, new TransformState<double>(state, Lanes.Strip, 0, Lanes.Strip), now);
            Elementwise.Subtract<double>(gradient, theta);
            Close.Everywhere(expected[((step - 1) * Parameters)..(step * Parameters)], theta[..Parameters], 1e-14, $"step {step}");
        }
    }

    [Fact]
    public void The_defaults_are_those_of_PyTorch()
    {
        double[] options = ReferenceValues.Load().Doubles("adam.defaults.options");
        var adam = new Adam();
        Assert.Equal(options, new[] { adam.LearningRate, adam.Beta1, adam.Beta2, adam.Epsilon });
    }

    [Fact]
    public void Updating_range_by_range_is_updating_the_whole()
    {
        var random = new Random(3);
        const int length = 5 * Lanes.Strip;
        float[] gradient = [.. Enumerable.Range(0, length).Select(_ => (float)random.NextDouble() - 0.5f)];
        float[] parts = [.. gradient];
        var adam = new Adam();
        var state = new float[2 * length];
        var stateOfParts = new float[2 * length];
        var step = new TransformStep(1, adam.LearningRate);
        adam.Apply(gradient, default, new TransformState<float>(state, length, 0, length), step);
        foreach ((int from, int to) in new[] { (0, 16), (16, 64), (64, 80) })
            adam.Apply(parts.AsSpan(from, to - from), default, new TransformState<float>(stateOfParts, length, from, to - from), step);

        Assert.Equal(gradient, parts);
        Assert.Equal(state, stateOfParts);
    }

    [Fact]
    public void A_parameter_whose_gradient_is_always_zero_stays()
    {
        var gradient = new float[Lanes.Strip];
        var state = new float[2 * Lanes.Strip];
        new Adam().Apply(gradient, default, new TransformState<float>(state, Lanes.Strip, 0, Lanes.Strip), new TransformStep(1, 0.001));
        Assert.All(gradient, update => Assert.Equal(0, update));
    }

    [Fact]
    public void Impossible_rates_are_refused()
    {
        Assert.Equal("LearningRate must be above 0 but is 0; 0.001 suits most networks.", MessageOf(new Adam(0)));
        Assert.Equal("LearningRate must be above 0 but is NaN; 0.001 suits most networks.", MessageOf(new Adam(double.NaN)));
        Assert.Equal("Beta1 must be in [0, 1) but is 1; 0.9 is the usual value.", MessageOf(new Adam { Beta1 = 1 }));
        Assert.Equal("Beta2 must be in [0, 1) but is -0.5; 0.999 is the usual value.", MessageOf(new Adam { Beta2 = -0.5 }));
        Assert.Equal("Epsilon must be above 0 but is 0; 1e-8 is the usual value.", MessageOf(new Adam { Epsilon = 0 }));
    }

    private static string MessageOf(Adam adam) => Assert.Throws<ArgumentException>(adam.Validate).WithoutParameter();
}
