using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Diagnostics;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Regularizers;
using MLNet.DeepExt.Neural.Statistics;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Neural.Training;

namespace MLNet.DeepExt.Neural.Tests.Diagnostics;

[Trait("Spec", "A13b")]
public sealed class CostCheckTests
{
    private const int Rows = 120;

    private static readonly NetworkSpec Spec =
        NetworkSpec.Input(Clusters.Width).Dense(12).Relu().Dropout(0.5f).Dense(8).Tanh().Dense(Clusters.Classes);

    [Fact]
    public void At_a_small_rate_the_cost_of_a_network_with_dropout_falls_in_every_step_as_dropout_is_left_out()
    {
        CostCheckReport report = CostCheck.Run(
            Spec, new SoftmaxCrossEntropy(), Clusters.Rows(Rows),
            Options(0.05) with { Regularizer = new L2(0.5), BatchSize = 7, Patience = 1 }, steps: 60);
        Assert.Null(report.FirstRise);
        Assert.Equal(61, report.Costs.Count);
        Assert.All(report.Costs.Zip(report.Costs.Skip(1)), pair => Assert.True(pair.Second < pair.First));
        Assert.Equal(
            FormattableString.Invariant($"No step of 60 raised the cost: it went from {report.Costs[0]:g6} to {report.Costs[60]:g6}."),
            report.ToString());
    }

    [Fact]
    public void Encoders_are_fitted_to_the_rows()
    {
        LabeledRows rows = Clusters.Rows(Rows);
        NetworkSpec rest = NetworkSpec.Input(Clusters.Width).Then(new Standardize());
        var statistics = new InputStatistics(Clusters.Width);
        foreach (float[] row in rows.DenseFeatures().Chunk(Clusters.Width))
            statistics.Add(row);
        CostCheckReport report = CostCheck.Run(rest.Dense(Clusters.Classes), new SoftmaxCrossEntropy(), rows, Options(0.1), steps: 20);
        Assert.Null(report.FirstRise);
        Assert.Equal(
            CostCheck.Run(rest.Dense(Clusters.Classes).FittedTo(statistics), new SoftmaxCrossEntropy(), rows, Options(0.1), steps: 20).Costs,
            report.Costs);
    }

    [Fact]
    public void The_costs_are_loss_and_penalty_of_the_same_weights_of_plain_descent()
    {
        LabeledRows rows = Clusters.Rows(Rows);
        NetworkSpec spec = NetworkSpec.Input(Clusters.Width).Dense(6).Tanh().Dense(Clusters.Classes);
        var regularizer = new L2(2);
        var network = new Network<float>(spec, seed: 3);
        CostCheckReport report = CostCheck.Run(
            network, new SoftmaxCrossEntropy(), rows, Options(0.1) with { Regularizer = regularizer }, steps: 5);

        // By hand, in double, from the same weights.
        Network<double> wide = network.ConvertTo<double>();
        Batch<double> batch = BatchOf(rows);
        var pass = new CostPass<double>(wide, new SoftmaxCrossEntropy(), batch, regularizer);
        Memory<double> gradient = wide.CreateGradient();
        for (int step = 0; step <= 5; step++)
        {
            Assert.Equal(pass.Cost(), report.Costs[step], 1e-5);
            pass.Gradient(gradient.Span, out _);
            foreach (Slot slot in wide.Parameters.Slots)
            {
                double[] slopes = wide.ReadGradient(slot, gradient.Span);
                wide.Parameters.Write(slot, [.. wide.Parameters.Read(slot).Zip(slopes, (value, slope) => value - 0.1 * slope)]);
            }
        }
    }

    [Fact]
    public void At_a_large_rate_the_first_step_that_raised_the_cost_is_named_and_ends_the_check()
    {
        CostCheckReport report = CostCheck.Run(Spec, new SoftmaxCrossEntropy(), Clusters.Rows(Rows), Options(20));
        int rise = report.FirstRise!.Value;
        Assert.Equal(rise + 1, report.Costs.Count);
        Assert.True(report.Costs[rise] > report.Costs[rise - 1]);
        Assert.Equal(
            FormattableString.Invariant($"The cost rose in step {rise}, from {report.Costs[rise - 1]:g6} to {report.Costs[rise]:g6}; ")
            + "use a learning rate below 20. If it rises at any rate, see whether the gradient is right (GradientCheck).",
            report.ToString());
    }

    [Fact]
    public void A_cost_that_becomes_infinite_has_risen()
    {
        var rows = new LabeledRows(new DenseRows(1, [1, 2, 3]), 1, [1, 2, 3]);
        CostCheckReport report = CostCheck.Run(NetworkSpec.Input(1).Dense(1), new SquaredError(), rows, Options(1e25));
        Assert.Equal((1, double.PositiveInfinity), (report.FirstRise, report.Costs[1]));
        Assert.Equal(
            FormattableString.Invariant($"The cost rose in step 1, from {report.Costs[0]:g6} to Infinity; use a learning rate below 1E+25. ")
            + "If it rises at any rate, see whether the gradient is right (GradientCheck).",
            report.ToString());
    }

    [Fact]
    public void A_gradient_of_the_wrong_sign_raises_the_cost_at_any_rate_and_one_that_is_too_long_does_not()
    {
        // The weight moves three times as far as the bias, which cannot make good for it.
        var rows = new LabeledRows(new DenseRows(1, [3, 3]), 1, [6, 6]);
        foreach ((FaultyDense.Bug bug, bool rises) in new[]
        {
            (FaultyDense.Bug.SignOfOneWeight, true), (FaultyDense.Bug.DoubledWeightGradient, false),
        })
        {
            var spec = new NetworkSpec(1, [new FaultyDense(1, bug)]);
            foreach (double rate in new[] { 1e-2, 1e-3, 1e-4 })
                Assert.Equal(rises, CostCheck.Run(spec, new SquaredError(), rows, Options(rate), steps: 20).FirstRise is not null);
        }
    }

    [Fact]
    public void The_network_stays_as_it_is_and_callbacks_are_not_called()
    {
        var network = new Network<float>(Spec, seed: 3);
        float[] before = [.. network.Parameters.Slots.SelectMany(network.Parameters.Read)];
        var recorder = new Recorder();
        CostCheck.Run(network, new SoftmaxCrossEntropy(), Clusters.Rows(Rows), Options(0.05) with { Callbacks = [recorder] }, steps: 3);
        Assert.Equal(before, network.Parameters.Slots.SelectMany(network.Parameters.Read));
        Assert.Empty(recorder.Batches);
    }

    [Fact]
    public void No_steps_are_refused_and_a_cancelled_check_ends_by_an_exception()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(
            () => CostCheck.Run(Spec, new SoftmaxCrossEntropy(), Clusters.Rows(Rows), Options(0.1), steps: 0));
        Assert.Equal("steps must be at least 1 but is 0; 100 is the usual number. (Parameter 'steps')", error.Message);
        Assert.ThrowsAny<OperationCanceledException>(() => CostCheck.Run(
            Spec, new SoftmaxCrossEntropy(), Clusters.Rows(Rows), Options(0.1), cancellationToken: new CancellationToken(true)));
    }

    private static TrainingOptions Options(double rate) => new() { Optimizer = new GradientDescent(rate), Seed = 3, NumberOfThreads = 1 };

    private static Batch<double> BatchOf(LabeledRows rows)
    {
        var inputs = new DenseBlock<double>(rows.Count, rows.Width);
        var batch = new Batch<double>(inputs, Target<double>.OfClasses(rows.Count)) { Rows = rows.Count };
        for (int i = 0; i < rows.Count * rows.Width; i++)
            inputs.Row(i / rows.Width)[i % rows.Width] = rows.DenseFeatures()[i];
        rows.Classes.CopyTo(batch.Target.Classes);
        return batch;
    }
}
