using MLNet.DeepExt.Neural.Initializers;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.Reference;

namespace MLNet.DeepExt.Neural.Tests.Initializers;

public sealed class InitializerTests
{
    private static readonly ReferenceValues Reference = ReferenceValues.Load();

    public static TheoryData<string, string> Cases => new()
    {
        { nameof(He), "he_normal" },
        { nameof(Xavier), "xavier_normal" },
        { nameof(Glorot), "glorot_normal" },
    };

    [Fact]
    public void Every_initializer_is_tested()
    {
        IEnumerable<string> kinds = typeof(Initializer).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Initializer))).Select(type => type.Name);
        Assert.Empty(kinds.Except(Cases.Select(row => row.Data.Item1)));
    }

    [Theory, MemberData(nameof(Cases))]
    public void The_standard_deviation_is_that_of_PyTorch(string kind, string reference)
    {
        double deviation = Create(kind).StandardDeviation(Reference.Integers("initializer.fan_in")[0], Reference.Integers("initializer.fan_out")[0]);
        Assert.Equal(Reference.Double($"initializer.{reference}.std"), deviation, 1e-12);
    }

    [Theory, MemberData(nameof(Cases))]
    public void Weights_are_normal_with_that_deviation(string kind, string reference)
    {
        var shape = new Shape(300, 200);
        var weights = new double[shape.Count];
        Create(kind).Fill<double>(weights, shape, new CounterRandom(7));
        double sigma = Reference.Double($"initializer.{reference}.std");

        // 60,000 draws: the sample mean, deviation and share beyond 1 and 2 sigma lie within four standard errors.
        Assert.InRange(weights.Average() / sigma, -4 / Math.Sqrt(60000), 4 / Math.Sqrt(60000));
        Assert.InRange(Math.Sqrt(weights.Average(w => w * w)) / sigma, 1 - 4 / Math.Sqrt(120000), 1 + 4 / Math.Sqrt(120000));
        Assert.InRange(weights.Average(w => Math.Abs(w) > sigma ? 1.0 : 0), 0.3173 - 0.0076, 0.3173 + 0.0076);
        Assert.InRange(weights.Average(w => Math.Abs(w) > 2 * sigma ? 1.0 : 0), 0.0455 - 0.0034, 0.0455 + 0.0034);
    }

    [Theory]
    [InlineData("Relu", 2.0 / 400)]
    [InlineData("LeakyRelu", 2.0 / 400)]
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

    private static Initializer Create(string kind) => kind switch
    {
        nameof(He) => new He(),
        nameof(Xavier) => new Xavier(),
        nameof(Glorot) => new Glorot(),
        _ => throw new ArgumentException(kind),
    };
}
