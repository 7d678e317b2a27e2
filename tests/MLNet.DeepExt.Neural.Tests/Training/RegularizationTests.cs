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

/// <summary>Prices on weights in training: what they do, what they leave alone, and what the history says of them.</summary>
[Trait("Spec", "A4")]
public sealed class RegularizationTests
{
    // 33 units: strips with padding, whose zeros are no weights.
    private static readonly NetworkSpec Spec =
        NetworkSpec.Input(Clusters.Width).Dense(33).BatchNorm().Tanh().Dense(7).Relu().Dense(Clusters.Classes);

    public static IEnumerable<TheoryDataRow<Regularizer>> Kinds => [new(new L2(5)), new(new L1(5)), new(new ElasticNet(5, 0.4))];

    [Theory]
    [InlineData(null)]
    [InlineData(0.1)]
    public void L1_makes_weights_exactly_zero_and_the_history_says_how_many(double? averaging)
    {
        foreach (double validation in new[] { 0, 0.2 })
        {
            TrainingResult result = Train(new()
            {
                Regularizer = new L1(5),
                WeightAveraging = averaging,
                ValidationFraction = validation,
                MaximumEpochs = 60,
                Optimizer = new GradientDescent(0.1),
            });
            float[] weights = WeightsOf(result.Network);
            int zeros = weights.Count(weight => weight == 0);
            Assert.InRange(zeros, averaging is null && validation == 0 ? weights.Length / 4 : 1, weights.Length - 1);
            Assert.Equal(zeros / (double)weights.Length, result.History.Epochs[result.History.BestEpoch - 1].Sparsity);
        }
    }

    [Fact]
    public void L2_makes_weights_smaller_and_none_zero()
    {
        var options = new TrainingOptions { MaximumEpochs = 60, Optimizer = new Adam(0.01), ValidationFraction = 0 };
        TrainingResult with = Train(options with { Regularizer = new L2(20) }), without = Train(options);
        Assert.True(Norm(WeightsOf(with.Network)) < 0.7 * Norm(WeightsOf(without.Network)));
        Assert.DoesNotContain(0, WeightsOf(with.Network));
        Assert.All(with.History.Epochs, epoch => Assert.Equal(0, epoch.Sparsity));
    }

    [Fact]
    public void Without_a_regularizer_the_history_has_neither_penalty_nor_sparsity() =>
        Assert.All(Train(new() { MaximumEpochs = 2 }).History.Epochs, epoch => Assert.Equal((null, null), (epoch.Penalty, epoch.Sparsity)));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_penalty_in_the_history_is_the_formula_by_the_rows_of_the_last_batch(Regularizer kind)
    {
        // 200 rows: batches of 60, 60, 60 and 20.
        TrainingResult result = Train(new() { Regularizer = kind, BatchSize = 60, MaximumEpochs = 3, ValidationFraction = 0 });
        double squares = WeightsOf(result.Network).Sum(weight => (double)weight * weight);
        double absolutes = WeightsOf(result.Network).Sum(weight => Math.Abs((double)weight));
        double expected = kind switch
        {
            L2 => 5 * squares / 40,
            L1 => 5 * absolutes / 40,
            _ => 5 * (0.4 * absolutes + 0.6 * squares) / 40,
        };
        Assert.Equal(expected, result.History.Epochs[^1].Penalty!.Value, 1e-9);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Biases_scales_and_shifts_take_the_same_step_with_it_and_without(Regularizer kind)
    {
        Network<float> start = TrainedNetworks.Of(Spec, 1);
        var options = new TrainingOptions { Optimizer = new GradientDescent(0.1) };
        Network<float> without = Stepped(start, options), with = Stepped(start, options with { Regularizer = kind });
        foreach (Slot slot in start.Parameters.Slots)
        {
            float[] expected = without.Parameters.Read(slot), actual = with.Parameters.Read(slot);
            if (slot.Kind != SlotKind.Weight)
            {
                Assert.Equal(expected, actual);
                continue;
            }

            // α = 0.1, m = 50: α·λ₂/m·W is subtracted, then α·λ₁/(2m) brings closer to 0.
            double share = kind is L2 ? 0 : kind is L1 ? 1 : 0.4, threshold = 0.1 * 5 * share / 100;
            double[] formula = [.. expected.Zip(start.Parameters.Read(slot), (after, before) =>
            {
                double shrunk = after - 0.1 * 5 * (1 - share) / 50 * before;
                return Math.Sign(shrunk) * Math.Max(0, Math.Abs(shrunk) - threshold);
            })];
            Close.Everywhere(formula, Array.ConvertAll(actual, value => (double)value), 1e-6, slot.Name);
        }

        Assert.Equal(
            without.Parameters.Buffers.SelectMany(without.Parameters.Read), with.Parameters.Buffers.SelectMany(with.Parameters.Read));
    }

    [Fact]
    public void Twice_the_rows_of_a_batch_pay_half_the_price()
    {
        Network<float> start = TrainedNetworks.Of(NetworkSpec.Input(Clusters.Width).Dense(Clusters.Classes), 1);
        LabeledRows rows = Clusters.Rows(50);
        var twice = new LabeledRows(Clusters.Width, [.. rows.DenseFeatures(), .. rows.DenseFeatures()], [.. rows.Classes, .. rows.Classes]);
        var options = new TrainingOptions { Optimizer = new GradientDescent(0.1) };
        Slot weight = start.Parameters.Slots[0];
        double[] of(LabeledRows data, double lambda) => Array.ConvertAll(
            Stepped(start, options with { Regularizer = new L2(lambda) }, data).Parameters.Read(weight), value => (double)value);
        Close.Everywhere(of(rows, 3), of(twice, 6), 1e-6, "weight");
        Assert.NotEqual(of(rows, 3), of(twice, 3));
    }

    [Fact]
    public void A_strength_that_is_none_is_refused() =>
        Assert.Equal(
            "Lambda of L1 must be above 0 but is -2; use no regularizer for no penalty.",
            Assert.Throws<ArgumentException>(() => Train(new() { Regularizer = new L1(-2) })).WithoutParameter());

    [Theory]
    [InlineData(null)]
    [InlineData(0.999)]
    public void Where_nothing_is_validated_sparsity_is_that_of_the_network_given_back(double? averaging)
    {
        TrainingResult result = Train(new()
        {
            Regularizer = new L1(200),
            WeightAveraging = averaging,
            ValidationFraction = 0,
            MaximumEpochs = 60,
            Optimizer = new GradientDescent(0.1),
        });
        float[] weights = WeightsOf(result.Network);
        double share = weights.Count(weight => weight == 0) / (double)weights.Length;
        Assert.Equal(averaging is null, share > 0.5);
        Assert.Equal(share, result.History.Epochs[^1].Sparsity);
    }

    private static TrainingResult Train(TrainingOptions options) =>
        new Trainer(Spec, new SoftmaxCrossEntropy(), options with { Seed = 2 }).Train(Clusters.Rows(200));

    private static Network<float> Stepped(Network<float> start, TrainingOptions options, LabeledRows? data = null)
    {
        Network<float> network = start.ConvertTo<float>();
        LabeledRows rows = data ?? Clusters.Rows(50);
        var source = new MemoryBatchSource(rows, [.. Enumerable.Range(0, rows.Count)], rows.Count, shuffle: null);
        var step = new SupervisedStep(network, new SoftmaxCrossEntropy(), source, options);
        using var team = new WorkerTeam(2);
        source.BeginEpoch(1);
        Assert.True(source.MoveNext(step.Batch));
        step.Run(team, rateFactor: 1);
        return network;
    }

    private static float[] WeightsOf(Network<float> network) =>
        [.. network.Parameters.Slots.Where(slot => slot.Kind == SlotKind.Weight).SelectMany(network.Parameters.Read)];

    private static double Norm(float[] values) => Math.Sqrt(values.Sum(value => (double)value * value));
}
