using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Initializers;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Regularizers;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Neural.Training;

namespace MLNet.DeepExt.Neural.Tests.Training;

/// <summary>Norms of layers in the history, what is warned of, and how far a clipped gradient leads.</summary>
[Trait("Spec", "A13")]
public sealed class NormTests
{
    private const int Rows = 90;

    private static readonly NetworkSpec Spec = NetworkSpec.Input(Clusters.Width)
        .Then(new Dense(33) { UseBias = false }).BatchNorm().Sigmoid().Dense(20).Tanh().Dense(Clusters.Classes);

    public static IEnumerable<TheoryDataRow<GradientClipping?>> Clippings =>
        [new(null), new(new ClipByValue(1e-3)), new(new ClipByNorm(1e-3)), new(new ClipByGlobalNorm(1e-3))];

    [Theory]
    [MemberData(nameof(Clippings))]
    public void They_are_those_of_passes_through_the_network_before_any_clipping(GradientClipping? clipping)
    {
        Network<float> start = TrainedNetworks.Of(Spec, 1);
        Memory<float> gradient = GradientAt(start, Clusters.Rows(Rows));
        TrainingResult result = Train(start, Clipped(Options, clipping) with { RecordNorms = true });
        IReadOnlyList<LayerNorms> norms = result.History.Epochs[0].Norms;
        Assert.Equal(
            ["0.dense", "1.batchnorm", "2.sigmoid", "3.dense", "4.tanh", "5.dense"],
            norms.Select(layer => layer.Layer));
        for (int i = 0; i < norms.Count; i++)
        {
            Assert.Equal(RootMeanSquareOfOutputs(start, i + 1), norms[i].Activation, 1e-5);
            Slot[] slots = SlotsOf(start, i);
            Assert.Equal(slots.Length > 0, norms[i].Gradient is not null);
            Assert.Equal(slots.Length > 0, norms[i].Weight is not null);
            if (slots.Length == 0)
                continue;
            double expected = Norm(slots.SelectMany(slot => start.ReadGradient(slot, gradient.Span)));
            Assert.InRange(norms[i].Gradient!.Value / expected, 1 - 1e-5, 1 + 1e-5);
            Assert.Equal(Norm(slots.SelectMany(result.Network.Parameters.Read)), norms[i].Weight!.Value, 1e-9);
        }
    }

    [Fact]
    public void The_gradient_of_the_penalty_is_in_them()
    {
        Network<float> start = TrainedNetworks.Of(Spec, 1);
        Memory<float> gradient = GradientAt(start, Clusters.Rows(Rows));
        IReadOnlyList<LayerNorms> norms =
            Train(start, Options with { RecordNorms = true, Regularizer = new L2(45) }).History.Epochs[0].Norms;
        Slot weight = start.Parameters.Slots[0];
        double expected = Norm(start.ReadGradient(weight, gradient.Span).Zip(start.Parameters.Read(weight), (g, w) => g + 45f / Rows * w));
        Assert.InRange(norms[0].Gradient!.Value / expected, 1 - 1e-5, 1 + 1e-5);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Any_number_of_threads_gives_the_same_bits_and_training_does_not_notice(bool sparse)
    {
        DenseBlock<float> features = SparseRowsOf.Random<float>(70, 400, 0.1, new Random(1));
        int[] classes = [.. Enumerable.Range(0, 70).Select(row => row % 3)];
        var rows = new LabeledRows(sparse ? SparseRowsOf.Rows(features) : SparseRowsOf.Written(features), classes);
        NetworkSpec spec = NetworkSpec.Input(400).Dense(40).BatchNorm().Relu().Dense(3);
        (float[] Parameters, LayerNorms[] Norms) of(int threads, bool recorded)
        {
            var options = new TrainingOptions
            {
                Seed = 1,
                BatchSize = 32,
                MaximumEpochs = 3,
                ValidationFraction = 0,
                NumberOfThreads = threads,
                RecordNorms = recorded,
            };
            TrainingResult result = new Trainer(spec, new SoftmaxCrossEntropy(), options).Train(rows);
            return (
                [.. result.Network.Parameters.Slots.SelectMany(result.Network.Parameters.Read)],
                [.. result.History.Epochs.SelectMany(epoch => epoch.Norms)]);
        }

        (float[] parameters, LayerNorms[] norms) = of(1, recorded: true);
        Assert.Equal(12, norms.Length);
        foreach (int threads in new[] { 2, 3 })
        {
            Assert.Equal(norms, of(threads, recorded: true).Norms);
            Assert.Equal(parameters, of(threads, recorded: true).Parameters);
        }

        Assert.Empty(of(2, recorded: false).Norms);
        Assert.Equal(parameters, of(2, recorded: false).Parameters);
    }

    [Fact]
    public void Rows_without_their_zeros_have_the_same_norms()
    {
        DenseBlock<float> features = SparseRowsOf.Random<float>(Rows, Clusters.Width, 0.5, new Random(1));
        Network<float> start = TrainedNetworks.Of(Spec, 1);
        LayerNorms[] of(FeatureRows rows)
        {
            var labeled = new LabeledRows(rows, [.. Enumerable.Range(0, Rows).Select(row => row % 3)]);
            var trainer = new Trainer(start, new SoftmaxCrossEntropy(), Options with { RecordNorms = true });
            return [.. trainer.Train(labeled).History.Epochs[0].Norms];
        }

        LayerNorms[] dense = of(SparseRowsOf.Written(features)), sparse = of(SparseRowsOf.Rows(features));
        Assert.Equal(dense.Select(layer => layer.Activation), sparse.Select(layer => layer.Activation));
        Close.Everywhere(
            [.. dense.Select(layer => layer.Gradient ?? -1)], [.. sparse.Select(layer => layer.Gradient ?? -1)], 1e-7, "gradient");
    }

    [Fact]
    public void A_frozen_layer_has_no_gradient()
    {
        TrainingOptions options = Options with { RecordNorms = true, LayerRates = new Dictionary<string, double> { ["3.dense"] = 0 } };
        IReadOnlyList<LayerNorms> norms = Train(TrainedNetworks.Of(Spec, 1), options).History.Epochs[0].Norms;
        Assert.Equal([true, true, false, false, false, true], norms.Select(layer => layer.Gradient is not null));
        Assert.NotNull(norms[3].Weight);
    }

    [Fact]
    public void A_deep_network_of_sigmoids_is_warned_of_vanishing_gradients()
    {
        NetworkSpec spec = NetworkSpec.Input(Clusters.Width);
        for (int i = 0; i < 12; i++)
            spec = spec.Dense(10).Sigmoid();
        (EpochRecord epoch, List<string> warnings) = Warned(spec.Dense(Clusters.Classes));
        LayerNorms last = epoch.Norms[^1];
        string[] expected =
        [
            .. epoch.Norms.Where(layer => layer.Gradient < 1e-6 * last.Gradient).Select(layer => FormattableString.Invariant(
                $"The gradient of layer {layer.Layer} vanishes: its norm is {layer.Gradient:0.0e+00} compared with {last.Gradient:0.0e+00} ")
                + "of layer 24.dense; use ReLU with its initializer, batch normalization, or fewer layers."),
        ];
        Assert.StartsWith("The gradient of layer 0.dense vanishes: ", expected[0], StringComparison.Ordinal);
        Assert.Equal(expected, warnings);
    }

    [Fact]
    public void A_network_of_large_weights_is_warned_of_exploding_gradients()
    {
        NetworkSpec spec = NetworkSpec.Input(Clusters.Width);
        for (int i = 0; i < 10; i++)
            spec = spec.Then(new Dense(30) { Initializer = new Normal(1) }).Relu();
        (EpochRecord epoch, List<string> warnings) =
            Warned(spec.Dense(Clusters.Classes), Options with { Optimizer = new GradientDescent(1e-30) });
        LayerNorms first = epoch.Norms[0];
        Assert.Equal(
            FormattableString.Invariant(
                $"The gradient of layer 0.dense explodes: its norm is {first.Gradient:0.0e+00} ")
            + FormattableString.Invariant($"and that of its weights is {first.Weight:0.0e+00}; ")
            + "clip it, use a lower learning rate, or normalize the inputs.",
            warnings[0]);
        Assert.Equal(
            epoch.Norms.Count(layer => layer.Gradient > 1e3 * layer.Weight),
            warnings.Count(warning => warning.StartsWith("The gradient of", StringComparison.Ordinal)));
        Assert.All(
            warnings.Where(warning => !warning.StartsWith("The gradient of", StringComparison.Ordinal)),
            warning => Assert.StartsWith("The activations of", warning, StringComparison.Ordinal));
    }

    [Fact]
    public void Networks_that_learn_well_are_not_warned_of()
    {
        foreach (NetworkSpec spec in new[]
        {
            Spec,
            NetworkSpec.Input(Clusters.Width).Dense(64).Relu().Dense(64).Relu().Dense(64).Relu().Dense(Clusters.Classes),
            NetworkSpec.Input(Clusters.Width).Dense(Clusters.Classes),
        })
        {
            (EpochRecord epoch, List<string> warnings) = Warned(spec, Options with { MaximumEpochs = 100, Optimizer = new Adam(0.02) });
            Assert.True(epoch.TrainLoss < 0.7);
            Assert.Empty(warnings);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_clipped_step_of_plain_descent_goes_no_farther_than_its_limit(int threads)
    {
        const double rate = 0.5, limit = 0.02;
        Network<float> start = TrainedNetworks.Of(Spec, 1);
        var options = new TrainingOptions
        {
            Optimizer = new GradientDescent(rate),
            BatchSize = Rows,
            MaximumEpochs = 1,
            ValidationFraction = 0,
            NumberOfThreads = threads,
        };
        double[][] free = Moves(start, options);
        Assert.All(free, slot => Assert.True(Norm(slot) > rate * limit));

        double[][] global = Moves(start, Clipped(options, new ClipByGlobalNorm(limit)));
        Assert.Equal(rate * limit, Norm(global.SelectMany(slot => slot)), 1e-6);
        double factor = limit * rate / Norm(free.SelectMany(slot => slot));
        Close.Everywhere(
            [.. free.SelectMany(slot => slot).Select(move => factor * move)], [.. global.SelectMany(slot => slot)], 1e-6, "global");

        double[][] each = Moves(start, Clipped(options, new ClipByNorm(limit)));
        Assert.All(each, slot => Assert.Equal(rate * limit, Norm(slot), 1e-6));

        double[][] value = Moves(start, Clipped(options, new ClipByValue(0.001)));
        Close.Everywhere(
            [.. free.SelectMany(slot => slot).Select(move => Math.Clamp(move, -rate * 0.001, rate * 0.001))],
            [.. value.SelectMany(slot => slot)], 1e-6, "value");

        double[][] wide = Moves(start, Clipped(options, new ClipByGlobalNorm(1e6)));
        Assert.Equal(free, wide);
    }

    private static TrainingOptions Options => new() { BatchSize = Rows, MaximumEpochs = 1, ValidationFraction = 0, NumberOfThreads = 2 };

    private static TrainingOptions Clipped(TrainingOptions options, GradientClipping? clipping) =>
        clipping is null ? options : options with { Optimizer = new Chain(clipping, options.Optimizer) };

    private static TrainingResult Train(Network<float> start, TrainingOptions options) =>
        new Trainer(start, new SoftmaxCrossEntropy(), options).Train(Clusters.Rows(Rows));

    private static (EpochRecord Epoch, List<string> Warnings) Warned(NetworkSpec spec, TrainingOptions? options = null)
    {
        var recorder = new Recorder();
        TrainingOptions all = (options ?? Options) with { RecordNorms = true, Callbacks = [recorder] };
        History history = new Trainer(spec, new SoftmaxCrossEntropy(), all).Train(Clusters.Rows(Rows)).History;
        return (history.Epochs[^1], recorder.Warnings);
    }

    // How far each slot moves in one step.
    private static double[][] Moves(Network<float> start, TrainingOptions options)
    {
        Network<float> end = Train(start, options).Network;
        return
        [
            .. start.Parameters.Slots.Zip(end.Parameters.Slots, (from, to) =>
                start.Parameters.Read(from).Zip(end.Parameters.Read(to), (before, after) => (double)before - after).ToArray()),
        ];
    }

    private static Memory<float> GradientAt(Network<float> network, LabeledRows rows)
    {
        Workspace<float> workspace = network.CreateWorkspace(rows.Count);
        DenseBlock<float> logits = network.Forward(
            RandomBatches.Block(rows.Count, rows.Width, rows.DenseFeatures()), workspace, ForwardMode.HeldMask);
        var inputs = new DenseBlock<float>(rows.Count, rows.Width);
        var batch = new Batch<float>(inputs, Target<float>.OfClasses(rows.Count)) { Rows = rows.Count };
        rows.Classes.CopyTo(batch.Target.Classes);
        new SoftmaxCrossEntropy().CostAndGradient(
            logits, batch.Target, batch.Weights, rows.Count, new double[rows.Count], workspace.OutputGradient, 0, rows.Count);
        Memory<float> gradient = network.CreateGradient();
        network.Backward(workspace, gradient.Span);
        return gradient;
    }

    private static double RootMeanSquareOfOutputs(Network<float> network, int layers)
    {
        Network<float> first = network.WithHead(layers, kept => kept);
        DenseBlock<float> inputs = RandomBatches.Block(Rows, Clusters.Width, Clusters.Rows(Rows).DenseFeatures());
        DenseBlock<float> outputs = first.Forward(inputs, first.CreateWorkspace(Rows), ForwardMode.HeldMask);
        return Norm(outputs.ToDoubles()) / Math.Sqrt(Rows * outputs.Width);
    }

    private static Slot[] SlotsOf(Network<float> network, int layer)
    {
        string prefix = FormattableString.Invariant($"{layer}.");
        return [.. network.Parameters.Slots.Where(slot => slot.Name.StartsWith(prefix, StringComparison.Ordinal))];
    }

    private static double Norm(IEnumerable<double> values) => Math.Sqrt(values.Sum(value => value * value));

    private static double Norm(IEnumerable<float> values) => Norm(values.Select(value => (double)value));
}
