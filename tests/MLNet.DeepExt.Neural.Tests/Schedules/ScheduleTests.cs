using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Schedules;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Neural.Training;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Neural.Tests.Schedules;

[Trait("Spec", "A10")]
public sealed class ScheduleTests
{
    [Fact]
    public void The_worked_example_of_the_course_holds()
    {
        double[] rates = [.. Times.FactorsOfEpochs(new InverseTime(1), 4).Select(factor => 0.2 * factor)];
        Close.Everywhere([0.1, 0.0667, 0.05, 0.04], rates, 5e-5, "rate");
        Close.Everywhere([0.2 / 2, 0.2 / 3, 0.2 / 4, 0.2 / 5], rates, 1e-15, "rate");
    }

    [Fact]
    public void The_other_formulas_of_the_course_hold()
    {
        Close.Everywhere([0.95, 0.9025, 0.857375], Times.FactorsOfEpochs(new Exponential(0.95), 3), 1e-15, "exponential");
        double[] roots = [2, 2 / Math.Sqrt(2), 2 / Math.Sqrt(3), 1];
        Close.Everywhere(roots, Times.FactorsOfEpochs(new InverseRoot(2), 4), 1e-15, "k/√epoch");
        Close.Everywhere([2, 2, 2 / Math.Sqrt(2), 2 / Math.Sqrt(2)], Times.Factors(new InverseRoot(2), 2, 2), 1e-15, "k/√epoch");
        Close.Everywhere(roots, Times.Factors(new InverseRoot(2, TimeUnit.Steps), 2, 2), 1e-15, "k/√t");
        Assert.Equal([1, 1, 0.5, 0.5, 0.25, 0.25, 0.125], Times.FactorsOfEpochs(new Staircase(0.5, 2), 7));
        Assert.Equal([1, 1, 1], Times.FactorsOfEpochs(new Constant(), 3));
    }

    [Fact]
    public void The_last_value_of_a_table_goes_on()
    {
        var table = new Manual(1, 0.5, 0.5, 0.1);
        Assert.Equal([1, 0.5, 0.5, 0.1, 0.1, 0.1], Times.FactorsOfEpochs(table, 6));
        Assert.Equal([1, 0.5], Times.FactorsOfEpochs(table, 2));
        Assert.Equal([1, 1, 1, 0.5, 0.5, 0.5], Times.Factors(table, 3, 2));
    }

    [Fact]
    public void A_table_keeps_its_own_factors()
    {
        double[] factors = [1, 0.5];
        var table = new Manual(factors);
        factors[0] = 7;
        Assert.Equal([1, 0.5], table.Factors);
        Assert.Equal([1, 0.5], Times.FactorsOfEpochs(table, 2));
    }

    [Fact]
    public void A_warm_up_rises_by_the_step_to_the_first_factor_of_what_follows()
    {
        Close.Everywhere([1 / 6.0, 2 / 6.0, 3 / 6.0, 4 / 6.0, 5 / 6.0, 1, 1, 1, 1], Times.Factors(new WarmUp(2), 3, 3), 1e-15, "2 epochs");
        Close.Everywhere([0.25, 0.5, 0.75, 1, 1, 1], Times.Factors(new WarmUp(4, TimeUnit.Steps), 3, 2), 1e-15, "4 steps");
        // Half the rate, and then a third of it: the epochs of what follows are counted from its own beginning.
        Close.Everywhere(
            [0.125, 0.25, 0.375, 0.5, 0.5, 0.5, 1 / 3.0, 1 / 3.0], Times.Factors(new WarmUp(2, new InverseTime(1)), 2, 4), 1e-15, "then");
    }

    [Fact]
    public void What_follows_a_warm_up_sees_what_remains_as_the_whole()
    {
        double[] factors = Times.Factors(new WarmUp(2, new Cosine()), 4, 5);
        Close.Everywhere(Times.Factors(new Cosine(), 4, 3), factors[8..], 1e-15, "after epochs");
        // Five steps end amid the second epoch: 15 of 20 steps remain.
        factors = Times.Factors(new WarmUp(5, new Cosine(), TimeUnit.Steps), 4, 5);
        Close.Everywhere(Times.Factors(new Cosine(), 5, 3), factors[5..], 1e-15, "after steps");
    }

    [Fact]
    public void A_warm_up_longer_than_the_training_only_rises()
    {
        Close.Everywhere([0.1, 0.2, 0.3, 0.4], Times.Factors(new WarmUp(5, new Cosine()), 2, 2), 1e-15, "cosine");
        Close.Everywhere([0.1, 0.2, 0.3, 0.4], Times.Factors(new WarmUp(10, new Cosine(), TimeUnit.Steps), 2, 2), 1e-15, "cosine");
    }

    [Fact]
    public void A_plateau_after_a_warm_up_judges_by_the_epochs_after_it_alone()
    {
        var plateau = new ReduceOnPlateau { Patience = 0 };
        // The second epoch is worse than the first, which the warm-up hides.
        double[] validated = [1, 5, 4, 4, 3];
        Assert.Equal([0.5, 1, 1, 1, 0.5, 0.5], Times.FactorsOfEpochs(new WarmUp(2, plateau), 6, validated));
        Assert.Equal([1, 1, 0.5, 0.25, 0.125, 0.0625], Times.FactorsOfEpochs(plateau, 6, validated));
        // A warm-up that ends within an epoch leaves it that epoch.
        Assert.Equal(1, new WarmUp(5, plateau, TimeUnit.Steps).Factor(Times.At(9, 4, 5, validated)));
        Assert.Equal(0.5, new WarmUp(3, plateau, TimeUnit.Steps).Factor(Times.At(9, 4, 5, validated)));
    }

    [Fact]
    public void Without_validation_a_plateau_is_never_seen() =>
        Assert.Equal([1, 1, 1], Times.FactorsOfEpochs(new ReduceOnPlateau { Patience = 0 }, 3));

    [Fact]
    public void A_value_that_is_no_number_is_no_improvement() =>
        Assert.Equal([1, 1, 0.5, 0.25], Times.FactorsOfEpochs(new ReduceOnPlateau { Patience = 0 }, 4, [1, double.NaN, double.NaN]));

    [Fact]
    public void Each_part_of_a_chain_sees_its_own_time()
    {
        var chain = new Phases(new Phase(new WarmUp(1), 2), new Phase(new Staircase(0.5, 1), 3), new Phase(new Cosine()));
        double[] factors = Times.Factors(chain, 2, 8);
        Close.Everywhere([0.5, 1, 1, 1], factors[..4], 1e-15, "warm-up");
        Close.Everywhere([1, 1, 0.5, 0.5, 0.25, 0.25], factors[4..10], 1e-15, "staircase");
        Close.Everywhere(Times.Factors(new Cosine(), 2, 3), factors[10..], 1e-15, "cosine");
    }

    [Fact]
    public void A_part_of_a_chain_is_as_long_as_it_says_even_if_training_ends_before()
    {
        var chain = new Phases(new Phase(new Constant(), 1), new Phase(new Cosine(), 4));
        Close.Everywhere([1, .. Times.FactorsOfEpochs(new Cosine(), 4)[..2]], Times.FactorsOfEpochs(chain, 3), 1e-15, "cosine");
    }

    [Fact]
    public void After_the_end_of_a_chain_its_last_factor_goes_on()
    {
        var chain = new Phases(new Phase(new Constant(), 1), new Phase(new Cosine(), 2));
        double[] factors = Times.Factors(chain, 2, 5);
        double[] cosine = Times.Factors(new Cosine(), 2, 2);
        Close.Everywhere([1, 1, .. cosine, cosine[3], cosine[3], cosine[3], cosine[3]], factors, 1e-15, "cosine");

        double[] validated = [1, 1, 1, 1, 1];
        var plateau = new Phases(new Phase(new ReduceOnPlateau { Patience = 0 }, 3));
        Assert.Equal([1, 1, 0.5, 0.5, 0.5, 0.5], Times.FactorsOfEpochs(plateau, 6, validated));
    }

    [Fact]
    public void Schedules_with_the_same_values_are_equal()
    {
        Assert.Equal(new Manual(1, 0.5), new Manual(new List<double> { 1, 0.5 }));
        Assert.Equal(new Manual(1, 0.5).GetHashCode(), new Manual(1, 0.5).GetHashCode());
        Assert.NotEqual(new Manual(1, 0.5), new Manual(1, 0.25));
        Assert.NotEqual(new Manual(1, 0.5), new Manual(1));
        Phases PhasesOf(double multiplier) => new(new Phase(new Staircase(multiplier, 2), 3), new Phase(new Manual(1, multiplier)));
        Assert.Equal(PhasesOf(0.5), PhasesOf(0.5));
        Assert.Equal(PhasesOf(0.5).GetHashCode(), PhasesOf(0.5).GetHashCode());
        Assert.NotEqual(PhasesOf(0.5), PhasesOf(0.25));
        Assert.Equal(new WarmUp(3, new Cosine(0.1)), new WarmUp(3) { Then = new Cosine(0.1) });
    }

    [Fact]
    public void A_schedule_that_contains_a_plateau_needs_validation()
    {
        Assert.True(new WarmUp(1, new ReduceOnPlateau()).NeedsValidation);
        Assert.True(new Phases(new Phase(new Constant(), 1), new Phase(new WarmUp(1, new ReduceOnPlateau()))).NeedsValidation);
        Assert.False(new Phases(new Phase(new WarmUp(1))).NeedsValidation);
    }

    [Fact]
    public void A_plateau_in_a_training_reads_each_epoch_once_and_gives_the_factors_of_one_that_reads_all()
    {
        var plateau = new ReduceOnPlateau { Patience = 2, Multiplier = 0.5, MinimumImprovement = 0.01, Floor = 0.01 };
        var other = plateau with { Patience = 1 };
        Schedule[] schedules =
        [
            plateau,
            new WarmUp(3, plateau),
            new Phases(new Phase(plateau, 9), new Phase(new WarmUp(2, plateau), 12), new Phase(other, 5), new Phase(plateau)),
            new Phases(new Phase(other, 4), new Phase(plateau, 6)),
        ];
        const int Epochs = 60, Steps = 3;
        var random = new Random(4);
        double[] validated = [.. Enumerable.Range(0, Epochs).Select(epoch => 1.0 / (1 + epoch / 5) + 0.02 * random.NextDouble())];
        foreach (Schedule schedule in schedules)
        {
            var states = new PlateauStates();
            for (int step = 1; step <= Epochs * Steps; step++)
            {
                int epochs = (step - 1) / Steps;
                var time = new TrainingTime
                {
                    Step = step,
                    Epoch = epochs + 1,
                    StepsPerEpoch = Steps,
                    MaximumEpochs = Epochs,
                    Validated = validated.AsMemory(0, epochs),
                };
                if (step > 1 && step % Steps == 1)
                    states.Add(validated[epochs - 1]);
                Assert.Equal(schedule.Factor(time), schedule.Factor(time with { Validated = states.Validated, Plateaus = states }));
                if (schedule == plateau)
                    Assert.Equal(epochs, states.Of(plateau, states.Validated).Epochs);
            }
        }
    }

    [Fact]
    public void A_plateau_that_is_shown_other_values_than_those_of_the_training_goes_by_what_it_is_shown()
    {
        var plateau = new ReduceOnPlateau { Patience = 2 };
        var states = new PlateauStates();
        for (int epoch = 0; epoch < 4; epoch++)
            states.Add(3);
        var time = new TrainingTime
        {
            Step = 1,
            Epoch = 1,
            StepsPerEpoch = 1,
            MaximumEpochs = 9,
            Plateaus = states,
            Validated = states.Validated,
        };
        Assert.Equal(0.5, plateau.Factor(time));
        Assert.Equal(1, plateau.Factor(time with { Validated = new double[] { 3, 2, 1, 0 } }));
        Assert.Equal(0.5, plateau.Factor(time));
        // Later ones of the training's own, and fewer.
        Assert.Equal(1, plateau.Factor(time with { Validated = states.Validated[1..] }));
        Assert.Equal(1, plateau.Factor(time with { Validated = states.Validated[..3] }));
        Assert.Equal(0.5, plateau.Factor(time));
    }

    [Fact]
    public void A_plateau_is_refused_where_there_is_no_validation()
    {
        var options = new TrainingOptions { Schedule = new WarmUp(1, new ReduceOnPlateau()), ValidationFraction = 0, MaximumEpochs = 2 };
        var trainer = new Trainer(NetworkSpec.Input(Clusters.Width).Dense(Clusters.Classes), new SoftmaxCrossEntropy(), options);
        Assert.Equal(
            "Schedule is WarmUp, which depends on the validation, but there are no validation rows; "
            + "give some, or a ValidationFraction above 0.",
            Assert.Throws<ArgumentException>(() => trainer.Train(Clusters.Rows(50))).WithoutParameter());
        Assert.Equal(2, trainer.Train(Clusters.Rows(50), Clusters.Rows(20)).History.Epochs.Count);
    }

    [Fact]
    public void Impossible_values_are_refused()
    {
        Refused(
            "Decay of InverseTime must be at least 0 but is -1; with 1 the third epoch has a quarter of the rate.", new InverseTime(-1));
        Refused("Base of Exponential must be in (0, 1] but is 1.5; 0.95 is the usual value.", new Exponential(1.5));
        Refused("K of InverseRoot must be above 0 but is 0; 1 begins with the optimizer's rate.", new InverseRoot(0));
        Refused("Multiplier of Staircase must be in (0, 1] but is 0; 0.5 halves the rate at every stair.", new Staircase(0, 1));
        Refused("Epochs of Staircase must be at least 1 but is 0; 10 makes every stair ten epochs long.", new Staircase(0.5, 0));
        Refused("Factors of Manual has no factors; give it one for each epoch, the last of which goes on.", new Manual());
        Refused("Factors of Manual must be at least 0 but that of epoch 2 is -1; 1 is the optimizer's rate.", new Manual(1, -1));
        Refused("Length of WarmUp must be at least 1 but is 0; remove the warm-up to start with the full rate.", new WarmUp(0));
        Refused("FinalShare of Cosine must be in [0, 1] but is NaN; 0 is the usual value.", new Cosine(double.NaN));
        Refused("StartShare of OneCycle must be in [0, 1] but is 25; 0.04 is the usual value.", new OneCycle { StartShare = 25 });
        Refused("EndShare of OneCycle must be in [0, 1] but is -1; 4e-6 is the usual value.", new OneCycle { EndShare = -1 });
        Refused("RisingShare of OneCycle must be in (0, 1) but is 1; 0.3 is the usual value.", new OneCycle { RisingShare = 1 });
        Refused("Multiplier of ReduceOnPlateau must be in (0, 1) but is 1; 0.5 halves the rate.", new ReduceOnPlateau { Multiplier = 1 });
        Refused("Patience of ReduceOnPlateau must be at least 0 but is -1; 5 is the usual value.", new ReduceOnPlateau { Patience = -1 });
        Refused(
            "MinimumImprovement of ReduceOnPlateau must be at least 0 but is -0.1; with 0 every improvement counts.",
            new ReduceOnPlateau { MinimumImprovement = -0.1 });
        Refused("Floor of ReduceOnPlateau must be in [0, 1] but is 2; 0 is no floor.", new ReduceOnPlateau { Floor = 2 });
        Refused("Phases has no parts; give it at least one.", new Phases());
        Refused(
            "Part 1 of Phases has no number of epochs though it is not the last of 2; set its Epochs.",
            new Phases(new Phase(new Constant()), new Phase(new Constant())));
        Refused(
            "Epochs of part 2 of Phases must be at least 1 but is 0; remove the part.",
            new Phases(new Phase(new Constant(), 1), new Phase(new Constant(), 0)));
    }

    [Fact]
    public void What_a_schedule_contains_is_checked_with_it()
    {
        const string message = "FinalShare of Cosine must be in [0, 1] but is 2; 0 is the usual value.";
        Refused(message, new WarmUp(1, new Cosine(2)));
        Refused(message, new Phases(new Phase(new WarmUp(1, new Cosine(2)))));
    }

    private static void Refused(string message, Schedule schedule) =>
        Assert.Equal(message, Assert.Throws<ArgumentException>(schedule.Validate).WithoutParameter());
}
