using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Neural.Training;
using MLNet.DeepExt.Neural.Training.Calibration;

namespace MLNet.DeepExt.Neural.Tests.Training.Calibration;

/// <summary>Quantiles are shifted to hold on the validation rows.</summary>
[Trait("Spec", "G4")]
public sealed class QuantileCalibrationTests
{
    private static readonly float[] Values =
        [3, -1, 4, 1.5f, -9, 2.6f, 5, 3.5f, -8, 9, 7, -9.5f, 3.2f, 3.8f, 4.6f, 2.64f, 3.3f, 8.3f, 2.7f, 9.5f, 0.2f, 8.8f, 4.1f, -1.6f];

    private static readonly Quantile Scaled = new() { Scaling = new TargetScaling([100], [3]) };

    // numpy.quantile(values, τ, method="weibull"), which is the value of rank τ·(n + 1).
    [Theory]
    [InlineData(0.05, -9.375)]
    [InlineData(0.1, -8.5)]
    [InlineData(0.37, 2.655)]
    [InlineData(0.5, 3.25)]
    [InlineData(0.9, 8.9)]
    [InlineData(0.95, 9.375)]
    public void The_shift_is_the_residual_that_NumPy_has_at_the_rank_of_one_row_more(double quantile, double expected)
    {
        var loss = new Quantile { Quantiles = [quantile] };
        Assert.Equal(expected, QuantileCalibration.ShiftsOf(Residuals(Values, _ => 1), loss)[0]!.Value, 1e-6);
        Assert.Equal(expected, QuantileCalibration.ShiftsOf(Residuals(Values, _ => 0.25f), loss)[0]!.Value, 1e-6);
    }

    [Fact]
    public void Rows_count_by_their_weight_and_those_without_weight_or_target_do_not()
    {
        var loss = new Quantile { Quantiles = [0.5] };
        double without = QuantileCalibration.ShiftsOf(Residuals([1, 2, 3], _ => 1), loss)[0]!.Value;
        Assert.Equal(2, without);
        Assert.Equal(without, QuantileCalibration.ShiftsOf(Residuals([1, 2, float.NaN, 3, 100], row => row == 4 ? 0 : 1), loss)[0]);

        // Σ w = 6, n = 36/12 = 3: rank 0.5 · 6 · 4/3 = 4; the weights below are 1, 2, 3, 6, so that it lies a third of the way from 3 to 4.
        float[] weights = [1, 1, 1, 3];
        Assert.Equal(3 + 1 / 3.0, QuantileCalibration.ShiftsOf(Residuals([1, 2, 3, 4], row => weights[row]), loss)[0]!.Value, 1e-9);
    }

    [Fact]
    public void Of_members_the_mean_of_their_quantiles_holds_once_they_are_shifted_and_sorted()
    {
        var rows = new LogitRows(outputs: 2, members: 2, targetWidth: 1);
        var logits = new DenseBlock<float>(2, 2);
        var target = Target<float>.OfValues(1, 1);
        (logits.Row(0)[0], logits.Row(0)[1]) = (3, 1);
        (logits.Row(1)[0], logits.Row(1)[1]) = (2, 6);
        for (int row = 0; row < 9; row++)
        {
            target.Values!.Row(0)[0] = 10 + row;
            rows.Add(logits, target, [1]);
        }

        // Ranks 3 and 7 of 10, ..., 18 are 12 and 16: the means of 12.5 and 11.5, and of 13.5 and 18.5. The first member's outputs have crossed.
        double?[] shifts = QuantileCalibration.ShiftsOf(rows, new Quantile { Quantiles = [0.3, 0.7] });
        Assert.Equal(9.5, shifts[0]!.Value, 1e-9);
        Assert.Equal(12.5, shifts[1]!.Value, 1e-9);
    }

    [Theory]
    [InlineData(18, 0.05)]
    [InlineData(18, 0.95)]
    [InlineData(98, 0.01)]
    [InlineData(0, 0.5)]
    public void A_quantile_that_has_no_rank_among_so_few_rows_is_not_shifted(int rows, double quantile)
    {
        var loss = new Quantile { Quantiles = [quantile] };
        Assert.Null(QuantileCalibration.ShiftsOf(Residuals(new float[rows], _ => 1), loss)[0]);
        Assert.NotNull(QuantileCalibration.ShiftsOf(Residuals(new float[rows + 1], _ => 1), loss)[0]);
    }

    [Theory]
    [InlineData(1, false, false)]
    [InlineData(2, false, false)]
    [InlineData(3, false, false)]
    [InlineData(1, true, false)]
    [InlineData(1, false, true)]
    public void Intervals_of_new_rows_hold_nine_of_ten_whatever_the_network_has_learned(int seed, bool hasMembers, bool isStreamed)
    {
        LabeledRows training = Table(400, seed), validation = Table(2000, seed + 10);
        (float[] features, float[] targets) = Draw(4000, seed + 20);
        double plain = Coverage(Train(hasMembers, false, isStreamed, training, validation).Network, features, targets);
        double calibrated = Coverage(Train(hasMembers, true, isStreamed, training, validation).Network, features, targets);
        Assert.True(Math.Abs(plain - 0.9) > 0.04, $"{plain}"); // so few small steps do not learn how far targets spread
        Assert.Equal(0.9, calibrated, 0.02);
    }

    [Fact]
    public void Streamed_rows_and_rows_in_memory_give_the_same_network()
    {
        LabeledRows training = Table(200, 1), validation = Table(300, 2);
        Assert.Equal(
            Train(false, true, false, training, validation).Network.Parameters.Values.ToArray(),
            Train(false, true, true, training, validation).Network.Parameters.Values.ToArray());
    }

    [Fact]
    public void Without_validation_rows_and_after_a_cancellation_the_network_stays_as_it_was()
    {
        LabeledRows training = Table(200, 1), validation = Table(300, 2);
        Assert.Equal(
            Train(false, false, false, training, null).Network.Parameters.Values.ToArray(),
            Train(false, true, false, training, null).Network.Parameters.Values.ToArray());
        float[] plain = Cancelled(isCalibrated: false), calibrated = Cancelled(isCalibrated: true);
        Assert.Equal(plain, calibrated);

        float[] Cancelled(bool isCalibrated)
        {
            using var cancellation = new CancellationTokenSource();
            TrainingOptions options = Options(isCalibrated, validation) with
            {
                MaximumEpochs = 5,
                Callbacks = [new CancelAfterAnEpoch(cancellation)],
            };
            return new Trainer(SpecOf(false), Scaled, options).Train(training, validation, cancellation.Token).Network.Parameters.Values
                .ToArray();
        }
    }

    [Fact]
    public void Too_few_validation_rows_are_a_warning_and_the_other_quantiles_are_shifted()
    {
        LabeledRows training = Table(200, 1), validation = Table(18, 2);
        TrainingResult plain = Train(false, false, false, training, validation), calibrated = Train(false, true, false, training, validation);
        Assert.Contains(
            "Quantiles 0.05, 0.95 are not calibrated, because this needs 19 validation rows with a target but there are 18, counted by their "
            + "weights; give more of them, or set QuantileCalibration to false.",
            calibrated.History.Warnings);
        float[] before = BiasOf(plain.Network), after = BiasOf(calibrated.Network);
        Assert.Equal((before[0], before[2]), (after[0], after[2]));
        Assert.NotEqual(before[1], after[1]);
    }

    [Fact]
    public void A_warning_counts_rows_by_their_weights_and_without_those_that_lack_the_target()
    {
        var loss = new Quantile { Quantiles = [0.05] };
        // Σ w = 40, Σ w² = 20 + 400: 3.8 rows; the last one has no target.
        LogitRows rows = Residuals([.. Enumerable.Range(0, 21).Select(i => (float)i), float.NaN], row => row == 20 ? 20 : 1);
        double?[] shifts = QuantileCalibration.ShiftsOf(rows, loss);
        Assert.Equal(
            "Quantiles 0.05 are not calibrated, because this needs 19 validation rows with a target but there are 3, counted by their weights; "
            + "give more of them, or set QuantileCalibration to false.",
            QuantileCalibration.WarningOf(shifts, rows, loss));
    }

    [Fact]
    public void Equal_residuals_are_shifted_by_them() => Assert.Equal(
        [0.1f, 0.1f],
        QuantileCalibration.ShiftsOf(Residuals([.. Enumerable.Repeat(0.1f, 40)], _ => 1), new Quantile { Quantiles = [0.5] })
            .Concat(QuantileCalibration.ShiftsOf(Residuals([.. Enumerable.Repeat(0.1f, 40)], _ => 0.3f), new Quantile { Quantiles = [0.5] }))
            .Select(shift => (float)shift!.Value));

    [Fact]
    public void A_network_without_a_bias_at_its_end_is_left_alone()
    {
        LabeledRows training = Table(200, 1), validation = Table(300, 2);
        NetworkSpec spec = NetworkSpec.Input(2).Dense(8).Relu().Then(new Neural.Layers.Dense(3) { UseBias = false });
        float[] plain = Learned(false), calibrated = Learned(true);
        Assert.Equal(plain, calibrated);

        float[] Learned(bool isCalibrated) => new Trainer(spec, Scaled, Options(isCalibrated, validation)).Train(training, validation).Network
            .Parameters.Values.ToArray();
    }

    private static NetworkSpec SpecOf(bool hasMembers) => hasMembers
        ? NetworkSpec.Input(2).Members(3, inner => inner.MemberScaling(randomSigns: true).Dense(16).Relu().MemberDense(3))
        : NetworkSpec.Input(2).Dense(16).Relu().Dense(3);

    private static TrainingOptions Options(bool isCalibrated, LabeledRows? validation) => new()
    {
        Optimizer = new Adam(0.001),
        MaximumEpochs = 2,
        Patience = validation is null ? null : 2,
        ValidationFraction = 0,
        BatchSize = 32,
        QuantileCalibration = isCalibrated,
    };

    private static TrainingResult Train(
        bool hasMembers, bool isCalibrated, bool isStreamed, LabeledRows training, LabeledRows? validation)
    {
        var trainer = new Trainer(SpecOf(hasMembers), Scaled, Options(isCalibrated, validation));
        return isStreamed
            ? trainer.Train(new RowsStream(training), validation is null ? null : new RowsStream(validation))
            : trainer.Train(training, validation);
    }

    private static double Coverage(Network<float> network, float[] features, float[] targets)
    {
        var predictor = new Predictor(network, Scaled);
        var outputs = new float[3 * targets.Length];
        predictor.Predict(features, targets.Length, outputs, predictor.CreateBuffer(targets.Length));
        return outputs.Chunk(3).Zip(targets).Average(row => row.Second >= row.First[0] && row.Second <= row.First[2] ? 1.0 : 0);
    }

    private static float[] BiasOf(Network<float> network)
    {
        Slot bias = network.Program.Operations[^1].Layer.Parameters.Single(slot => slot.Kind == SlotKind.Bias);
        return network.Parameters.Read(bias);
    }

    private static LabeledRows Table(int count, int seed)
    {
        (float[] features, float[] targets) = Draw(count, seed);
        return new LabeledRows(new DenseRows(2, features), 1, targets);
    }

    // The targets of a row spread by how large its second feature is.
    private static (float[] Features, float[] Targets) Draw(int count, int seed)
    {
        var random = new Random(seed);
        float[] features = [.. Enumerable.Range(0, 2 * count).Select(_ => 2 * random.NextSingle() - 1)];
        float[] targets = [.. Enumerable.Range(0, count).Select(row =>
            100 + 3 * features[2 * row] + (0.5f + Math.Abs(features[2 * row + 1])) * (float)Normal(random))];
        return (features, targets);
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    // One row for each target, whose prediction is 0.
    private static LogitRows Residuals(float[] targets, Func<int, float> weightOf)
    {
        var rows = new LogitRows(outputs: 1, members: 1, targetWidth: 1);
        var logits = new DenseBlock<float>(1, 1);
        var target = Target<float>.OfValues(1, 1);
        for (int row = 0; row < targets.Length; row++)
        {
            target.Values!.Row(0)[0] = targets[row];
            rows.Add(logits, target, [weightOf(row)]);
        }

        return rows;
    }

    private sealed class CancelAfterAnEpoch(CancellationTokenSource cancellation) : ITrainingCallback
    {
        public void OnEpochEnd(EpochRecord epoch) => cancellation.Cancel();
    }
}
