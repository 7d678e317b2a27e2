using MLNet.DeepExt.Neural.Initializers;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.TestSupport;

namespace MLNet.DeepExt.Neural.Tests.Networks;

[Trait("Spec", "A6")]
public sealed class FoldingTests
{
    private const int Inputs = 9;

    public static TheoryData<string, string> FoldedSpecs => new()
    {
        { "", "" },
        { "Dense", "Dense" },
        { "Dense BatchNorm Relu Dropout Dense", "Dense Relu Dense" },
        { "BatchNorm Dense Tanh Dense", "BatchNorm Dense Tanh Dense" },
        { "Dense Relu BatchNorm Dense", "Dense Relu BatchNorm Dense" },
        { "Dense Dropout BatchNorm Sigmoid Dense", "Dense Sigmoid Dense" },
        { "Dense Dropout", "Dense" },
        { "Dropout", "" },
        { "Dense BatchNorm", "Dense" },
        { "Dense BatchNorm BatchNorm", "Dense" },
        { "Dense BatchNorm BatchNorm BatchNorm LeakyRelu Dense", "Dense LeakyRelu Dense" },
        { "Dense BatchNorm Dropout BatchNorm Dense", "Dense Dense" },
        { "Unbiased BatchNorm BatchNorm Dense", "Dense Dense" },
        { "Unbiased Dense Unbiased BatchNorm", "Unbiased Dense Dense" },
        { "BatchNorm BatchNorm Dense", "BatchNorm BatchNorm Dense" },
        { "Standardize Dense Relu Dense", "Dense Relu Dense" },
        { "LearnedScaling Dense Relu LearnedScaling Dropout Dense", "Dense Relu Dense" },
        { "Standardize LearnedScaling Unbiased LearnedScaling BatchNorm", "Dense" },
        { "LearnedScaling Tanh LearnedScaling", "LearnedScaling Tanh LearnedScaling" },
        { "Standardize Dropout Dense BatchNorm", "Dense" },
        { "Standardize Unclipped Unbiased", "Dense" },
        { "Standardize Tanh Dense", "Standardize Tanh Dense" },
        { "Far Dense", "Far Dense" },
        { "Dense BatchNorm Dense BatchNorm Relu BatchNorm Dense", "Dense Dense Relu BatchNorm Dense" },
    };

    [Theory]
    [MemberData(nameof(FoldedSpecs))]
    public void Batch_norms_become_part_of_the_dense_before_them_and_dropouts_vanish(string layers, string folded)
    {
        Network<float> network = TrainedNetworks.Of(SpecOf(layers), 1);
        Assert.Equal(SpecOf(folded).Layers, Folding.ForPrediction(network).Spec.Layers);
    }

    [Theory]
    [MemberData(nameof(FoldedSpecs))]
    public void The_folded_network_computes_the_same(string layers, string folded)
    {
        for (int seed = 1; seed <= 5; seed++)
            CheckSameOutputs(TrainedNetworks.Of(SpecOf(layers), seed), $"{layers} folded to {folded}");
    }

    public static TheoryData<string> NestedSpecs => [.. Nested.Keys];

    // Where a layer that is left out stood between a Dense with a bias and a batch norm in or behind another layer.
    private static readonly Dictionary<string, NetworkSpec> Nested = new()
    {
        ["dropout at the end of a part"] = NetworkSpec.Input(Inputs).Sequential("h", h => h.Dense(8).Dropout(0.8f)).BatchNorm().Relu().Dense(2),
        ["dropout before a part"] = NetworkSpec.Input(Inputs).Dense(8).Dropout(0.8f).Sequential("h", h => h.BatchNorm().Relu()).Dense(2),
        ["batch norms in two parts"] = NetworkSpec.Input(Inputs).Sequential("h", h => h.Dense(8).BatchNorm()).BatchNorm().Dense(2),
        ["dropout alone in a block"] = NetworkSpec.Input(Inputs).Dense(8).Residual(r => r.Sequential("d", d => d.Dropout(0.9f))).Dense(2),
        ["a block"] = NetworkSpec.Input(Inputs).Dense(8).Residual(r => r.BatchNorm().Dense(9).Dropout(0.9f).BatchNorm().Relu().Dense(8).BatchNorm()).Dense(2),
        ["members"] = NetworkSpec.Input(Inputs).Members(2, m => m.MemberScaling().Dense(8).Dropout(0.8f)).BatchNorm().MemberDense(2),
    };

    [Theory]
    [MemberData(nameof(NestedSpecs))]
    public void Networks_with_layers_in_layers_compute_the_same_when_folded(string name)
    {
        for (int seed = 1; seed <= 5; seed++)
            CheckSameOutputs(TrainedNetworks.Of(Nested[name], seed), name);
    }

    [Theory]
    [InlineData(16, false, false)]
    [InlineData(5, true, false)]
    [InlineData(21, true, true)]
    public void A_piecewise_linear_map_computes_the_same_from_tables(int dimension, bool addLinear, bool useRelu)
    {
        var encoder = new PiecewiseLinearEmbedding
        {
            Columns = [new(0, 2), new(4, 2), new(8, 1)],
            Bins = 6,
            Dimension = dimension,
            AddLinear = addLinear,
            UseRelu = useRelu,
            Edges = [[-1, -0.5, 0, 0.2, 0.3, 0.9, 1], [-0.1, 0.1], [], [0.5], [-2, 0, 2]],
        };
        NetworkSpec spec = NetworkSpec.Input(Inputs).Then(encoder).Dense(3);
        Network<float> network = new Network<float>(spec, 1);
        var random = new Random(3);
        foreach (Slot slot in network.Parameters.Slots)
            network.Parameters.Write(slot, Numbers.Uniform<float>(random, slot.Shape.Count, -1, 1));
        Assert.NotEqual(spec.Layers[0], Folding.ForPrediction(network).Spec.Layers[0]);
        CheckSameOutputs(network, encoder.ToString());
    }

    [Fact]
    public void Random_networks_compute_the_same_when_folded()
    {
        string[] kinds = ["Dense", "Dense", "Unbiased", "BatchNorm", "BatchNorm", "Dropout", "Relu", "LeakyRelu", "Tanh", "Sigmoid", "Linear"];
        var random = new Random(1);
        for (int sample = 0; sample < 200; sample++)
        {
            string layers = string.Join(' ', random.GetItems(kinds, random.Next(1, 8)));
            CheckSameOutputs(TrainedNetworks.Of(SpecOf(layers), sample), layers);
        }
    }

    [Fact]
    public void The_network_itself_is_not_changed()
    {
        Network<float> network = TrainedNetworks.Of(SpecOf("Dense BatchNorm Relu Dense"), 1);
        float[] values = network.Parameters.Values.ToArray(), buffers = network.Parameters.BufferValues.ToArray();
        Folding.ForPrediction(network);
        Assert.Equal(values, network.Parameters.Values.ToArray());
        Assert.Equal(buffers, network.Parameters.BufferValues.ToArray());
    }

    private static void CheckSameOutputs(Network<float> network, string layers)
    {
        DenseBlock<float> input = TrainedNetworks.Block<float>(Numbers.Uniform<float>(new Random(7), 20 * Inputs, -2, 2), Inputs);
        Network<float> folded = Folding.ForPrediction(network);
        DenseBlock<float> expected = network.Forward(input, network.CreateWorkspace(20, backward: false), ForwardMode.Inference);
        DenseBlock<float> actual = folded.Forward(input, folded.CreateWorkspace(20, backward: false), ForwardMode.Inference);
        Assert.Equal(expected.Width, actual.Width);
        for (int row = 0; row < 20; row++)
        {
            // Relative to the row: a single output may be a small difference of large numbers.
            double scale = expected.Row(row).ToArray().Max(Math.Abs) + 1e-3;
            for (int j = 0; j < expected.Width; j++)
            {
                double error = Math.Abs(expected.Row(row)[j] - actual.Row(row)[j]) / scale;
                Assert.True(error < 1e-5, $"{layers}: relative error {error} at ({row}, {j})");
            }
        }
    }

    private static NetworkSpec SpecOf(string layers)
    {
        // Widths that differ, and are no whole number of strips, show a wrong shape.
        int units = 30;
        return new NetworkSpec(Inputs, layers.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(LayerOf));

        LayerSpec LayerOf(string kind) => kind switch
        {
            "Dense" => new Dense(units -= 3) { Initializer = new Glorot() },
            "Unbiased" => new Dense(units -= 3) { Initializer = new Glorot(), UseBias = false },
            "BatchNorm" => new BatchNorm(),
            "LearnedScaling" => new LearnedScaling(),
            "Standardize" => Scaling(centre: 2, deviation: 0.7),
            "Far" => Scaling(centre: 2000, deviation: 0.7), // which would leave small differences of large numbers
            "Unclipped" => new RobustScale
            {
                Columns = [new(1, 2)],
                Medians = [0.3, -4],
                Scales = [2, 0.1],
                SmoothClip = false,
            },
            "Dropout" => new Dropout(0.5f),
            "Relu" => new Relu(),
            "LeakyRelu" => new LeakyRelu(),
            "Tanh" => new Tanh(),
            "Sigmoid" => new Sigmoid(),
            "Linear" => new Linear(),
            _ => throw new ArgumentException($"No layer is called {kind}.", nameof(kind)),
        };

        static Standardize Scaling(double centre, double deviation) =>
            new() { Columns = [new(0, 2), new(5, 1)], Means = [centre, -1, 0.4], Deviations = [deviation, 0.2, 0] };
    }
}
