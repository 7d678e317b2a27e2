using MLNet.DeepExt.Neural.Initializers;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Neural.Training;
using MLNet.DeepExt.Neural.Training.Updates;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Neural.Tests.Training;

/// <summary>Factors of learning rates that parameters have.</summary>
[Trait("Spec", "A14")]
public sealed class ParameterRateTests
{
    [Fact]
    public void A_parameter_with_a_factor_goes_so_much_further_beside_the_rate_of_its_layer()
    {
        Network<float> start = TrainedNetworks.Of(Spec(1), 1);
        Network<float> plain = Step(Spec(1), start, []);
        Network<float> changed = Step(Spec(6), start, new() { ["2.learnedscaling"] = 0.5 });
        foreach ((Slot slot, Slot slotOfChanged) in start.Parameters.Slots.Zip(changed.Parameters.Slots))
        {
            double factor = slot.Name == "0.learnedscaling.scale" ? 6 : slot.Name == "2.learnedscaling.scale" ? 3 : 1;
            double[] expected =
                [.. plain.Parameters.Read(slot).Zip(start.Parameters.Read(slot), (after, before) => before + factor * ((double)after - before))];
            Close.Everywhere(expected, Array.ConvertAll(changed.Parameters.Read(slotOfChanged), value => (double)value), 1e-6, slot.Name);
        }
    }

    [Fact]
    public void Parameters_that_are_updated_alike_are_still_updated_together()
    {
        NetworkSpec spec = NetworkSpec.Input(6).Then(new LearnedScaling()).Members(32, inner => inner
            .Then(new MemberScaling { Initializer = new Normal(1) }).Then(new Dense(20) { NeuralTangent = true })
            .Then(new ParametricActivation(new Selu())).Then(new Dense(20) { NeuralTangent = true }).Then(new ParametricActivation(new Selu()))
            .Then(new MemberDense(3) { NeuralTangent = true }));
        UpdatePlan plan = UpdatePlan.OfSlots(new Network<float>(spec), new Dictionary<string, double>(), (_, _) => false);
        // The scale; factors of members; a weight, its bias with the shares of its activation, twice; all heads; their biases.
        Assert.Equal(2 + 2 * 2 + 2, plan.Joined(weightsApart: true).Ranges.Length);
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(-2, "-2")]
    [InlineData(double.PositiveInfinity, "Infinity")]
    public void A_layer_with_an_impossible_factor_is_refused(double factor, string text)
    {
        ArgumentOutOfRangeException error =
            Assert.Throws<ArgumentOutOfRangeException>("rateFactor", () => NetworkSpec.Input(3).Then(new Scaled(factor)));
        Assert.Equal($"A factor of a parameter must be above 0 and finite but is {text}; 1 has no effect.", error.WithoutParameter());
    }

    private static NetworkSpec Spec(double factor) => NetworkSpec.Input(Clusters.Width).Then(new LearnedScaling { RateFactor = factor })
        .Dense(9).Then(new LearnedScaling { RateFactor = factor }).Tanh().Dense(Clusters.Classes);

    private static Network<float> Step(NetworkSpec spec, Network<float> start, Dictionary<string, double> rates)
    {
        var network = new Network<float>(spec);
        foreach ((Slot from, Slot to) in start.Parameters.Slots.Zip(network.Parameters.Slots))
            network.Parameters.Write(to, start.Parameters.Read(from));
        var options = new TrainingOptions
        {
            Optimizer = new GradientDescent(0.1),
            BatchSize = 100,
            MaximumEpochs = 1,
            ValidationFraction = 0,
            LayerRates = rates,
        };
        return new Trainer(network, new SoftmaxCrossEntropy(), options).Train(Clusters.Rows(100)).Network;
    }

    private sealed record Scaled(double Factor) : LayerSpec
    {
        public override Layer<T> Compile<T>(LayerPlace place)
        {
            place.Slots.Vector($"{place.Name}.scale", place.Input.Width, SlotKind.Scale, Factor);
            return new DropoutLayer<T>(place.Input.Width, 0, 1);
        }
    }
}
