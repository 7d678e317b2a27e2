using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Tests.Reference;
using MLNet.DeepExt.Neural.Tests.TestSupport;

namespace MLNet.DeepExt.Neural.Tests.Optimizers;

[Trait("Spec", "A9")]
public sealed class ReferenceStepsTests
{
    private const int Steps = 12;
    private const int Parameters = 6;

    private static readonly ReferenceValues Reference = ReferenceValues.Load("rules");

    public static TheoryData<string> Names =>
    [
        "descent", "momentum.0.9", "momentum.0.6", "nesterov.0.9", "nesterov.0.6", "rmsprop.torch.0.9", "rmsprop.torch.0.99",
        "rmsprop.formula.0.9", "rmsprop.formula.0.999", "adamw.defaults", "adamw.other",
    ];

    // Adam has a file of its own.
    [Theory, MemberData(nameof(Names))]
    public void Every_step_is_that_of_PyTorch_or_the_formula(string name)
    {
        Optimizer optimizer = Create(name);
        double[] gradients = Reference.Doubles("optimizer.gradients");
        double[] rates = Reference.Doubles($"{name}.rates");
        double[] expected = Reference.Doubles($"{name}.parameters");

        var theta = new double[Lanes.Strip];
        Reference.Doubles("optimizer.start").CopyTo(theta, 0);
        var state = new double[optimizer.StatesPerParameter * Lanes.Strip];
        for (int step = 1; step <= Steps; step++)
        {
            var update = new double[Lanes.Strip];
            gradients.AsSpan((step - 1) * Parameters, Parameters).CopyTo(update);
            var now = new TransformStep(step, rates[step - 1]) { IsWeight = true };
            optimizer.Apply(update, theta, new TransformState<double>(state, Lanes.Strip, 0, Lanes.Strip), now);
            for (int i = 0; i < theta.Length; i++)
                theta[i] -= update[i];
            Close.Everywhere(expected[((step - 1) * Parameters)..(step * Parameters)], theta[..Parameters], 1e-13, $"{name}, step {step}");
        }
    }

    [Fact]
    public void The_defaults_are_those_of_the_reference()
    {
        var adamW = new AdamW();
        Assert.Equal(Reference.Doubles("adamw.defaults.options"), new[] { adamW.Beta1, adamW.Beta2, adamW.Epsilon, adamW.WeightDecay });
        var rmsProp = new RmsProp();
        Assert.Equal(Reference.Doubles("rmsprop.formula.0.9.options"), new[] { rmsProp.Beta2, rmsProp.Epsilon });
        Assert.Equal(Reference.Doubles("momentum.0.9.options")[0], new Momentum().Beta);
        Assert.Equal(Reference.Doubles("nesterov.0.9.options")[0], new Nesterov().Beta);
        Assert.Equal(0.001, new AdamW(0.001).LearningRate);
        Assert.Equal(new AdamW(), new AdamW(0.001) { WeightDecay = 0.01 });
    }

    private static Optimizer Create(string name)
    {
        double[] options = Reference.Doubles($"{name}.options");
        return name.Split('.')[0] switch
        {
            "descent" => new GradientDescent(),
            "momentum" => new Momentum { Beta = options[0] },
            "nesterov" => new Nesterov { Beta = options[0] },
            "rmsprop" => new RmsProp { Beta2 = options[0], Epsilon = options[1] },
            "adamw" => new AdamW { Beta1 = options[0], Beta2 = options[1], Epsilon = options[2], WeightDecay = options[3] },
            _ => throw new ArgumentException(name),
        };
    }
}
