using MLNet.DeepExt.Neural.Initializers;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.Reference;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Neural.Tests.Initializers;

[Trait("Spec", "A3")]
public sealed class InitializerTests
{
    private const int Inputs = 300, Units = 200;

    private static readonly ReferenceValues Reference = ReferenceValues.Load("initializers");

    // Each kind with its standard deviation and kurtosis by formula, and the most standard deviations that a weight may be from 0.
    private static readonly Dictionary<string, (Initializer Kind, double Deviation, double Kurtosis, double Largest)> Table = new()
    {
        ["zeros"] = (new Zeros(), 0, 0, 0),
        ["normal_0.01"] = (new Normal(0.01), 0.01, 3, 9),
        ["normal_1.5"] = (new Normal(1.5), 1.5, 3, 9),
        ["he_normal"] = (new He(), Math.Sqrt(2.0 / Inputs), 3, 9),
        ["xavier_normal"] = (new Xavier(), Math.Sqrt(1.0 / Inputs), 3, 9),
        ["glorot_normal"] = (new Glorot(), Math.Sqrt(2.0 / (Inputs + Units)), 3, 9),
        ["he_uniform"] = (new Uniform(new He()), Math.Sqrt(2.0 / Inputs), 1.8, Math.Sqrt(3)),
        ["xavier_uniform"] = (new Uniform(new Xavier()), Math.Sqrt(1.0 / Inputs), 1.8, Math.Sqrt(3)),
        ["glorot_uniform"] = (new Uniform(new Glorot()), Math.Sqrt(2.0 / (Inputs + Units)), 1.8, Math.Sqrt(3)),
    };

    public static TheoryData<string> Names => [.. Table.Keys];

    [Fact]
    public void Every_initializer_is_tested()
    {
        IEnumerable<Type> kinds =
            typeof(Initializer).Assembly.GetTypes().Where(type => type.IsSealed && type.IsSubclassOf(typeof(Initializer)));
        Assert.Empty(kinds.Except(Table.Values.Select(row => row.Kind.GetType())));
    }

    [Theory, MemberData(nameof(Names))]
    public void The_standard_deviation_is_that_of_its_formula(string name) =>
        Assert.Equal(Table[name].Deviation, Table[name].Kind.StandardDeviation(Inputs, Units), 1e-12);

    [Theory, MemberData(nameof(Names))]
    public void Weights_are_drawn_as_PyTorch_draws_them(string name)
    {
        (_, double deviation, double kurtosis, double largest) = Table[name];
        (double mean, double drawn, double shape, double most) = Moments(Table[name].Kind);
        // 60,000 draws here and 1,200,000 there: within four standard errors, which of the fourth moment are √(24/n) for normal numbers.
        double error = 4 / Math.Sqrt(Inputs * Units);
        Assert.InRange(mean, -error * deviation, error * deviation);
        Assert.Equal(Reference.Double($"{name}.deviation"), drawn, error * deviation);
        Assert.Equal(Reference.Double($"{name}.kurtosis"), shape, 5 * error);
        Assert.Equal(kurtosis, shape, 5 * error);
        Assert.InRange(most, 0, largest * deviation);
        Assert.InRange(Reference.Double($"{name}.largest"), 0, largest * deviation);
        if (largest < 2)
            Assert.InRange(most, 0.999 * largest * deviation, largest * deviation);
    }

    [Fact]
    public void Small_normal_weights_let_the_signal_fade_from_layer_to_layer()
    {
        // Each of 100 inputs of variance 1 gives a pre-activation of variance 100·σ², where tanh is still linear: a tenth per layer.
        double[] deviations = DeviationsByLayer(new Normal(0.01));
        for (int layer = 0; layer < deviations.Length; layer++)
            Assert.InRange(deviations[layer] / Math.Pow(0.1, layer + 1), 0.8, 1.2);
        Assert.InRange(DeviationsByLayer(new Xavier())[^1], 0.3, 1);
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(3.0)]
    public void Large_normal_weights_saturate_tanh_and_sigmoid_units(double deviation)
    {
        // z is normal with variance 100·σ². tanh' < 0.02 from |z| = 2.645 on, as 1 - tanh² = 0.02; sigmoid' < 0.01 from 4.585 on.
        Assert.Equal(ShareBeyond(2.645 / (10 * deviation)), ShareOfFlat(deviation, spec => spec.Tanh(), y => 1 - y * y < 0.02), 0.03);
        Assert.Equal(ShareBeyond(4.585 / (10 * deviation)), ShareOfFlat(deviation, spec => spec.Sigmoid(), y => y * (1 - y) < 0.01), 0.03);
        Assert.InRange(ShareOfFlat(deviation, spec => spec.Tanh(), y => 1 - y * y < 0.02), 0.75, 1);
        // With σ = 1/√100, which Xavier takes, next to none is.
        Assert.InRange(ShareOfFlat(0.1, spec => spec.Tanh(), y => 1 - y * y < 0.02), 0, 0.02);
    }

    [Theory]
    [InlineData(-1.0, "-1")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(1e300, "1E+300")]
    public void An_impossible_deviation_is_refused(double deviation, string shown)
    {
        Refused(new Normal(deviation), $"Normal({shown})");
        Refused(new Uniform(new Normal(deviation)), $"Uniform(Normal({shown}))");

        void Refused(Initializer kind, string name) => Assert.Equal(
            $"The standard deviation of the weights must be at least 0 and finite but {name} gives {shown}; 0.01 is small, 1 is large.",
            Assert.Throws<ArgumentException>(() => NetworkSpec.Input(3).Then(new Dense(2) { Initializer = kind })).WithoutParameter());
    }

    [Fact]
    public void A_layer_is_printed_with_its_initializer() => Assert.Equal(
        ["Dense(2, He)", "Dense(2, Normal(0.01))", "Dense(2, Uniform(Glorot))", "Dense(2, Zeros)"],
        new Initializer[] { new He(), new Normal(0.01), new Uniform(new Glorot()), new Zeros() }
            .Select(kind => new Dense(2) { Initializer = kind }.ToString()));

    [Fact]
    public void Uniform_needs_an_initializer() =>
        Assert.Equal("Spread", Assert.Throws<ArgumentNullException>(() => new Uniform(null!)).ParamName);

    [Theory]
    [InlineData("Relu", 2.0 / 400)]
    [InlineData("LeakyRelu", 2.0 / 400)]
    [InlineData("Elu", 2.0 / 400)]
    [InlineData("Gelu", 2.0 / 400)]
    [InlineData("Swish", 2.0 / 400)]
    [InlineData("Mish", 2.0 / 400)]
    [InlineData("Softplus", 2.0 / 400)]
    [InlineData("Selu", 1.0 / 400)]
    [InlineData("Tanh", 1.0 / 400)]
    [InlineData("Sigmoid", 2.0 / 600)]
    [InlineData("Linear", 2.0 / 600)]
    [InlineData("nothing", 2.0 / 600)]
    public void A_Dense_begins_as_suits_the_activation_after_it(string activation, double variance)
    {
        NetworkSpec spec = NetworkSpec.Input(400).Dense(200).BatchNorm().Dropout(0.5f);
        spec = activation switch
        {
            "Relu" => spec.Relu(),
            "LeakyRelu" => spec.LeakyRelu(),
            "Elu" => spec.Elu(),
            "Gelu" => spec.Gelu(),
            "Swish" => spec.Swish(),
            "Mish" => spec.Mish(),
            "Softplus" => spec.Softplus(),
            "Selu" => spec.Selu(),
            "Tanh" => spec.Tanh(),
            "Sigmoid" => spec.Sigmoid(),
            "Linear" => spec.Then(new Linear()),
            _ => spec,
        };
        // The second Dense is followed by a ReLU, which must not reach past it.
        var network = new Network<float>(spec.Dense(5).Relu(), seed: 1);
        float[] weights = network.Parameters.Read(network.Parameters.Slots[0]);
        Assert.Equal(variance, weights.Average(w => (double)w * w), variance * 0.03);
    }

    [Fact]
    public void A_named_initializer_is_used()
    {
        var network = new Network<float>(NetworkSpec.Input(400).Then(new Dense(200) { Initializer = new Xavier() }).Relu(), seed: 1);
        float[] weights = network.Parameters.Read(network.Parameters.Slots[0]);
        Assert.Equal(1.0 / 400, weights.Average(w => (double)w * w), 0.03 / 400);
    }

    [Fact]
    public void Weights_depend_on_the_seed_and_on_nothing_else()
    {
        NetworkSpec spec = NetworkSpec.Input(20).Dense(10).Relu().Dense(20);
        Assert.Equal(First(spec, 1), First(spec, 1));
        Assert.NotEqual(First(spec, 1), First(spec, 2));
        Assert.NotEqual(First(spec, 1), new Network<float>(spec, 1).Parameters.Read(new Network<float>(spec, 1).Parameters.Slots[2]));
    }

    private static float[] First(NetworkSpec spec, int seed)
    {
        var network = new Network<float>(spec, seed);
        return network.Parameters.Read(network.Parameters.Slots[0]);
    }

    private static (double Mean, double Deviation, double Kurtosis, double Largest) Moments(Initializer kind)
    {
        var weights = new double[Inputs * Units];
        kind.Fill<double>(weights, new Shape(Inputs, Units), new CounterRandom(7));
        double variance = weights.Average(w => w * w);
        double kurtosis = variance == 0 ? 0 : weights.Average(w => w * w * w * w) / (variance * variance);
        return (weights.Average(), Math.Sqrt(variance), kurtosis, weights.Max(Math.Abs));
    }

    // Of the activations of five tanh layers of 100 units.
    private static double[] DeviationsByLayer(Initializer kind)
    {
        var deviations = new List<double>();
        NetworkSpec spec = NetworkSpec.Input(100);
        for (int layer = 0; layer < 5; layer++)
        {
            spec = spec.Then(new Dense(100) { Initializer = kind }).Tanh();
            deviations.Add(Math.Sqrt(OutputsOf(spec).Average(y => y * y)));
        }

        return [.. deviations];
    }

    private static double ShareOfFlat(double deviation, Func<NetworkSpec, NetworkSpec> activation, Func<double, bool> isFlat) =>
        OutputsOf(activation(NetworkSpec.Input(100).Then(new Dense(100) { Initializer = new Normal(deviation) })))
            .Average(y => isFlat(y) ? 1.0 : 0);

    private static double[] OutputsOf(NetworkSpec spec)
    {
        var network = new Network<double>(spec, seed: 1);
        DenseBlock<double> input = RandomBatches.Block<double>(100, 100, new Random(1));
        return network.Forward(input, network.CreateWorkspace(100), ForwardMode.Inference).ToDoubles();
    }

    // P(|N(0, 1)| > z), by the midpoint rule.
    private static double ShareBeyond(double z)
    {
        const int Steps = 10_000;
        double inside = Enumerable.Range(0, Steps).Sum(i =>
        {
            double at = (i + 0.5) / Steps * z;
            return 2 * z / Steps * Math.Exp(-at * at / 2) / Math.Sqrt(2 * Math.PI);
        });
        return 1 - inside;
    }
}
