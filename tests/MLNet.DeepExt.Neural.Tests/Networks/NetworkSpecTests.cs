using MLNet.DeepExt.Neural.Initializers;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Neural.Tests.Networks;

public sealed class NetworkSpecTests
{
    [Fact]
    public void The_builder_gives_the_layers_in_the_order_of_the_words()
    {
        NetworkSpec spec = NetworkSpec.Input(784).Dense(256).BatchNorm().Relu().LeakyRelu(0.2).Tanh().Sigmoid().Dropout(0.8f).Then(new Linear());
        Assert.Equal(784, spec.Inputs);
        Assert.Equal(256, spec.Outputs);
        LayerSpec[] expected =
            [new Dense(256), new BatchNorm(), new Relu(), new LeakyRelu { Slope = 0.2 }, new Tanh(), new Sigmoid(), new Dropout(0.8f), new Linear()];
        Assert.Equal(expected, spec.Layers);
        Assert.Equal(
            [
                new Elu(), new Elu { Alpha = 0.5 }, new Selu(), new Gelu(), new Gelu { TanhApproximation = true }, new Swish(), new Mish(),
                new Softplus(), new Softplus { Beta = 2, Threshold = 3 }, new LayerNorm(),
            ],
            NetworkSpec.Input(3).Elu().Elu(0.5).Selu().Gelu().Gelu(tanhApproximation: true).Swish().Mish().Softplus().Softplus(2, 3).LayerNorm()
                .Layers);
    }

    [Fact]
    public void Without_layers_a_network_passes_its_inputs_on() => Assert.Equal((7, 7), (NetworkSpec.Input(7).Inputs, NetworkSpec.Input(7).Outputs));

    [Fact]
    public void The_first_layers_are_a_network_too()
    {
        NetworkSpec spec = NetworkSpec.Input(4).Dense(3).Relu().Dense(2);
        Assert.Equal(NetworkSpec.Input(4), spec.Take(0));
        Assert.Equal(NetworkSpec.Input(4).Dense(3).Relu(), spec.Take(2));
        Assert.Equal(spec, spec.Take(3));
        foreach (int layers in new[] { -1, 4 })
        {
            Assert.Equal(
                $"The first {layers} layers are wanted but the network has 3; take from 0 to 3. (Parameter 'layers')",
                Assert.Throws<ArgumentException>("layers", () => spec.Take(layers)).Message);
        }
    }

    [Fact]
    public void Specs_are_equal_by_value()
    {
        NetworkSpec spec = NetworkSpec.Input(4).Then(new Dense(3) { Initializer = new He() }).BatchNorm().Dropout(0.5f);
        NetworkSpec same = new(4, [new Dense(3) { Initializer = new He() }, new BatchNorm(), new Dropout(0.5f)]);
        Assert.Equal(spec, same);
        Assert.True(spec.Equals((object)same));
        Assert.Equal(spec.GetHashCode(), same.GetHashCode());
        NetworkSpec[] others =
        [
            NetworkSpec.Input(4),
            new(5, spec.Layers),
            spec.Relu(),
            new(4, spec.Layers.Reverse()),
            new(4, [new Dense(3) { Initializer = new Xavier() }, new BatchNorm(), new Dropout(0.5f)]),
            new(4, [new Dense(3) { Initializer = new He() }, new BatchNorm { Momentum = 0.8 }, new Dropout(0.5f)]),
            new(4, [new Dense(3) { Initializer = new He() }, new BatchNorm(), new Dropout(0.6f)]),
        ];
        Assert.All(others, other => Assert.NotEqual(spec, other));
        Assert.False(spec.Equals(null));
        Assert.False(spec.Equals((object)"spec"));
    }

    [Fact]
    public void Every_kind_of_layer_differs_from_every_other_in_value_and_hash()
    {
        NetworkSpec[] specs = [.. Specimens.Layers.Select(layer => NetworkSpec.Input(4).Then(layer))];
        Assert.Equal(specs.Length, specs.Distinct().Count());
        Assert.Equal(specs.Length, specs.Select(spec => spec.GetHashCode()).Distinct().Count());
    }

    [Fact]
    public void A_spec_never_changes()
    {
        LayerSpec[] layers = [new Dense(3), new Relu()];
        var spec = new NetworkSpec(4, layers);
        layers[0] = new Dense(5);
        Assert.Equal(new Dense(3), spec.Layers[0]);
        Assert.False(spec.Layers is LayerSpec[], "the array behind the layers is handed out");
        spec.Dense(9);
        Assert.Equal(2, spec.Layers.Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    public void A_network_without_inputs_is_refused(int inputs)
    {
        var exception = Assert.Throws<ArgumentException>("inputs", () => new NetworkSpec(inputs, []));
        Assert.Equal($"A network needs at least 1 input but has {inputs}; give it the length of a row. (Parameter 'inputs')", exception.Message);
    }

    [Fact]
    public void A_missing_layer_is_refused()
    {
        Assert.Throws<ArgumentNullException>("layers", () => new NetworkSpec(4, null!));
        Assert.Equal(
            "Layer 1 is null; remove it. (Parameter 'layers')",
            Assert.Throws<ArgumentException>("layers", () => new NetworkSpec(4, [new Relu(), null!])).Message);
    }

    public static TheoryData<string, string> ImpossibleLayers => new()
    {
        { "Units 0", "Units of a Dense layer must be at least 1 but is 0; it is the number of outputs." },
        { "Keep 0", "KeepProbability must be from 0.000001 to 1 but is 0; use 1 to keep every unit." },
        { "Keep 1.5", "KeepProbability must be from 0.000001 to 1 but is 1.5; use 1 to keep every unit." },
        { "Keep NaN", "KeepProbability must be from 0.000001 to 1 but is NaN; use 1 to keep every unit." },
        { "Slope 1", "Slope of a LeakyRelu must be in [0, 1) but is 1; 0.01 is the usual value." },
        { "Slope -0.1", "Slope of a LeakyRelu must be in [0, 1) but is -0.1; 0.01 is the usual value." },
        { "Slope NaN", "Slope of a LeakyRelu must be in [0, 1) but is NaN; 0.01 is the usual value." },
        { "Momentum 1", "Momentum of a BatchNorm must be in [0, 1) but is 1; it is the weight of the previous value; 0.9 is the default." },
        { "Momentum NaN", "Momentum of a BatchNorm must be in [0, 1) but is NaN; it is the weight of the previous value; 0.9 is the default." },
        { "Epsilon 0", "Epsilon of a BatchNorm must be above 0 but is 0; 1e-5 is the usual value." },
        { "Epsilon -0.5", "Epsilon of a BatchNorm must be above 0 but is -0.5; 1e-5 is the usual value." },
        { "Epsilon Infinity", "Epsilon of a BatchNorm must be above 0 but is Infinity; 1e-5 is the usual value." },
    };

    [Theory]
    [MemberData(nameof(ImpossibleLayers))]
    public void An_impossible_layer_is_refused_with_the_remedy(string property, string message) => Culture.Run("de-DE", () =>
    {
        double value = double.Parse(property.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
        LayerSpec layer = property.Split(' ')[0] switch
        {
            "Units" => new Dense((int)value),
            "Keep" => new Dropout((float)value),
            "Slope" => new LeakyRelu { Slope = value },
            "Momentum" => new BatchNorm { Momentum = value },
            _ => new BatchNorm { Epsilon = value },
        };
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => NetworkSpec.Input(4).Then(layer)).WithoutParameter());
    });

    [Fact]
    public void It_prints_as_a_table_in_any_culture() => Culture.Run("de-DE", () => Assert.Equal(
        """
        Layer                       Outputs   Parameters
        Input                           784            0
        Dense(256)                      256      200,704
        BatchNorm                       256          512
        LeakyRelu(0.01)                 256            0
        Dropout(0.8)                    256            0
        Dense(10)                        10        2,570
        Total                            10      203,786
        """,
        NetworkSpec.Input(784).Dense(256).BatchNorm().LeakyRelu().Dropout(0.8f).Dense(10).ToString()));
}
