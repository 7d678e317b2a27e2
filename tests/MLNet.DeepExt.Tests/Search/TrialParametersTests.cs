using Microsoft.ML;
using MLNet.DeepExt.Search;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Tests.Search;

/// <summary>The parameters of a trial: their types, what is not there, and how they print.</summary>
[Trait("Spec", "C5")]
public sealed class TrialParametersTests
{
    private static readonly SearchSpace Space = new()
    {
        ["Rate"] = Range.Log(1e-4, 1e-1),
        ["Units"] = Range.Integer(32, 512),
        ["Optimizer"] = Range.Choice("adam", "momentum", "nesterov"),
        ["Momentum"] = Range.Linear(0.8, 0.99).When("Optimizer", "momentum", "nesterov"),
        ["Day"] = Range.Choice(DayOfWeek.Monday, DayOfWeek.Friday),
        ["Bias"] = Range.Choice(true, false),
        ["Share"] = Range.Choice(0.25f, 0.5f),
    };

    private static readonly TrialParameters Parameters = Of("adam", 0.003);

    [Fact]
    public void Values_are_had_as_their_type_or_a_number_that_holds_it()
    {
        Assert.Equal(0.003, Parameters.Get<double>("Rate"));
        Assert.Equal(0.003f, Parameters.Get<float>("Rate"));
        Assert.Equal(128, Parameters.Get<int>("Units"));
        Assert.Equal(128L, Parameters.Get<long>("Units"));
        Assert.Equal(128.0, Parameters.Get<double>("Units"));
        Assert.Equal(128f, Parameters.Get<float>("Units"));
        Assert.Equal(128, Parameters.Get<object>("Units"));
        Assert.Equal("adam", Parameters.Get<string>("Optimizer"));
        Assert.Equal(DayOfWeek.Friday, Parameters.Get<DayOfWeek>("Day"));
        Assert.True(Parameters.Get<bool>("Bias"));
        Assert.Equal(0.25, Parameters.Get<double>("Share"));
    }

    [Fact]
    public void A_value_may_be_an_array_and_others_depend_on_it()
    {
        var space = new SearchSpace
        {
            ["Layers"] = Range.Choice(new[] { 64 }, new[] { 64, 32 }),
            ["Last"] = Range.Linear(0, 1).When("Layers", new[] { 64, 32 }),
        };
        Assert.Null(space.FindFault());
        TrialParameters deep = space.At((_, _) => 0.75);
        Assert.Equal([64, 32], deep.Get<int[]>("Layers"));
        Assert.Equal("Layers=[64, 32], Last=0.75", deep.ToString());
        Assert.False(space.At((_, _) => 0.25).Has("Last"));
        Assert.Equal(3, new GridSampler { PointsPerParameter = 2 }.Count(space));
        var same = new SearchSpace { ["Layers"] = Range.Choice(new[] { 64 }, new[] { 64, 32 }), ["Last"] = space["Last"] };
        Assert.Equal(deep, same.At((_, _) => 0.75));
        Assert.Equal(deep.GetHashCode(), same.At((_, _) => 0.75).GetHashCode());
    }

    [Fact]
    public void A_value_as_single_precision_stays_within_the_range()
    {
        Assert.Equal(MathF.BitDecrement(1), Last(Range.OneMinusLog(0.9, 0.99999999)));
        Assert.Equal(float.Epsilon, First(Range.Log(1e-60, 1)));
        Assert.Equal(float.MaxValue, Last(Range.Log(1, 1e300)));
        Assert.Equal(-float.MaxValue, First(Range.Linear(-1e300, 1)));
        Assert.Equal(2147483520, Last(Range.Integer(0, int.MaxValue)));
        Assert.Equal(0.1f, First(Range.Linear(0.100000001, 0.2)), 1e-7f);
        Assert.InRange(First(Range.Linear(0.1000000001, 0.2)), 0.1000000001, 0.2);
        Assert.Equal(0.5f, First(Range.Choice(0.5, 0.25)));
        Assert.Equal(
            "Parameter 'A' is 1E-60, of type Double, and cannot be had as Single; use Get<Double>.",
            Assert.Throws<ArgumentException>(() => First(Range.Log(1e-60, 1e-50))).WithoutParameter());

        static float First(SearchRange range) => new SearchSpace { ["A"] = range }.At((_, _) => 0).Get<float>("A");

        static float Last(SearchRange range) => new SearchSpace { ["A"] = range }.At((_, _) => 1).Get<float>("A");
    }

    [Fact]
    public void A_value_of_another_type_is_an_error_that_names_both()
    {
        Assert.Equal(
            "Parameter 'Rate' is 0.003, of type Double, and cannot be had as Int32; use Get<Double>.",
            Assert.Throws<ArgumentException>(() => Parameters.Get<int>("Rate")).WithoutParameter());
        Assert.Equal(
            "Parameter 'Optimizer' is \"adam\", of type String, and cannot be had as Boolean; use Get<String>.",
            Assert.Throws<ArgumentException>(() => Parameters.GetOr("Optimizer", true)).WithoutParameter());
    }

    [Fact]
    public void What_is_of_no_effect_is_not_there_and_the_error_says_when_it_would_be()
    {
        Assert.False(Parameters.Has("Momentum"));
        Assert.Equal(0.9, Parameters.GetOr("Momentum", 0.9));
        Assert.DoesNotContain("Momentum", Parameters.Names);
        Assert.Equal(
            "Parameter 'Momentum' is of no effect in this trial, as it is only where Optimizer is \"momentum\" or \"nesterov\"; "
            + "ask Has or GetOr first.",
            Assert.Throws<ArgumentException>(() => Parameters.Get<double>("Momentum")).WithoutParameter());
        Assert.Equal(0.9, Of("nesterov", 0.003).GetOr("Momentum", 0.5), 1e-12);
    }

    [Fact]
    public void What_the_space_does_not_have_is_an_error_that_says_what_it_has()
    {
        string text = "The search space has no parameter 'rate'; it has Rate, Units, Optimizer, Momentum, Day, Bias, Share.";
        Assert.Equal(text, Assert.Throws<ArgumentException>(() => Parameters.Get<double>("rate")).WithoutParameter());
        Assert.Equal(text, Assert.Throws<ArgumentException>(() => Parameters.Has("rate")).WithoutParameter());
        Assert.Equal(text, Assert.Throws<ArgumentException>(() => Parameters.GetOr("rate", 1)).WithoutParameter());
        Assert.Throws<ArgumentException>(() => Parameters.Get<double>(null!));
    }

    [Theory]
    [InlineData("tr-TR")]
    [InlineData("de-DE")]
    public void Parameters_print_in_the_order_of_the_space_in_every_culture(string culture)
    {
        using var scope = new CultureScope(culture);
        Assert.Equal("Rate=0.003, Units=128, Optimizer=adam, Day=Friday, Bias=True, Share=0.25", Parameters.ToString());
    }

    [Fact]
    public void Parameters_are_equal_by_value()
    {
        Assert.Equal(Of("adam", 0.003), Parameters);
        Assert.Equal(Of("adam", 0.003).GetHashCode(), Parameters.GetHashCode());
        Assert.NotEqual(Of("adam", 0.004), Parameters);
        Assert.NotEqual(Of("momentum", 0.003), Parameters);
        Assert.False(Parameters.Equals(null));
    }

    private static TrialParameters Of(string optimizer, double rate) => Space.With((name, range) => name switch
    {
        "Rate" => rate,
        "Units" => 128,
        "Optimizer" => optimizer,
        "Momentum" => 0.9,
        "Day" => DayOfWeek.Friday,
        "Bias" => true,
        _ => 0.25f,
    });
}
