using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Neural.Tests.Layers;

public sealed class ResidualTests
{
    private const int Inputs = 5;
    private const int Rows = 7;

    [Fact]
    public void It_gives_what_it_reads_and_what_its_layers_give()
    {
        Network<float> block = TrainedNetworks.Of(NetworkSpec.Input(Inputs).Residual(inner => inner.Dense(9).Tanh().Dense(Inputs)), 1);
        Network<float> layers = TrainedNetworks.Of(NetworkSpec.Input(Inputs).Dense(9).Tanh().Dense(Inputs), 1);
        foreach ((Slot slot, Slot same) in layers.Parameters.Slots.Zip(block.Parameters.Slots))
            layers.Parameters.Write(slot, block.Parameters.Read(same));
        DenseBlock<float> x = RandomBatches.Block<float>(Rows, Inputs, new Random(1));
        DenseBlock<float> y = block.Forward(x, block.CreateWorkspace(Rows), ForwardMode.Inference);
        DenseBlock<float> f = layers.Forward(x, layers.CreateWorkspace(Rows), ForwardMode.Inference);
        for (int row = 0; row < Rows; row++)
        {
            for (int i = 0; i < Inputs; i++)
                Assert.Equal(f.Row(row)[i] + x.Row(row)[i], y.Row(row)[i]);
        }
    }

    [Fact]
    public void A_hundred_blocks_pass_the_gradient_on_that_as_many_layers_lose()
    {
        NetworkSpec blocks = NetworkSpec.Input(Inputs), layers = blocks;
        for (int i = 0; i < 100; i++)
        {
            blocks = blocks.Residual(inner => inner.Dense(Inputs).Sigmoid());
            layers = layers.Dense(Inputs).Sigmoid();
        }

        Assert.True(NormOfInputGradient(blocks) > 1e-2);
        Assert.True(NormOfInputGradient(layers) < 1e-6);
    }

    [Fact]
    public void It_must_give_the_shape_that_it_reads()
    {
        Assert.Equal(
            "The layers of a Residual read 5 numbers but return 4, so they cannot be added; end them with a Dense of 5 units.",
            Assert.Throws<ArgumentException>("input", () => NetworkSpec.Input(Inputs).Residual(inner => inner.Dense(4))).WithoutParameter());
        Assert.Equal(
            "A Residual needs at least one layer but has none; remove it.",
            Assert.Throws<ArgumentException>("Layers", () => NetworkSpec.Input(Inputs).Residual(inner => inner)).WithoutParameter());
        Assert.Equal(
            "The layers of 0.residual, Residual(Sequential), compute nothing that could be added to their inputs; put a layer into it, or remove it.",
            Assert.Throws<ArgumentException>(
                "Layers", () => NetworkSpec.Input(Inputs).Residual(inner => inner.Sequential("empty", empty => empty))).WithoutParameter());
        Assert.Equal(
            "Layer 1 of a Residual is null; remove it.",
            Assert.Throws<ArgumentException>("Layers", () => NetworkSpec.Input(Inputs).Then(new Residual(new Tanh(), null!))).WithoutParameter());
        Assert.Equal(
            "The function returned layers of another network; append the layers to its argument.",
            Assert.Throws<ArgumentException>("layers", () => NetworkSpec.Input(Inputs).Residual(_ => NetworkSpec.Input(4).Tanh())).WithoutParameter());
    }

    [Fact]
    public void A_first_one_reads_no_rows_without_their_zeros()
    {
        Network<float> network = new(NetworkSpec.Input(Inputs).Residual(inner => inner.Dense(Inputs)).Dense(2));
        var rows = new SparseBlock<float>(1, Inputs);
        rows.Append([1], [2]);
        Assert.StartsWith(
            "The rows are sparse but the network begins with Residual(Dense(5)), which needs every number;",
            Assert.Throws<ArgumentException>("input", () => network.Forward(rows, network.CreateWorkspace(1), ForwardMode.Inference)).Message,
            StringComparison.Ordinal);

        // Written out they are predicted.
        var predictor = new Predictor(network, new SquaredError());
        float[] sparse = new float[2], dense = new float[2];
        predictor.Predict(rows, sparse, predictor.CreateBuffer(1));
        predictor.Predict([0, 2, 0, 0, 0], 1, dense, predictor.CreateBuffer(1));
        Assert.Equal(dense, sparse);
    }

    [Fact]
    public void Layers_nested_too_deep_are_refused()
    {
        LayerSpec layer = new Tanh();
        for (int level = 0; level < 24; level++)
            layer = new Sequential(layer);
        _ = NetworkSpec.Input(2).Then(layer);
        Assert.Equal(
            "Layers are nested 25 levels deep but at most 24 levels are allowed; put layers in sequence.",
            Assert.Throws<ArgumentException>("layers", () => new Residual(layer)).WithoutParameter());
    }

    private static double NormOfInputGradient(NetworkSpec spec)
    {
        var network = new Network<double>(spec, seed: 1);
        Workspace<double> workspace = network.CreateWorkspace(Rows, inputGradient: true);
        network.Forward(RandomBatches.Block<double>(Rows, Inputs, new Random(1)), workspace, ForwardMode.Train);
        for (int row = 0; row < Rows; row++)
            workspace.OutputGradient.Row(row).Fill(1);
        network.Backward(workspace, []);
        return Math.Sqrt(workspace.InputGradient!.ToDoubles().Sum(value => value * value));
    }
}
