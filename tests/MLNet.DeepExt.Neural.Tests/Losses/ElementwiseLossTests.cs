using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Neural.Tests.Losses;

[Trait("Spec", "A2")]
public sealed class ElementwiseLossTests
{
    private static readonly Dictionary<string, ElementwiseLoss> Losses = new()
    {
        ["SquaredError"] = new SquaredError(),
        ["AbsoluteError"] = new AbsoluteError(),
        ["Huber"] = new Huber(),
        ["Quantile"] = new Quantile { Quantiles = [0.5] },
    };

    public static TheoryData<string> Names => [.. Losses.Keys];

    [Theory, MemberData(nameof(Names))]
    public void The_output_is_in_the_units_of_the_target(string name)
    {
        double[] logits = LossCases.Reference.Doubles("numbers.logits");
        Assert.Equal(logits, LossCases.Activated(Losses[name], LossCases.Logits("numbers.logits")));
        ElementwiseLoss scaled = Losses[name] with { Scaling = LossCases.Scaling("numbers") };
        double[] outputs = LossCases.Activated(scaled, LossCases.Logits("numbers.logits"));
        Close.Everywhere(LossCases.Reference.Doubles("numbers.activated"), outputs, 1e-15, "output");
    }

    [Theory, MemberData(nameof(Names))]
    public void An_output_that_is_no_number_shows_in_the_cost(string name)
    {
        var costs = new double[1];
        var gradient = new DenseBlock<float>(1, 2);
        Losses[name].CostAndGradient(
            RandomBatches.Block(1, 2, [float.NaN, 1]), Target<float>.OfValues(1, 2), [1], 1, costs, gradient, 0, 1);
        Assert.Equal(double.NaN, costs[0]);
        Assert.Equal(float.NaN, gradient.Row(0)[0]);
        Assert.True(float.IsFinite(gradient.Row(0)[1]));
    }

    [Theory, MemberData(nameof(Names))]
    public void A_class_is_refused(string name)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => Losses[name].Validate(1, Target<float>.OfClasses(2)));
        Assert.Equal(
            $"The target has class 0 but {name} compares numbers; give numbers as the target, or use SoftmaxCrossEntropy.", error.WithoutParameter());
    }

    [Fact]
    public void Values_of_another_width_are_refused()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => new SquaredError().Validate(3, Target<float>.OfValues(5, 4)));
        Assert.Equal("The target has 4 values per row but the network has 3 outputs; they must be equal.", error.WithoutParameter());
    }

    [Fact]
    public void An_infinite_value_is_refused_and_a_missing_one_is_not()
    {
        Target<float> target = Target<float>.OfValues(2, 2);
        target.Values!.Row(0)[0] = float.NaN;
        new SquaredError().Validate(2, target);
        target.Values.Row(1)[1] = float.NegativeInfinity;
        ArgumentException error = Assert.Throws<ArgumentException>(() => new SquaredError().Validate(2, target));
        Assert.Equal("Row 1 of the target has the value -Infinity; it must be finite, or NaN if it is missing.", error.WithoutParameter());
    }

    [Fact]
    public void A_scaling_of_other_targets_is_refused()
    {
        var scaling = new TargetScaling([0, 1], [1, 1]);
        ArgumentException error = Assert.Throws<ArgumentException>(() => new Huber { Scaling = scaling }.Validate(3));
        Assert.Equal("Scaling has 2 targets but the network predicts 3; compute it from the targets of the training rows.", error.WithoutParameter());
        error = Assert.Throws<ArgumentException>(() => new Quantile { Scaling = scaling }.Validate(9));
        Assert.Equal("Scaling has 2 targets but the network predicts 3; compute it from the targets of the training rows.", error.WithoutParameter());
        new Quantile { Scaling = scaling }.Validate(6);
    }

    [Fact]
    public void A_predictor_gives_out_the_units_of_the_target()
    {
        var loss = new SquaredError { Scaling = new TargetScaling([206], [115]) };
        var network = new Network<float>(NetworkSpec.Input(1).Dense(1), seed: 1);
        network.Parameters.Write(network.Parameters.Slots[0], [2]);
        var predictor = new Predictor(network, loss);
        var output = new float[1];
        predictor.Predict([0.5f], 1, output, predictor.CreateBuffer(1));
        Assert.Equal(206 + 115, output[0]);
    }
}
