using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Initializers;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Neural.Training;

namespace MLNet.DeepExt.Neural.Tests.Layers;

/// <summary>Layers in the neural tangent parametrization, W = V/√inputs.</summary>
public sealed class NeuralTangentTests
{
    private const int Inputs = 400, Units = 300;

    [Fact]
    public void It_begins_with_normal_V_and_b()
    {
        var network = new Network<float>(NetworkSpec.Input(Inputs).Then(new Dense(Units) { NeuralTangent = true }), seed: 1);
        AssertNormal(network.Parameters.Read(network.Parameters.Slots[0]), 1 / Math.Sqrt(Inputs));
        AssertNormal(network.Parameters.Read(network.Parameters.Slots[1]), 1);
        Assert.NotEqual(
            network.Parameters.Read(network.Parameters.Slots[0])[..5].Select(w => (float)(w * Math.Sqrt(Inputs))),
            network.Parameters.Read(network.Parameters.Slots[1])[..5]);
    }

    [Fact]
    public void Members_begin_so_too_and_differ()
    {
        var network = new Network<float>(
            NetworkSpec.Input(Inputs).Members(2, inner => inner.Then(new MemberDense(Units) { NeuralTangent = true })), seed: 1);
        float[][] numbers = [.. network.Parameters.Slots.Select(network.Parameters.Read)];
        AssertNormal(numbers[0], 1 / Math.Sqrt(Inputs));
        AssertNormal(numbers[1], 1 / Math.Sqrt(Inputs));
        AssertNormal(numbers[2], 1);
        Assert.NotEqual(numbers[0], numbers[1]);
        Assert.NotEqual(numbers[2][..Units], numbers[2][Units..]);
    }

    [Fact]
    public void A_head_with_zeros_begins_at_0_altogether()
    {
        NetworkSpec input = NetworkSpec.Input(Inputs);
        Dense zeros = new(Units) { NeuralTangent = true, Initializer = new Zeros() };
        MemberDense ofMembers = new(Units) { NeuralTangent = true, Initializer = new Zeros() };
        Assert.All(new Network<float>(input.Then(zeros)).Parameters.Values.ToArray(), value => Assert.Equal(0, value));
        Assert.All(new Network<float>(input.Members(3, inner => inner.Then(ofMembers))).Parameters.Values.ToArray(), value => Assert.Equal(0, value));
    }

    [Fact]
    public void Its_parameters_say_what_their_rates_are_multiplied_by()
    {
        var network = new Network<float>(NetworkSpec.Input(Inputs).Then(new Dense(Units) { NeuralTangent = true }).Dense(3));
        Assert.Equal(
            [(1 / 20.0, 20.0), (0.1, 1.0), (1.0, 1.0), (1.0, 1.0)],
            network.Parameters.Slots.Select(slot => (slot.RateFactor, slot.DecayFactor)));
    }

    [Fact]
    public void Decay_takes_its_share_of_weights_whatever_their_rate()
    {
        var network = new Network<float>(
            NetworkSpec.Input(9).Then(new Dense(5) { NeuralTangent = true })
                .Members(2, inner => inner.Then(new MemberDense(4) { NeuralTangent = true })),
            seed: 1);
        float[][] before = [.. network.Parameters.Slots.Select(network.Parameters.Read)];
        var updater = new NetworkUpdater(network, new TrainingOptions
        {
            Optimizer = new Chain(new GradientDescent(0.5), new DecayWeights(0.1)),
            LayerRates = new Dictionary<string, double> { ["1.members"] = 0.5 },
        });
        updater.Update(rows: 1);
        foreach ((int i, Slot slot) in network.Parameters.Slots.Index())
        {
            double kept = slot.Kind != SlotKind.Weight ? 1 : i < 2 ? 1 - 0.5 * 0.1 : 1 - 0.5 * 0.5 * 0.1;
            double[] after = Array.ConvertAll(network.Parameters.Read(slot), value => (double)value);
            Close.Everywhere([.. before[i].Select(value => kept * value)], after, 1e-6, slot.Name);
        }
    }

    [Fact]
    public void Rows_that_leave_zeros_out_train_it_to_the_same_bits()
    {
        DenseBlock<float> rows = SparseRowsOf.Random<float>(60, 200, 0.05, new Random(1));
        float[] written = of(SparseRowsOf.Written(rows)), sparse = of(SparseRowsOf.Rows(rows));
        Assert.Equal(written, sparse);

        float[] of(FeatureRows features)
        {
            var options = new TrainingOptions { Optimizer = new GradientDescent(0.3), MaximumEpochs = 3, ValidationFraction = 0, BatchSize = 20 };
            NetworkSpec spec = NetworkSpec.Input(200).Then(new Dense(20) { NeuralTangent = true }).Tanh().Dense(3);
            var data = new LabeledRows(features, [.. Enumerable.Range(0, 60).Select(row => row % 3)]);
            return new Trainer(spec, new SoftmaxCrossEntropy(), options).Train(data).Network.Parameters.Values.ToArray();
        }
    }

    [Fact]
    public void The_description_names_it() => Assert.Equal("Dense(5, neural tangent, Zeros)", new Dense(5)
    {
        NeuralTangent = true,
        Initializer = new Zeros(),
    }.ToString());

    private static void AssertNormal(float[] values, double deviation)
    {
        double error = 4 / Math.Sqrt(values.Length);
        Assert.InRange(values.Average(), -error * deviation, error * deviation);
        Assert.Equal(deviation, Math.Sqrt(values.Average(value => (double)value * value)), error * deviation);
    }
}
