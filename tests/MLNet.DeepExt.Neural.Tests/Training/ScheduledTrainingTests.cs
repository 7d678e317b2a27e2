using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Schedules;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Neural.Training;

namespace MLNet.DeepExt.Neural.Tests.Training;

/// <summary>Schedules as training goes by them.</summary>
[Trait("Spec", "A10")]
public sealed class ScheduledTrainingTests
{
    private static readonly NetworkSpec Spec = NetworkSpec.Input(Clusters.Width).Dense(8).Tanh().Dense(Clusters.Classes);

    public static IEnumerable<TheoryDataRow<Schedule>> Kinds =>
    [
        new(new Constant()), new(new InverseTime(1)), new(new Exponential(0.95)), new(new InverseRoot(1, TimeUnit.Steps)),
        new(new Staircase(0.5, 2)), new(new OneCycle()), new(new Cosine()),
        new(new Phases(new Phase(new WarmUp(4), 2), new Phase(new Cosine()))),
    ];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_step_and_epoch_is_recorded_with_its_rate(Schedule schedule)
    {
        // 100 rows: three batches of 40, 40 and 20 in each of five epochs.
        var recorder = new Recorder();
        var options = new TrainingOptions
        {
            Schedule = schedule,
            Optimizer = new GradientDescent(0.2),
            BatchSize = 40,
            MaximumEpochs = 5,
            ValidationFraction = 0,
            Callbacks = [recorder],
        };
        History history = new Trainer(Spec, new SoftmaxCrossEntropy(), options).Train(Clusters.Rows(100)).History;
        double[] rates =
        [
            .. Enumerable.Range(0, 15).Select(
                i => 0.2 * schedule.Factor(new() { Step = i + 1, Epoch = i / 3 + 1, StepsPerEpoch = 3, MaximumEpochs = 5 })),
        ];
        Assert.Equal(rates, recorder.Batches.Select(batch => batch.LearningRate));
        Assert.Equal(rates.Where((_, i) => i % 3 == 2), history.Epochs.Select(epoch => epoch.LearningRate));
    }

    [Fact]
    public void The_rates_of_inverse_time_are_those_of_the_course()
    {
        var options = new TrainingOptions { Schedule = new InverseTime(1), Optimizer = new GradientDescent(0.2), MaximumEpochs = 4 };
        History history = new Trainer(Spec, new SoftmaxCrossEntropy(), options).Train(Clusters.Rows(100)).History;
        Assert.Equal([0.1, 0.0667, 0.05, 0.04], history.Epochs.Select(epoch => Math.Round(epoch.LearningRate, 4)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_rate_is_reduced_when_what_training_stops_by_has_not_improved(bool higherIsBetter)
    {
        double sign = higherIsBetter ? -1 : 1;
        var options = new TrainingOptions
        {
            Schedule = new ReduceOnPlateau { Multiplier = 0.5, Patience = 1 },
            StoppingMetric = new ScriptedMetric(higherIsBetter, [.. new[] { 5.0, 4, 6, 6, 7, 7, 3, 3 }.Select(value => sign * value)]),
            Optimizer = new GradientDescent(0.8),
            MaximumEpochs = 8,
        };
        History history = new Trainer(Spec, new SoftmaxCrossEntropy(), options).Train(Clusters.Rows(100)).History;
        // After the fourth epoch two have not been better than 4, and after the sixth two more.
        Assert.Equal([0.8, 0.8, 0.8, 0.8, 0.4, 0.4, 0.2, 0.2], history.Epochs.Select(epoch => epoch.LearningRate));
    }

    [Fact]
    public void A_plateau_of_the_validation_loss_reduces_the_rate()
    {
        var options = new TrainingOptions
        {
            Schedule = new ReduceOnPlateau { Patience = 0 },
            Optimizer = new Adam(0.3),
            MaximumEpochs = 30,
            Patience = 30,
        };
        var trainer = new Trainer(Spec, new SoftmaxCrossEntropy(), options);
        EpochRecord[] epochs = [.. trainer.Train(Clusters.Rows(100, noise: 2)).History.Epochs];
        double best = double.PositiveInfinity, rate = 0.3;
        foreach (EpochRecord epoch in epochs)
        {
            Assert.Equal(rate, epoch.LearningRate);
            if (epoch.ValidationLoss < best)
                best = epoch.ValidationLoss.Value;
            else
                rate *= 0.5;
        }

        Assert.True(rate < 0.3);
    }

    [Theory]
    [InlineData(double.NaN, "NaN")]
    [InlineData(-0.5, "-0.5")]
    [InlineData(double.PositiveInfinity, "Infinity")]
    public void A_factor_that_is_none_is_an_error(double factor, string text)
    {
        var schedule = new ScriptedSchedule(time => time.Step == 3 ? factor : 1);
        var options = new TrainingOptions { Schedule = schedule, BatchSize = 40, MaximumEpochs = 2, ValidationFraction = 0 };
        TrainingCallbackException error = Assert.Throws<TrainingCallbackException>(
            () => new Trainer(Spec, new SoftmaxCrossEntropy(), options).Train(Clusters.Rows(100)));
        Assert.Equal(
            $"The schedule Scripted returned the factor {text} for step 3; it must be at least 0 and finite. Training ended with it, before its first "
                + "epoch ended, so there is no trained network.",
            error.Message);
        Assert.Null(error.Result);
        Assert.Equal(
            $"The schedule Scripted returned the factor {text} for step 3; it must be at least 0 and finite.",
            Assert.IsType<InvalidOperationException>(error.InnerException).Message);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_schedule_that_fails_ends_training_with_the_best_network_so_far(bool throws)
    {
        // 100 rows, three batches in an epoch: within the third epoch.
        var schedule = new ScriptedSchedule(
            time => time.Step < 8 ? 1 : throws ? throw new TimeoutException("The server is gone.") : double.NaN);
        TrainingOptions options = new() { BatchSize = 40, MaximumEpochs = 5, Seed = 3 };
        TrainingCallbackException error = Assert.Throws<TrainingCallbackException>(() => Train(options with { Schedule = schedule }));
        TrainingResult expected = Train(options with { MaximumEpochs = 2 });
        Assert.Equal(
            (throws
                ? "The schedule ScriptedSchedule threw TimeoutException: The server is gone."
                : "The schedule Scripted returned the factor NaN for step 8; it must be at least 0 and finite.")
                + $" Training ended with it, and the exception has the best network so far, of epoch {expected.History.BestEpoch}.",
            error.Message);
        TrainingResult result = error.Result!;
        Assert.Equal((2, StopReason.CallbackFailed), (result.History.Epochs.Count, result.Reason));
        Assert.Equal(
            expected.Network.Parameters.Slots.SelectMany(expected.Network.Parameters.Read),
            result.Network.Parameters.Slots.SelectMany(result.Network.Parameters.Read));

        static TrainingResult Train(TrainingOptions options) =>
            new Trainer(Spec, new SoftmaxCrossEntropy(), options).Train(Clusters.Rows(100), Clusters.Rows(40, seed: 2));
    }

    [Fact]
    public void A_schedule_that_shows_a_plateau_smoothed_values_has_the_factors_of_these_values()
    {
        const int Epochs = 40;
        // Two plateaus that are equal and are shown different values, within one schedule.
        var options = new TrainingOptions
        {
            Schedule = new Product(new Smoothed(2, new ReduceOnPlateau { Patience = 1 }), new Smoothed(5, new ReduceOnPlateau { Patience = 1 })),
            Optimizer = new Adam(0.1),
            MaximumEpochs = Epochs,
            Patience = Epochs,
            Seed = 2,
        };
        EpochRecord[] epochs =
            [.. new Trainer(Spec, new SoftmaxCrossEntropy(), options).Train(Clusters.Rows(60, noise: 2), Clusters.Rows(20, seed: 2)).History.Epochs];
        double[] losses = [.. epochs.Select(epoch => epoch.ValidationLoss!.Value)];
        for (int epoch = 0; epoch < Epochs; epoch++)
            Assert.Equal(0.1 * (FactorOf(Smooth(losses[..epoch], 2)) * FactorOf(Smooth(losses[..epoch], 5))), epochs[epoch].LearningRate);
        Assert.NotEqual(FactorOf(Smooth(losses, 2)), FactorOf(Smooth(losses, 5)));
        Assert.NotEqual(FactorOf(losses), FactorOf(Smooth(losses, 5)));

        // PyTorch's ReduceLROnPlateau of patience 1 and factor 0.5.
        static double FactorOf(double[] values)
        {
            double best = double.PositiveInfinity, factor = 1;
            int without = 0;
            foreach (double value in values)
            {
                if (value < best)
                {
                    (best, without) = (value, 0);
                }
                else if (++without > 1)
                {
                    factor *= 0.5;
                    without = 0;
                }
            }

            return factor;
        }
    }

    [Fact]
    public void With_a_factor_of_nothing_nothing_is_learned()
    {
        var options = new TrainingOptions { Schedule = new ScriptedSchedule(_ => 0), Optimizer = new AdamW(), MaximumEpochs = 2, Seed = 7 };
        var start = new Network<float>(Spec, 7);
        Network<float> end = new Trainer(Spec, new SoftmaxCrossEntropy(), options).Train(Clusters.Rows(100)).Network;
        Assert.Equal(start.Parameters.Slots.SelectMany(start.Parameters.Read), end.Parameters.Slots.SelectMany(end.Parameters.Read));
    }

    [Fact]
    public void Schedules_see_what_was_validated_and_no_more()
    {
        var seen = new Dictionary<int, int>();
        foreach (LabeledRows? validation in new[] { null, Clusters.Rows(30, seed: 2) })
        {
            var schedule = new ScriptedSchedule(time =>
            {
                seen[time.Epoch] = time.Validated.Length;
                return 1;
            });
            var options = new TrainingOptions { Schedule = schedule, MaximumEpochs = 3, ValidationFraction = 0 };
            new Trainer(Spec, new SoftmaxCrossEntropy(), options).Train(Clusters.Rows(100), validation);
            Assert.Equal(validation is null ? [0, 0, 0] : [0, 1, 2], seen.Values);
        }
    }

    // The mean of the latest values at each epoch.
    private static double[] Smooth(ReadOnlySpan<double> values, int window)
    {
        var means = new double[values.Length];
        for (int i = 0; i < means.Length; i++)
        {
            double sum = 0;
            int first = Math.Max(0, i - window + 1);
            for (int j = first; j <= i; j++)
                sum += values[j];
            means[i] = sum / (i - first + 1);
        }

        return means;
    }

    private sealed record Smoothed(int Window, Schedule Inner) : Schedule
    {
        public override bool NeedsValidation => true;

        public override double Factor(in TrainingTime time) => Inner.Factor(time with { Validated = Smooth(time.Validated.Span, Window) });

        public override void Validate() => Inner.Validate();
    }

    private sealed record Product(Schedule First, Schedule Second) : Schedule
    {
        public override bool NeedsValidation => true;

        public override double Factor(in TrainingTime time) => First.Factor(time) * Second.Factor(time);

        public override void Validate()
        {
            First.Validate();
            Second.Validate();
        }
    }
}
