using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.Reference;
using MLNet.DeepExt.Neural.Tests.TestSupport;

namespace MLNet.DeepExt.Neural.Tests.Optimizers;

/// <summary>Transforms beside the formulas of their papers, in NumPy.</summary>
[Trait("Spec", "A9")]
public sealed class TransformReferenceTests
{
    private const int Parameters = 6;

    private static readonly ReferenceValues Reference = ReferenceValues.Load("transforms");

    private static readonly Dictionary<string, Optimizer> Cases = new()
    {
        ["lion.defaults"] = new Lion(),
        ["lion.other"] = new Lion { Beta1 = 0.5, Beta2 = 0.7 },
        ["momentum.0.9"] = new Momentum { CorrectBias = true },
        ["momentum.0.6"] = new Momentum { Beta = 0.6, CorrectBias = true },
        ["lookahead.defaults"] = new Chain(new GradientDescent(), new Lookahead()),
        ["lookahead.other"] = new Chain(new GradientDescent(), new Lookahead { Every = 3, Share = 0.8 }),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Every_step_is_that_of_the_formula(string name)
    {
        double[] gradients = Reference.Doubles("gradients"), rates = Reference.Doubles("rates"), expected = Reference.Doubles(name);
        double[] theta = Reference.Doubles("start");
        var state = new double[Cases[name].StatesPerParameter * Parameters];
        for (int step = 1; step <= rates.Length; step++)
        {
            // Six elements: a vector of them and a rest.
            double[] update = gradients[((step - 1) * Parameters)..(step * Parameters)];
            Step(Cases[name], theta, update, state, new TransformStep(step, rates[step - 1]));
            Close.Everywhere(expected[((step - 1) * Parameters)..(step * Parameters)], theta, 1e-12, $"{name}, step {step}");
        }
    }

    [Theory]
    [InlineData(3, 5)]
    [InlineData(20, 7)]
    [InlineData(4, 4)]
    [InlineData(1, 6)]
    public void Muon_moves_matrices_as_the_paper_does(int rows, int columns)
    {
        string name = $"muon.{rows}x{columns}";
        double[] gradients = Reference.Doubles($"{name}.gradients"), rates = Reference.Doubles("rates"), expected = Reference.Doubles(name);
        double[] theta = Reference.Doubles($"{name}.start");
        int count = rows * columns;
        var muon = new Muon();
        var state = new double[muon.StatesPerParameter * count];
        for (int step = 1; step <= 4; step++)
        {
            double[] update = gradients[((step - 1) * count)..(step * count)];
            Step(
                muon, theta, update, state,
                new TransformStep(step, rates[step - 1]) { IsWeight = true, Shape = new Shape(rows, columns) });
            Close.Everywhere(expected[((step - 1) * count)..(step * count)], theta, 1e-9, $"{name}, step {step}");
        }
    }

    [Fact]
    public void The_defaults_are_those_of_the_papers()
    {
        Assert.Equal((0.9, 0.99), (new Lion().Beta1, new Lion().Beta2));
        Assert.Equal((5, 0.5), (new Lookahead().Every, new Lookahead().Share));
        Assert.Equal((0.02, 0.95), (new Muon().LearningRate, new Muon().Beta));
    }

    private static void Step(Optimizer optimizer, double[] theta, double[] update, double[] state, in TransformStep step)
    {
        optimizer.Apply(update, theta, new TransformState<double>(state, theta.Length, 0, theta.Length), step);
        for (int i = 0; i < theta.Length; i++)
            theta[i] -= update[i];
    }
}
