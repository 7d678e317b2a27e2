using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Persistence;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Neural.Tests.Layers;

public sealed class ParametricActivationTests
{
    private const int Width = 19, Rows = 40;

    public static TheoryData<string> Kinds => [.. Specimens.KindsOf(typeof(Activation)).Select(kind => kind.Name)];

    [Theory, MemberData(nameof(Kinds))]
    public void It_begins_as_the_activation_to_the_bit(string kind)
    {
        Activation inner = InnerOf(kind);
        float[] expected = Outputs(new Network<float>(NetworkSpec.Input(Width).Then(inner)));
        float[] actual = Outputs(new Network<float>(NetworkSpec.Input(Width).Then(new ParametricActivation(inner))));
        Assert.True(Accuracy.SameBits<float>(expected, actual));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Each_unit_takes_its_share_of_the_activation(string kind)
    {
        Activation inner = InnerOf(kind);
        var network = new Network<float>(NetworkSpec.Input(Width).Then(new ParametricActivation(inner)));
        float[] shares = [.. Enumerable.Range(0, Width).Select(unit => 0.25f * unit - 1)];
        network.Parameters.Write(network.Parameters.Slots[0], shares);
        float[] x = Outputs(new Network<float>(NetworkSpec.Input(Width))), f = Outputs(new Network<float>(NetworkSpec.Input(Width).Then(inner)));
        double[] expected = [.. x.Select((value, i) => value + shares[i % Width] * ((double)f[i] - value))];
        Close.Everywhere(expected, Array.ConvertAll(Outputs(network), value => (double)value), 1e-6, kind);
    }

    [Fact]
    public void A_slope_of_ReLU_that_is_learned_is_PReLU()
    {
        // x + a·(max(0, x) - x) is (1 - a)·x below 0.
        var network = new Network<float>(NetworkSpec.Input(1).Then(new ParametricActivation(new Relu())));
        network.Parameters.Write(network.Parameters.Slots[0], [0.75f]);
        var input = new DenseBlock<float>(2, 1);
        (input.Row(0)[0], input.Row(1)[0]) = (-2, 3);
        Assert.Equal([-0.5, 3], network.Forward(input, network.CreateWorkspace(2), ForwardMode.Inference).ToDoubles());
    }

    [Fact]
    public void An_activation_with_a_layer_of_its_own_is_refused()
    {
        var spec = new ParametricActivation(new OwnLayer());
        Assert.Equal(
            "OwnLayer has a custom layer, from which ParametricActivation cannot take f; return Elementwise from its Compile.",
            Assert.Throws<ArgumentException>("Inner", () => NetworkSpec.Input(3).Then(spec)).WithoutParameter());
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(-1, "-1")]
    [InlineData(double.NaN, "NaN")]
    public void Impossible_factors_of_rates_are_refused(double factor, string text)
    {
        Assert.Equal(
            $"RateFactor of ParametricActivation must be above 0 and finite but is {text}; 0.1 is the usual value.",
            MessageOf(new ParametricActivation(new Relu()) { RateFactor = factor }));
        Assert.Equal(
            $"RateFactor of LearnedScaling must be above 0 and finite but is {text}; 6 is the usual value.",
            MessageOf(new LearnedScaling { RateFactor = factor }));

        static string MessageOf(LayerSpec layer) =>
            Assert.Throws<ArgumentException>("RateFactor", () => NetworkSpec.Input(3).Then(layer)).WithoutParameter();
    }

    [Fact]
    public void A_file_whose_activation_is_none_is_refused()
    {
        Assert.Equal(
            new ParametricActivation(new LeakyRelu { Slope = 0.2 }),
            KindRegistry.FromJson<LayerSpec>("""{"kind":"ParametricActivation","inner":{"kind":"LeakyRelu","slope":0.2}}"""));
        Assert.StartsWith(
            "The description of a LayerSpec is not valid: A Dense is not an activation.",
            Assert.Throws<InvalidDataException>(
                () => KindRegistry.FromJson<LayerSpec>("""{"kind":"ParametricActivation","inner":{"kind":"Dense","units":2}}""")).Message,
            StringComparison.Ordinal);
    }

    private static Activation InnerOf(string kind) => (Activation)Specimens.Layers.First(layer => layer.GetType().Name == kind);

    private static float[] Outputs(Network<float> network)
    {
        DenseBlock<float> input = RandomBatches.Block<float>(Rows, Width, new Random(1));
        return [.. network.Forward(input, network.CreateWorkspace(Rows), ForwardMode.Train).ToDoubles().Select(value => (float)value)];
    }

    private sealed record OwnLayer : Activation
    {
        public override Layer<T> Compile<T>(LayerPlace place) => new DropoutLayer<T>(place.Input.Width, 0, 1);
    }
}
