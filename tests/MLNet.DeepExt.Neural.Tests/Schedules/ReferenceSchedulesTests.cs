using MLNet.DeepExt.Neural.Schedules;
using MLNet.DeepExt.Neural.Tests.Reference;
using MLNet.DeepExt.Neural.Tests.TestSupport;

namespace MLNet.DeepExt.Neural.Tests.Schedules;

[Trait("Spec", "A10")]
public sealed class ReferenceSchedulesTests
{
    private static readonly ReferenceValues Reference = ReferenceValues.Load("rules");

    // Those that change with every step, tried with epochs of one step and, where the number of steps allows, of several.
    private static readonly Dictionary<string, (Schedule Schedule, int StepsPerEpoch)> BySteps = new()
    {
        ["cosine"] = (new Cosine(), 3),
        ["cosine.0.1"] = (new Cosine(0.1), 8),
        ["one_cycle"] = (new OneCycle(), 6),
        ["one_cycle.other"] = (new OneCycle { RisingShare = 0.45, StartShare = 0.1, EndShare = 0.001 }, 7),
        ["one_cycle.short"] = (new OneCycle(), 1),
        ["warm_up"] = (new WarmUp(8, TimeUnit.Steps), 3),
    };

    private static readonly Dictionary<string, Schedule> ByEpochs = new()
    {
        ["staircase"] = new Staircase(0.3, 4),
        ["exponential"] = new Exponential(0.95),
    };

    public static TheoryData<string> NamesBySteps => [.. BySteps.Keys];

    public static TheoryData<string> NamesByEpochs => [.. ByEpochs.Keys];

    [Theory, MemberData(nameof(NamesBySteps))]
    public void The_rate_of_every_step_is_that_of_PyTorch(string name)
    {
        double[] expected = Reference.Doubles($"schedule.{name}");
        (Schedule schedule, int stepsPerEpoch) = BySteps[name];
        foreach (int steps in new[] { 1, stepsPerEpoch })
            Close.Everywhere(expected, Times.Factors(schedule, steps, expected.Length / steps), 1e-13, name);
    }

    [Theory]
    [InlineData("log_cosine", 4)]
    [InlineData("log_cosine.2", 2)]
    [InlineData("flat_cosine", 0.5)]
    [InlineData("flat_cosine.0.2", 0.2)]
    public void The_rate_of_every_step_is_that_of_the_formula_in_NumPy(string name, double option)
    {
        double[] expected = ReferenceValues.Load("tabular").Doubles($"schedule.{name}");
        Schedule schedule = name.StartsWith("log", StringComparison.Ordinal) ? new LogCosine((int)option) : new FlatCosine(option);
        foreach (int steps in new[] { 1, 7 })
            Close.Everywhere(expected, Times.Factors(schedule, steps, expected.Length / steps), 1e-13, name);
    }

    [Theory, MemberData(nameof(NamesByEpochs))]
    public void The_rate_of_every_epoch_is_that_of_PyTorch(string name)
    {
        double[] expected = Reference.Doubles($"schedule.{name}");
        double[] actual = Times.Factors(ByEpochs[name], stepsPerEpoch: 5, expected.Length);
        for (int step = 0; step < actual.Length; step++)
            Assert.Equal(expected[step / 5], actual[step], 1e-14);
    }

    [Theory]
    [InlineData("defaults")]
    [InlineData("other")]
    [InlineData("hasty")]
    public void A_plateau_reduces_the_rate_when_PyTorch_does(string name)
    {
        double[] options = Reference.Doubles($"schedule.plateau.{name}.options");
        var schedule = new ReduceOnPlateau
        {
            Multiplier = options[0],
            Patience = (int)options[1],
            MinimumImprovement = options[2],
            Floor = options[3],
        };
        double[] values = Reference.Doubles($"schedule.plateau.{name}.values");
        double[] expected = Reference.Doubles($"schedule.plateau.{name}.rates");
        Assert.Contains(expected, rate => rate < 1);
        for (int epoch = 1; epoch <= expected.Length; epoch++)
            Assert.Equal(expected[epoch - 1], schedule.Factor(Times.At(epoch, 1, expected.Length, values)), 1e-14);
    }

    [Fact]
    public void The_defaults_are_those_of_the_reference()
    {
        double[] options = Reference.Doubles("schedule.plateau.defaults.options");
        var schedule = new ReduceOnPlateau();
        Assert.Equal(options, new[] { schedule.Multiplier, schedule.Patience, schedule.MinimumImprovement, schedule.Floor });
    }
}
