using CsCheck;
using Microsoft.ML;
using MLNet.DeepExt.Search;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Tests.Search;

/// <summary>Ranges: their scales, their bounds, how they print, and what they refuse.</summary>
[Trait("Spec", "C5")]
public sealed class SearchRangeTests
{
    private enum Color
    {
        Red,
        Green,
    }

    [Fact]
    public void Places_on_the_scale_are_values_as_worked_out_by_hand()
    {
        Assert.Equal(5.5, (double)Range.Linear(1, 10).FromUnit(0.5), 1e-12);
        Assert.Equal(1e-2, (double)Range.Log(1e-4, 1).FromUnit(0.5), 1e-12);
        Assert.Equal(0.99, (double)Range.OneMinusLog(0.9, 0.999).FromUnit(0.5), 1e-12);
        Assert.Equal([1, 1, 2, 2, 3, 3], new[] { 0, 0.33, 0.34, 0.66, 0.67, 1 }.Select(unit => (int)Range.Integer(1, 3).FromUnit(unit)));
        Assert.Equal(["a", "a", "b", "b"], new[] { 0, 0.49, 0.5, 1 }.Select(unit => (string)Range.Choice("a", "b").FromUnit(unit)));
    }

    [Fact]
    public void A_logarithmic_integer_has_a_cell_as_long_as_its_share_of_the_logarithms()
    {
        SearchRange range = Range.Integer(1, 4, log: true);
        double whole = Math.Log(4.5 / 0.5);
        for (int value = 1; value <= 4; value++)
        {
            (double first, double last) = range.CellOf(range.ToUnit(value))!.Value;
            Assert.Equal(Math.Log((value + 0.5) / (value - 0.5)) / whole, last - first, 1e-12);
        }
    }

    [Fact]
    public void No_place_leaves_the_bounds_and_values_lead_back_to_their_place()
    {
        Gen<SearchRange> ranges = Gen.OneOf(
            Gen.Select(Gen.Double[-1e6, 1e6], Gen.Double[1e-6, 1e6], (low, length) => Range.Linear(low, low + length)),
            Gen.Select(Gen.Double[-300, 300], Gen.Double[0.01, 7], (low, length) => Range.Log(Math.Pow(10, low), Math.Pow(10, low + length))),
            Gen.Select(Gen.Double[0, 0.98], Gen.Double[0.01, 0.999], (low, share) => Range.OneMinusLog(low, low + share * (1 - low))));
        Gen.Select(ranges, Gen.Double[0, 1]).Sample((range, unit) =>
        {
            var bounds = (ContinuousRange)range;
            foreach (double place in new[] { unit, 0, double.Epsilon, Math.BitDecrement(1), 1 })
            {
                object value = range.FromUnit(place);
                Assert.True(range.Contains(value), $"{range} {place}");
                Assert.Equal(place, range.ToUnit(value), 1e-6);
            }

            Assert.Equal((bounds.Low, bounds.High), (range.FromUnit(0), range.FromUnit(1)));
            Assert.Null(range.CellOf(unit));
        });
    }

    [Fact]
    public void No_integer_leaves_the_bounds_and_its_cell_has_its_place_in_the_middle()
    {
        Gen.Select(Gen.Int[-1000, 1000], Gen.Int[1, 100_000], Gen.Bool, Gen.Double[0, 1]).Sample((low, length, isLogarithmic, unit) =>
        {
            low = isLogarithmic ? Math.Abs(low) + 1 : low;
            SearchRange range = Range.Integer(low, low + length, isLogarithmic);
            foreach (double place in new[] { unit, 0, Math.BitDecrement(1), 1 })
            {
                object value = range.FromUnit(place);
                Assert.True(range.Contains(value), $"{range} {place}");
                Assert.Equal(value, range.FromUnit(range.ToUnit(value)));
                (double first, double last) = range.CellOf(place)!.Value;
                Assert.InRange(place, first - 1e-9, last + 1e-9);
                Assert.Equal((first + last) / 2, range.ToUnit(value), 1e-9);
            }

            Assert.Equal((low, low + length), (range.FromUnit(0), range.FromUnit(1)));
        });
    }

    [Fact]
    public void The_widest_integers_have_their_bounds()
    {
        SearchRange range = Range.Integer(int.MinValue, int.MaxValue);
        Assert.Equal((int.MinValue, int.MaxValue), (range.FromUnit(0), range.FromUnit(1)));
        Assert.Equal(int.MaxValue, Range.Integer(1, int.MaxValue, log: true).FromUnit(1));
        Assert.Equal(0, (int)range.FromUnit(0.5), 1.0);
    }

    [Fact]
    public void Grids_are_those_of_numpy()
    {
        Dictionary<string, double[]> grids = Reference.SamplingReference.Load().Grids;
        AssertGrid(grids["Linear"], Range.Linear(0.8, 0.99).Grid(5));
        AssertGrid(grids["Log"], Range.Log(1e-4, 1e-1).Grid(7));
        AssertGrid(grids["OneMinusLog"], Range.OneMinusLog(0.9, 0.999).Grid(4));
        AssertGrid(grids["Integer"], Range.Integer(3, 20).Grid(6));
        AssertGrid(grids["LogInteger"], Range.Integer(16, 1000, log: true).Grid(5));
        Assert.Equal([1, 2, 3], Range.Integer(1, 3).Grid(50).Cast<int>());
        Assert.Equal([true, false], Range.Choice(true, false).Grid(50).Cast<bool>());
    }

    [Theory]
    [InlineData("tr-TR")]
    [InlineData("de-DE")]
    public void Ranges_print_as_they_are_written_in_every_culture(string culture)
    {
        using var scope = new CultureScope(culture);
        Assert.Equal("Range.Linear(-1.5, 2)", Range.Linear(-1.5, 2).ToString());
        Assert.Equal("Range.Log(0.0001, 0.1)", Range.Log(1e-4, 1e-1).ToString());
        Assert.Equal("Range.OneMinusLog(0.9, 0.999)", Range.OneMinusLog(0.9, 0.999).ToString());
        Assert.Equal("Range.Integer(-3, 512)", Range.Integer(-3, 512).ToString());
        Assert.Equal("Range.Integer(32, 512, log: true)", Range.Integer(32, 512, log: true).ToString());
        Assert.Equal("Range.Choice(\"a \\\"b\\\"\", 1.5, true, Red)", Range.Choice("a \"b\"", 1.5, true, Color.Red).ToString());
        Assert.Equal(
            "Range.Linear(0.5, 1).When(\"Optimizer\", \"momentum\", 2)", Range.Linear(0.5, 1).When("Optimizer", "momentum", 2).ToString());
        Assert.Equal("Range.Linear(0.5, 1).When(\"a \\\"b\\\"\", 2)", Range.Linear(0.5, 1).When("a \"b\"", 2).ToString());
        Assert.Equal(
            "Range.Choice((0.5, 1.5), Part { Share = 0.25 })", Range.Choice<object>((0.5, 1.5), new Part(0.25)).ToString());
        Assert.Equal("Range.Choice([64], [64, 32])", Range.Choice(new[] { 64 }, new[] { 64, 32 }).ToString());
        Assert.Equal("Range.Choice([0.5], [\"a, b\"], [\"a\", \"b\"])",
            Range.Choice<object>(new[] { 0.5 }, new List<string> { "a, b" }, new[] { "a", "b" }).ToString());
    }

    [Fact]
    public void Ranges_are_equal_by_value()
    {
        Assert.Equal(Range.Log(1e-4, 1), Range.Log(1e-4, 1));
        Assert.NotEqual(Range.Log(1e-4, 1), Range.Linear(1e-4, 1));
        Assert.NotEqual(Range.Integer(1, 5), Range.Integer(1, 5, log: true));
        Assert.Equal(Range.Choice("a", "b"), Range.Choice("a", "b"));
        Assert.Equal(Range.Choice("a", "b").GetHashCode(), Range.Choice("a", "b").GetHashCode());
        Assert.NotEqual(Range.Choice("a", "b"), Range.Choice("b", "a"));
        Assert.NotEqual(Range.Choice("1"), Range.Choice(1));
        Assert.Equal(Range.Linear(0, 1).When("A", 1, 2), Range.Linear(0, 1).When("A", 1, 2));
        Assert.Equal(Range.Choice("a").When("A", 1).GetHashCode(), Range.Choice("a").When("A", 1).GetHashCode());
        Assert.NotEqual(Range.Linear(0, 1).When("A", 1), Range.Linear(0, 1).When("A", 2));
        Assert.NotEqual(Range.Linear(0, 1).When("A", 1), Range.Linear(0, 1));
        Assert.Equal(Range.Choice(new[] { 64 }, new[] { 64, 32 }), Range.Choice(new[] { 64 }, new[] { 64, 32 }));
        Assert.Equal(
            Range.Choice(new[] { 64 }, new[] { 64, 32 }).GetHashCode(), Range.Choice(new[] { 64 }, new[] { 64, 32 }).GetHashCode());
        Assert.NotEqual(Range.Choice(new[] { 64 }, new[] { 64, 32 }), Range.Choice(new[] { 64 }, new[] { 32, 64 }));
        Assert.NotEqual(Range.Choice(new[] { 64 }, new[] { 32 }), Range.Choice(new[] { 64L }, new[] { 32L }));
        Assert.Equal(Range.Linear(0, 1).When("A", new[] { 1 }), Range.Linear(0, 1).When("A", new[] { 1 }));
    }

    [Fact]
    public void What_is_no_range_is_refused_at_once()
    {
        AssertFault("The lower bound of Range.Linear(2, 1) must be less than the upper one; use Range.Choice for a single value.",
            () => Range.Linear(2, 1));
        AssertFault("The lower bound of Range.Log(0.1, 0.1) must be less than the upper one; use Range.Choice for a single value.",
            () => Range.Log(0.1, 0.1));
        AssertFault("The bounds of Range.Linear(NaN, 1) must be finite; give the least and the greatest value to try.",
            () => Range.Linear(double.NaN, 1));
        AssertFault("The bounds of Range.Log(1, Infinity) must be finite; give the least and the greatest value to try.",
            () => Range.Log(1, double.PositiveInfinity));
        AssertFault("The lower bound of Range.Log(0, 1) must be above 0; use Range.Linear where 0 is to be tried.", () => Range.Log(0, 1));
        AssertFault("The bounds of Range.OneMinusLog(0.9, 1) must be in [0, 1); use Range.Linear for other numbers.",
            () => Range.OneMinusLog(0.9, 1));
        AssertFault("The bounds of Range.OneMinusLog(-0.1, 0.5) must be in [0, 1); use Range.Linear for other numbers.",
            () => Range.OneMinusLog(-0.1, 0.5));
        AssertFault("Range.OneMinusLog(0, 1E-17) is too narrow or too wide to be measured; move its bounds.", () => Range.OneMinusLog(0, 1e-17));
        AssertFault("Range.Linear(-1E+308, 1E+308) is too narrow or too wide to be measured; move its bounds.",
            () => Range.Linear(-1e308, 1e308));
        AssertFault("The lower bound of Range.Integer(4, 4) must be less than the upper one; use Range.Choice for a single value.",
            () => Range.Integer(4, 4));
        AssertFault("The lower bound of Range.Integer(0, 4, log: true) must be at least 1; leave out log where 0 is to be tried.",
            () => Range.Integer(0, 4, log: true));
        AssertFault("Range.Choice has no values; give at least one.", () => Range.Choice<string>());
        AssertFault("A value of Range.Choice is null; use a text such as \"none\" for it.", () => Range.Choice("a", null!));
        AssertFault("Two values of Range.Choice print as 'a'; give each once, and a ToString of its own to each kind of object.",
            () => Range.Choice("a", "b", "a"));
        AssertFault("Two values of Range.Choice are equal, 0 and -0; give each once.", () => Range.Choice(0.0, 1, -0.0));
        AssertFault("Two values of Range.Choice print as '[1, 2]'; give each once, and a ToString of its own to each kind of object.",
            () => Range.Choice(new[] { 1, 2 }, new[] { 1, 2 }));
        AssertFault("Value 2 of 2 of Range.Choice has half of a surrogate pair in its text; leave it out.",
            () => Range.Choice("\U0001F600", "a\uD83D"));
        AssertFault(
            "Range.Choice has a single value, [1, 2], which holds others; spread it to choose among these, as in Range.Choice([.. values]).",
            () => Range.Choice(new List<int> { 1, 2 }));
        AssertFault(
            "Range.Choice has a single value, [1], which holds others; spread it to choose among these, as in Range.Choice([.. values]).",
            () => Range.Choice<int[]>([[1]]));
        List<int> spread = [1, 2];
        Assert.Equal(Range.Choice(1, 2), Range.Choice([.. spread]));
        Assert.Equal(Range.Choice("abc"), Range.Choice("abc"));
    }

    [Fact]
    public void Texts_of_records_and_tuples_that_differ_are_told_apart_in_every_culture()
    {
        // In a culture whose decimal separator is a comma, both would print as (0,5, 1).
        using var scope = new CultureScope("de-DE");
        Assert.Equal(2, ((ChoiceRange)Range.Choice<object>((0.5, 1), ("0,5", 1))).Values.Count);
    }

    [Fact]
    public void What_is_no_condition_is_refused_at_once()
    {
        AssertFault("The name in When is empty; name the parameter that this one depends on.", () => Range.Linear(0, 1).When("", 1));
        AssertFault("When(\"A\") has no values; give those of A with which the parameter is of effect.", () => Range.Linear(0, 1).When("A"));
        AssertFault("A value in When(\"A\") is null; give values that A may have.", () => Range.Linear(0, 1).When("A", "a", null!));
        AssertFault("When(\"A\") has \"a\" twice; give each value once.", () => Range.Linear(0, 1).When("A", "a", "a"));
        AssertFault("Range.Linear(0, 1).When(\"A\", 1) has a condition already; give all values in one When.",
            () => Range.Linear(0, 1).When("A", 1).When("B", 2));
    }

    private sealed record Part(double Share);

    private static void AssertFault(string text, Func<SearchRange> make) =>
        Assert.Equal(text, Assert.Throws<ArgumentException>(make).WithoutParameter());

    private static void AssertGrid(double[] expected, IReadOnlyList<object> grid)
    {
        Assert.Equal(expected.Length, grid.Count);
        foreach ((double number, object value) in expected.Zip(grid))
            Assert.Equal(number, Convert.ToDouble(value, System.Globalization.CultureInfo.InvariantCulture), 1e-12);
    }
}
