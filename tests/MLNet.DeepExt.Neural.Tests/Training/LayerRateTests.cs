using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Regularizers;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Neural.Training;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Neural.Tests.Training;

/// <summary>Layers that learn at a rate of their own or not at all, and trainings that begin from a network.</summary>
[Trait("Spec", "A14")]
public sealed class LayerRateTests
{
    private static readonly NetworkSpec Spec =
        NetworkSpec.Input(Clusters.Width).Dense(20).BatchNorm().Relu().Dense(18).BatchNorm().Tanh().Dense(Clusters.Classes);

    public static TheoryData<int[], double?> Frozen => new()
    {
        { [0], null }, { [1], null }, { [0, 1], null }, { [3, 4], 0.9 }, { [1, 4], 0.9 }, { [6], 0.99 },
        { [0, 1, 3, 4], null }, { [0, 1, 2, 3, 4, 5], 0.9 },
    };

    [Theory]
    [MemberData(nameof(Frozen))]
    public void A_frozen_layer_keeps_every_bit(int[] layers, double? averaging)
    {
        Network<float> start = TrainedNetworks.Of(Spec, 1);
        var rates = layers.ToDictionary(layer => Spec.LayerNames[layer], _ => 0.0);
        TrainingResult result = Train(start, new()
        {
            LayerRates = rates,
            WeightAveraging = averaging,
            Optimizer = new AdamW(0.01),
            Regularizer = new ElasticNet(0.1, 0.5),
        });
        foreach (Slot slot in start.Parameters.Slots.Concat(start.Parameters.Buffers))
        {
            bool isFrozen = rates.ContainsKey(slot.Name[..slot.Name.LastIndexOf('.')]);
            Assert.Equal(isFrozen, start.Parameters.Read(slot).AsSpan().SequenceEqual(result.Network.Parameters.Read(slot)));
        }
    }

    [Fact]
    public void A_layer_with_half_the_rate_goes_half_the_way()
    {
        Network<float> start = TrainedNetworks.Of(Spec, 1);
        var options =
            new TrainingOptions { Optimizer = new GradientDescent(0.1), BatchSize = 100, MaximumEpochs = 1, ValidationFraction = 0 };
        Network<float> full = Train(start, options).Network;
        Network<float> half =
            Train(start, options with { LayerRates = new Dictionary<string, double> { ["3.dense"] = 0.5, ["4.batchnorm"] = 2, ["6.dense"] = 1 } }).Network;
        foreach (Slot slot in start.Parameters.Slots)
        {
            double factor = LayerOf(slot) switch
            {
                3 => 0.5,
                4 => 2,
                _ => 1,
            };
            float[] before = start.Parameters.Read(slot);
            double[] expected = [.. full.Parameters.Read(slot).Zip(before, (after, from) => from + factor * (after - from))];
            Close.Everywhere(expected, Array.ConvertAll(half.Parameters.Read(slot), value => (double)value), 1e-6, slot.Name);
        }
    }

    [Fact]
    public void Impossible_rates_are_refused()
    {
        Assert.Equal(
            "LayerRates[2.relu] must be at least 0 and finite but is -0.5; 0 freezes the layer, 1 is the learning rate itself.",
                MessageOf("2.relu", -0.5));
        Assert.Equal(
            "LayerRates[0.dense] must be at least 0 and finite but is NaN; 0 freezes the layer, 1 is the learning rate itself.",
                MessageOf("0.dense", double.NaN));
        Assert.Equal(
            "LayerRates[1.batchnorm] must be at least 0 and finite but is Infinity; 0 freezes the layer, 1 is the learning rate itself.",
            MessageOf("1.batchnorm", double.PositiveInfinity));
        Assert.Equal(
            "LayerRates has an entry for layer 1.dense but the network has 0.dense, 1.batchnorm, 2.relu, 3.dense, 4.batchnorm, 5.tanh, 6.dense; "
            + "use one of these names.", MessageOf("1.dense", 1));

        static string MessageOf(string layer, double rate) => Refused(new Dictionary<string, double> { [layer] = rate });
    }

    [Fact]
    public void Where_nothing_could_learn_training_is_refused()
    {
        Assert.Equal(
            "LayerRates is 0 for every layer with parameters (0.dense, 1.batchnorm, 3.dense, 4.batchnorm, 6.dense); give at least one of them a rate above 0.",
            Refused(Spec.LayerNames.ToDictionary(layer => layer, _ => 0.0)));
        Assert.Equal(
            "LayerRates is 0 for every layer with parameters (0.dense, 1.batchnorm, 3.dense, 4.batchnorm, 6.dense); give at least one of them a rate above 0.",
            Refused(new[] { 0, 1, 3, 4, 6 }.ToDictionary(layer => Spec.LayerNames[layer], _ => 0.0)));
    }

    [Fact]
    public void Batches_of_one_row_are_trained_on_where_every_batch_norm_is_frozen()
    {
        var options =
            new TrainingOptions { BatchSize = 1, MaximumEpochs = 1, LayerRates = new Dictionary<string, double> { ["1.batchnorm"] = 0, ["4.batchnorm"] = 0 } };
        Assert.Single(Train(TrainedNetworks.Of(Spec, 1), options).History.Epochs);
    }

    [Fact]
    public void Training_further_begins_from_the_network_and_leaves_it_as_it_is()
    {
        Network<float> start = TrainedNetworks.Of(Spec, 1);
        float[] before = StateOf(start);
        var trainer =
            new Trainer(start, new SoftmaxCrossEntropy(), Options with { Optimizer = new GradientDescent(1e-30), MaximumEpochs = 1 });
        TrainingResult result = trainer.Train(Clusters.Rows(100));
        Assert.Equal(before, StateOf(start));
        foreach (Slot slot in start.Parameters.Slots)
            Assert.Equal(start.Parameters.Read(slot), result.Network.Parameters.Read(slot));

        // Nor does it matter what becomes of the network after the trainer was made, or that it trained before.
        start.Parameters.Write(start.Parameters.Slots[0], new float[start.Parameters.Slots[0].Shape.Count]);
        Assert.Equal(StateOf(result.Network), StateOf(trainer.Train(Clusters.Rows(100)).Network));
    }

    [Fact]
    public void Twice_five_epochs_of_plain_descent_are_ten()
    {
        // A batch of all rows: in another order in every epoch, which changes sums by their rounding alone.
        TrainingOptions options =
            Options with { Optimizer = new GradientDescent(0.2), BatchSize = 100, MaximumEpochs = 5, ValidationFraction = 0 };
        Network<float> start = TrainedNetworks.Of(Spec, 1);
        TrainingResult five = Train(start, options), further = Train(five.Network, options);
        TrainingResult ten = Train(start, options with { MaximumEpochs = 10 });
        Close.Everywhere(
            [.. ten.History.Epochs.Select(epoch => epoch.TrainLoss)],
            [.. five.History.Epochs.Concat(further.History.Epochs).Select(epoch => epoch.TrainLoss)], 1e-5, "loss");
        Close.Everywhere(
            Array.ConvertAll(StateOf(ten.Network), value => (double)value),
            Array.ConvertAll(StateOf(further.Network), value => (double)value), 1e-4, "state");
        Assert.Equal([1, 2, 3, 4, 5], further.History.Epochs.Select(epoch => epoch.Epoch));
    }

    [Fact]
    public void Training_further_goes_on_from_where_the_validation_loss_was()
    {
        LabeledRows validation = Clusters.Rows(100, seed: 2);
        TrainingOptions options = Options with { MaximumEpochs = 5, Optimizer = new Adam(0.003) };
        TrainingResult first = new Trainer(Spec, new SoftmaxCrossEntropy(), options).Train(Clusters.Rows(300), validation);
        TrainingResult second = new Trainer(first.Network, new SoftmaxCrossEntropy(), options).Train(Clusters.Rows(300), validation);
        Assert.True(second.History.Epochs[0].ValidationLoss < first.History.Epochs[^2].ValidationLoss);
        Assert.True(second.History.Epochs[^1].ValidationLoss < first.History.Epochs[^1].ValidationLoss);
    }

    [Fact]
    public void There_must_be_a_network_to_begin_from() =>
        Assert.Throws<ArgumentNullException>("start", () => new Trainer((Network<float>)null!, new SoftmaxCrossEntropy(), Options));

    private static TrainingOptions Options => new() { Seed = 5, NumberOfThreads = 2, BatchSize = 25 };

    private static string Refused(IReadOnlyDictionary<string, double> rates) => Assert.Throws<ArgumentException>(
        () => new Trainer(Spec, new SoftmaxCrossEntropy(), Options with { LayerRates = rates })).WithoutParameter();

    private static TrainingResult Train(Network<float> start, TrainingOptions options) =>
        new Trainer(start, new SoftmaxCrossEntropy(), options with { Seed = 5, MaximumEpochs = Math.Min(options.MaximumEpochs, 10) })
            .Train(Clusters.Rows(100));

    private static int LayerOf(Slot slot) =>
        int.Parse(slot.Name.AsSpan(0, slot.Name.IndexOf('.')), System.Globalization.CultureInfo.InvariantCulture);

    private static float[] StateOf(Network<float> network) =>
        [.. network.Parameters.Slots.Concat(network.Parameters.Buffers).SelectMany(network.Parameters.Read)];
}
