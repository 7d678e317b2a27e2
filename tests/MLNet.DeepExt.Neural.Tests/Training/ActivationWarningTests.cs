using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Initializers;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Neural.Training;

namespace MLNet.DeepExt.Neural.Tests.Training;

/// <summary>Activations that vanish, explode, saturate or are dead: measured where norms are, and warned of as gradients are.</summary>
[Trait("Spec", "A13")]
public sealed class ActivationWarningTests
{
    private const int Rows = 90;

    [Fact]
    public void Saturated_and_dead_shares_are_those_of_the_outputs_of_the_batch()
    {
        NetworkSpec spec = NetworkSpec.Input(Clusters.Width)
            .Then(new Dense(33) { Initializer = new Normal(3) }).Tanh().Dense(20).Relu().Dense(9).LeakyRelu().Dense(7).Sigmoid().Dense(6).Elu(0.5)
            .Dense(Clusters.Classes);
        Network<float> start = TrainedNetworks.Of(spec, 1);
        // Four units of the ReLU that no input can wake.
        float[] biases = start.Parameters.Read(start.Parameters.Slots[3]);
        biases.AsSpan(0, 4).Fill(-1e4f);
        start.Parameters.Write(start.Parameters.Slots[3], biases);

        LayerNorms[] norms = [.. Train(start, Clusters.Rows(Rows)).Epoch.Norms];
        double[][] outputs = [.. Enumerable.Range(0, norms.Length).Select(layer => OutputsOf(start, layer + 1))];
        Assert.Equal(outputs[1].Average(y => Math.Abs(y) >= 0.99f ? 1.0 : 0), norms[1].Saturated!.Value, 1e-12);
        Assert.InRange(norms[1].Saturated!.Value, 0.2, 0.95);
        Assert.Equal(outputs[7].Average(y => y <= 0.01f || y >= 0.99f ? 1.0 : 0), norms[7].Saturated!.Value, 1e-12);
        Assert.Equal(outputs[9].Average(y => y <= -0.495f ? 1.0 : 0), norms[9].Saturated!.Value, 1e-12);
        int dead = Enumerable.Range(0, 20).Count(unit => Enumerable.Range(0, Rows).All(row => outputs[3][row * 20 + unit] <= 0));
        Assert.InRange(dead, 4, 19);
        Assert.Equal(dead / 20.0, norms[3].Dead);
        Assert.Equal([1, 7, 9], Enumerable.Range(0, norms.Length).Where(layer => norms[layer].Saturated is not null));
        Assert.Equal([3], Enumerable.Range(0, norms.Length).Where(layer => norms[layer].Dead is not null));
    }

    [Fact]
    public void Of_fewer_than_32_rows_no_unit_is_called_dead()
    {
        NetworkSpec spec = NetworkSpec.Input(Clusters.Width).Dense(20).Relu().Dense(Clusters.Classes);
        Assert.Null(Train(TrainedNetworks.Of(spec, 1), Clusters.Rows(31)).Epoch.Norms[1].Dead);
        Assert.NotNull(Train(TrainedNetworks.Of(spec, 1), Clusters.Rows(32)).Epoch.Norms[1].Dead);
    }

    [Fact]
    public void Any_number_of_threads_measures_the_same()
    {
        NetworkSpec spec = NetworkSpec.Input(Clusters.Width).Dense(40).Relu().Dense(20).Tanh().Dense(Clusters.Classes);
        LayerNorms[] of(int threads) => [.. Train(TrainedNetworks.Of(spec, 1), Clusters.Rows(Rows), threads).Epoch.Norms];
        Assert.Equal(of(1), of(2));
        Assert.Equal(of(1), of(3));
    }

    [Fact]
    public void Large_initial_weights_saturate_tanh_and_are_warned_of()
    {
        NetworkSpec spec = NetworkSpec.Input(Clusters.Width).Dense(100).Relu().Then(new Dense(100) { Initializer = new Normal(3) }).Tanh()
            .Dense(Clusters.Classes);
        (EpochRecord epoch, List<string> warnings) = Train(new Network<float>(spec, 1), Clusters.Rows(Rows));
        Assert.InRange(epoch.Norms[3].Saturated!.Value, 0.75, 1);
        Assert.Equal(
            [
                FormattableString.Invariant($"Layer 3.tanh saturates: {100 * epoch.Norms[3].Saturated:0} % of its outputs ")
                + "are where its slope is close to 0; use smaller initial weights, normalized inputs, or batch normalization.",
            ],
            warnings);
    }

    [Fact]
    public void Units_of_a_ReLU_that_a_large_step_has_killed_are_warned_of()
    {
        NetworkSpec spec = NetworkSpec.Input(Clusters.Width).Dense(20).Relu().Dense(Clusters.Classes);
        var start = new Network<float>(spec, 1);
        float[] biases = new float[20];
        biases.AsSpan(0, 12).Fill(-100);
        start.Parameters.Write(start.Parameters.Slots[1], biases);
        (EpochRecord epoch, List<string> warnings) = Train(start, Clusters.Rows(Rows));
        Assert.Equal(0.6, epoch.Norms[1].Dead!.Value, 1e-12);
        Assert.Equal(
            [
                "60 % of the units of layer 1.relu are dead: they are 0 in every row of a batch and learn nothing from it; "
                + "use a lower learning rate, LeakyRelu, or batch normalization.",
            ],
            warnings);
    }

    [Fact]
    public void Activations_that_fade_from_layer_to_layer_are_warned_of()
    {
        NetworkSpec spec = NetworkSpec.Input(Clusters.Width);
        for (int i = 0; i < 6; i++)
            spec = spec.Then(new Dense(20) { Initializer = new Normal(0.01) }).Tanh();
        (EpochRecord epoch, List<string> warnings) = Train(new Network<float>(spec.Dense(Clusters.Classes), 1), Clusters.Rows(Rows));
        LayerNorms largest = epoch.Norms.SkipLast(1).MaxBy(layer => layer.Activation)!;
        string[] expected =
        [
            .. epoch.Norms.SkipLast(1).Where(layer => layer.Activation < 1e-6 * largest.Activation).Select(layer => FormattableString.Invariant(
                $"The activations of layer {layer.Layer} vanish: their root mean square is {layer.Activation:0.0e+00} ")
                + FormattableString.Invariant($"compared with {largest.Activation:0.0e+00} of layer {largest.Layer}; ")
                + "use the initializer that suits the activation, such as He before Relu, or batch normalization."),
        ];
        Assert.NotEmpty(expected);
        Assert.Equal(expected, warnings.Where(warning => warning.StartsWith("The activations", StringComparison.Ordinal)));
    }

    [Fact]
    public void Activations_that_grow_from_layer_to_layer_are_warned_of()
    {
        NetworkSpec spec = NetworkSpec.Input(Clusters.Width);
        for (int i = 0; i < 8; i++)
            spec = spec.Then(new Dense(30) { Initializer = new Normal(1) }).Relu();
        (EpochRecord epoch, List<string> warnings) = Train(new Network<float>(spec.Dense(Clusters.Classes), 1), Clusters.Rows(Rows));
        string[] expected =
        [
            .. epoch.Norms.SkipLast(1).Where(layer => layer.Activation > 1e3).Select(layer => FormattableString.Invariant(
                $"The activations of layer {layer.Layer} explode: their root mean square is {layer.Activation:0.0e+00}; ")
                + "normalize the inputs, use the initializer that suits the activation, such as He before Relu, or batch normalization."),
        ];
        Assert.NotEmpty(expected);
        Assert.Equal(expected, warnings.Where(warning => warning.StartsWith("The activations", StringComparison.Ordinal)));
    }

    private static (EpochRecord Epoch, List<string> Warnings) Train(Network<float> start, LabeledRows rows, int threads = 2)
    {
        var recorder = new Recorder();
        var options = new TrainingOptions
        {
            Optimizer = new GradientDescent(1e-30),
            BatchSize = rows.Count,
            MaximumEpochs = 1,
            ValidationFraction = 0,
            NumberOfThreads = threads,
            RecordNorms = true,
            Callbacks = [recorder],
        };
        History history = new Trainer(start, new SoftmaxCrossEntropy(), options).Train(rows).History;
        return (history.Epochs[0], recorder.Warnings);
    }

    private static double[] OutputsOf(Network<float> network, int layers)
    {
        Network<float> first = network.WithHead(layers, kept => kept);
        DenseBlock<float> inputs = RandomBatches.Block(Rows, Clusters.Width, Clusters.Rows(Rows).DenseFeatures());
        return first.Forward(inputs, first.CreateWorkspace(Rows), ForwardMode.HeldMask).ToDoubles();
    }
}
