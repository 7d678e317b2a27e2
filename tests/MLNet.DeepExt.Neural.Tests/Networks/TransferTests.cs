using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Neural.Tests.Networks;

/// <summary>What the first layers of a network have learned, in a network for another task.</summary>
[Trait("Spec", "A14")]
public sealed class TransferTests
{
    // Layers 0, 1, 3, 5 and 7 learn.
    private static readonly NetworkSpec Spec =
        NetworkSpec.Input(6).Dense(20).BatchNorm().Relu().Dense(9).Tanh().BatchNorm().Dropout(0.8f).Dense(3);

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(7)]
    [InlineData(8)]
    public void Kept_layers_have_the_bits_that_they_had(int keep)
    {
        Network<float> network = TrainedNetworks.Of(Spec, 1);
        Network<float> result = network.WithHead(keep, kept => kept.Dense(5).BatchNorm().Relu().Dense(4), seed: 7);
        Assert.Equal(Spec.Take(keep).Dense(5).BatchNorm().Relu().Dense(4), result.Spec);
        var fresh = new Network<float>(result.Spec, 7);
        foreach (Slot slot in result.Parameters.Slots.Concat(result.Parameters.Buffers))
        {
            bool kept = int.Parse(slot.Name.Split('.')[0], System.Globalization.CultureInfo.InvariantCulture) < keep;
            float[] expected = kept
                ? network.Parameters.Read(Assert.Single(SlotsOf(network), old => old.Name == slot.Name))
                : fresh.Parameters.Read(slot);
            Assert.True(Accuracy.SameBits<float>(expected, result.Parameters.Read(slot)), slot.Name);
        }

        static IEnumerable<Slot> SlotsOf(Network<float> network) => network.Parameters.Slots.Concat(network.Parameters.Buffers);
    }

    [Fact]
    public void The_seed_decides_how_the_head_begins_and_nothing_else()
    {
        Network<float> network = TrainedNetworks.Of(Spec, 1);
        Network<float> one = network.WithNewOutputs(4, seed: 1), same = network.WithNewOutputs(4, seed: 1);
        Network<float> two = network.WithNewOutputs(4, seed: 2);
        Assert.Equal(one.Parameters.Values.ToArray(), same.Parameters.Values.ToArray());
        Assert.Equal(
            ["7.dense.weight"],
            from slot in one.Parameters.Slots
            where !one.Parameters.Read(slot).SequenceEqual(two.Parameters.Read(slot))
            select slot.Name);
    }

    [Fact]
    public void New_outputs_go_to_the_last_layer_that_makes_some_wherever_it_stands()
    {
        NetworkSpec ofMembers = NetworkSpec.Input(6).Dense(5).Relu().Members(3, inner => inner.MemberScaling().Dense(4).MemberDense(3));
        Network<float> network = TrainedNetworks.Of(ofMembers, 1), result = network.WithNewOutputs(7, seed: 2);
        Assert.Equal(NetworkSpec.Input(6).Dense(5).Relu().Members(3, inner => inner.MemberScaling().Dense(4).MemberDense(7)), result.Spec);
        Assert.All(
            network.Parameters.Slots.SkipLast(4), slot => Assert.Equal(
                network.Parameters.Read(slot), result.Parameters.Read(result.Parameters.Slots.Single(same => same.Name == slot.Name))));
        Assert.Equal(
            NetworkSpec.Input(6).Dense(5).Sequential("head", head => head.Relu().Dense(2)),
            new Network<float>(NetworkSpec.Input(6).Dense(5).Sequential("head", head => head.Relu().Dense(9))).WithNewOutputs(2).Spec);
        Assert.StartsWith(
            "With 3 units in layer 0.dense, Dense(5), the network has 23 outputs,",
            Assert.Throws<InvalidOperationException>(
                () => new Network<float>(NetworkSpec.Input(6).Dense(5).EmbedCategories(new CategoryRange(0, 1, 21))).WithNewOutputs(3)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_head_that_adds_nothing_leaves_the_features()
    {
        Network<float> network = TrainedNetworks.Of(Spec, 1);
        Network<float> features = network.WithHead(5, kept => kept);
        DenseBlock<float> input = RandomBatches.Block<float>(4, 6, new Random(1));
        Workspace<float> workspace = network.CreateWorkspace(4);
        network.Forward(input, workspace, ForwardMode.Inference);
        Assert.Equal(
            workspace.ValueOf(5)!.ToDoubles(), features.Forward(input, features.CreateWorkspace(4), ForwardMode.Inference).ToDoubles());
    }

    [Fact]
    public void The_network_itself_is_not_changed_and_shares_nothing_with_the_new_one()
    {
        Network<float> network = TrainedNetworks.Of(Spec, 1);
        float[] values = network.Parameters.Values.ToArray(), buffers = network.Parameters.BufferValues.ToArray();
        Network<float> result = network.WithHead(8, kept => kept);
        result.Parameters.Values.Clear();
        result.Parameters.BufferValues.Clear();
        Assert.Equal(values, network.Parameters.Values.ToArray());
        Assert.Equal(buffers, network.Parameters.BufferValues.ToArray());
    }

    [Fact]
    public void New_outputs_replace_the_last_dense_as_it_was_described()
    {
        var last = new Dense(3) { UseBias = false };
        Network<float> network = TrainedNetworks.Of(NetworkSpec.Input(4).Dense(5).Relu().Then(last).Sigmoid(), 1);
        Assert.Equal(
            NetworkSpec.Input(4).Dense(5).Relu().Then(last with { Units = 8 }).Sigmoid(), network.WithNewOutputs(8).Spec);
    }

    [Fact]
    public void In_double_it_is_the_same()
    {
        Network<double> network = TrainedNetworks.Of(Spec, 1).ConvertTo<double>();
        Network<double> result = network.WithNewOutputs(4);
        Assert.Equal(network.Parameters.Read(network.Parameters.Slots[0]), result.Parameters.Read(result.Parameters.Slots[0]));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(9)]
    public void More_layers_than_there_are_are_refused(int keep) => Assert.Equal(
        $"{keep} layers are to be kept but the network has 8; keep from 0 to 8. (Parameter 'keep')",
        Assert.Throws<ArgumentException>("keep", () => new Network<float>(Spec).WithHead(keep, kept => kept)).Message);

    [Fact]
    public void A_head_that_changes_what_is_kept_is_refused()
    {
        Func<NetworkSpec, NetworkSpec>[] heads =
        [
            kept => kept.Take(2),
            kept => new NetworkSpec(7, kept.Layers),
            kept => NetworkSpec.Input(6).Dense(21).BatchNorm().Relu(),
            kept => null!,
        ];
        foreach (Func<NetworkSpec, NetworkSpec> head in heads)
        {
            Assert.Equal(
                "The head must put layers after the 3 that are kept but gave a network that does not begin with them; "
                + "build it on the description that it is handed. (Parameter 'head')",
                Assert.Throws<ArgumentException>("head", () => new Network<float>(Spec).WithHead(3, head)).Message);
        }

        Assert.Throws<ArgumentNullException>("head", () => new Network<float>(Spec).WithHead(3, null!));
    }

    [Fact]
    public void A_cut_between_a_dense_and_its_batch_norm_is_refused() => Assert.Equal(
        "Layer 0.dense, Dense(20), has learned 0.dense.weight but before this head it has 0.dense.weight and 0.dense.bias, because a Dense "
        + "has no bias directly before a BatchNorm; keep 2 layers, so that the BatchNorm after it comes along. (Parameter 'head')",
        Assert.Throws<ArgumentException>("head", () => new Network<float>(Spec).WithHead(1, kept => kept.Relu().Dense(2))).Message);

    [Fact]
    public void A_batch_norm_directly_after_a_kept_bias_is_refused()
    {
        var network = new Network<float>(Spec);
        Assert.Equal(
            "Layer 3.dense, Dense(9), has learned 3.dense.weight and 3.dense.bias but before this head it has 3.dense.weight, because a Dense "
            + "has no bias directly before a BatchNorm; begin the head with a Linear, which keeps the bias. (Parameter 'head')",
            Assert.Throws<ArgumentException>("head", () => network.WithHead(4, kept => kept.BatchNorm().Dense(2))).Message);
        network.WithHead(4, kept => kept.Then(new Linear()).BatchNorm().Dense(2));
        // A batch norm in place of another changes nothing.
        network.WithHead(1, kept => kept.Then(new BatchNorm { Momentum = 0.5 }).Dense(2));
    }

    [Fact]
    public void Without_a_dense_there_are_no_outputs_to_make_new()
    {
        Assert.Equal(
            "The network has no Dense that could get other outputs; put a new one at its end with WithHead.",
            Assert.Throws<InvalidOperationException>(() => new Network<float>(NetworkSpec.Input(3).Relu()).WithNewOutputs(2)).Message);
        Assert.Equal(
            "Units of a Dense layer must be at least 1 but is 0; it is the number of outputs.",
            Assert.Throws<ArgumentException>(() => new Network<float>(Spec).WithNewOutputs(0)).WithoutParameter());
    }
}
