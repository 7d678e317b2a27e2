using MLNet.DeepExt.Neural.Schedules;
using MLNet.DeepExt.Neural.Tests.TestSupport;

namespace MLNet.DeepExt.Neural.Tests.Conformance;

/// <summary>What every schedule must do, whatever its kind. A new one is one more row.</summary>
[Trait("Spec", "A10")]
public sealed class ScheduleConformanceTests
{
    private static readonly Dictionary<string, Func<Schedule>> Table = new()
    {
        ["constant"] = () => new Constant(),
        ["inverse time"] = () => new InverseTime(1),
        ["exponential"] = () => new Exponential(0.95),
        ["inverse root by epochs"] = () => new InverseRoot(2),
        ["inverse root by steps"] = () => new InverseRoot(2, TimeUnit.Steps),
        ["staircase"] = () => new Staircase(0.5, 3),
        ["manual"] = () => new Manual(1, 0.5, 0, 0.25),
        ["warm-up by epochs"] = () => new WarmUp(2, new Exponential(0.9)),
        ["warm-up by steps"] = () => new WarmUp(5, new ReduceOnPlateau { Patience = 1 }, TimeUnit.Steps),
        ["cosine"] = () => new Cosine(0.1),
        ["log cosine"] = () => new LogCosine(3),
        ["flat cosine"] = () => new FlatCosine(0.3),
        ["one cycle"] = () => new OneCycle(),
        ["plateau"] = () => new ReduceOnPlateau { Patience = 1 },
        ["chain"] = () => new Phases(
            new Phase(new WarmUp(1), 2), new Phase(new ReduceOnPlateau { Patience = 0 }, 2), new Phase(new Cosine())),
        ["chain that ends"] = () => new Phases(new Phase(new OneCycle(), 2)),
    };

    public static TheoryData<string> Names => [.. Table.Keys];

    internal static IReadOnlyList<Schedule> All => [.. Table.Values.Select(create => create())];

    [Fact]
    public void The_table_has_a_row_for_every_schedule()
    {
        IEnumerable<Type> kinds = typeof(Schedule).Assembly.GetTypes()
            .Where(type => type is { IsSealed: true, IsPublic: true } && type.IsSubclassOf(typeof(Schedule)));
        Assert.Empty(kinds.Except(Table.Values.Select(create => create().GetType())));
    }

    [Theory, MemberData(nameof(Names))]
    public void Its_factors_are_finite_and_not_below_0(string name)
    {
        Schedule schedule = Table[name]();
        schedule.Validate();
        foreach (TrainingTime time in Moments())
        {
            double factor = schedule.Factor(time);
            Assert.True(double.IsFinite(factor) && factor >= 0, $"{time}: {factor}");
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void It_is_a_function_of_time_alone(string name)
    {
        Schedule schedule = Table[name](), another = Table[name]();
        double[] forward = [.. Moments().Select(time => schedule.Factor(time))];
        double[] backward = [.. Moments().Reverse().Select(time => schedule.Factor(time)).Reverse()];
        Assert.Equal(forward, backward);
        Assert.Equal(forward, Moments().Select(time => another.Factor(time)));
    }

    [Theory, MemberData(nameof(Names))]
    public void It_equals_another_with_the_same_values_and_no_other(string name)
    {
        Assert.Equal(Table[name](), Table[name]());
        Assert.Equal(Table[name]().GetHashCode(), Table[name]().GetHashCode());
        Assert.All(Table.Where(row => row.Key != name), row => Assert.NotEqual(Table[name](), row.Value()));
    }

    [Theory, MemberData(nameof(Names))]
    public void It_allocates_nothing(string name)
    {
        Schedule schedule = Table[name]();
        TrainingTime[] moments = [.. Moments()];
        double sum = 0;
        Assert.Equal(0, Allocation.AfterWarmUp(
            () =>
            {
                foreach (TrainingTime time in moments)
                    sum += schedule.Factor(time);
            },
            times: 3));
        Assert.True(double.IsFinite(sum));
    }

    // Trainings of one step, of one epoch, of epochs of one step, and longer ones.
    private static IEnumerable<TrainingTime> Moments() =>
        from training in new (int Steps, int Epochs)[] { (1, 1), (7, 1), (1, 9), (2, 2), (3, 12) }
        from step in Enumerable.Range(1, training.Steps * training.Epochs)
        select Times.At(step, training.Steps, training.Epochs, [3, 2, 2.5, 2.25, 1, 1, 1, 1.5, 0.5, 1, 1]);
}
