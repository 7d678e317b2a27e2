using Microsoft.ML;
using MLNet.DeepExt.Search;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Tests.Search;

/// <summary>Spaces: names, conditions and their faults, and that the order of the parameters does not matter.</summary>
[Trait("Spec", "C5")]
public sealed class SearchSpaceTests
{
    [Fact]
    public void A_name_that_is_empty_is_refused()
    {
        var space = new SearchSpace();
        string text = "The name of a parameter is empty; give one, such as \"LearningRate\".";
        Assert.Equal(text, Assert.Throws<ArgumentException>(() => space[""] = Range.Linear(0, 1)).WithoutParameter());
        Assert.Equal(text, Assert.Throws<ArgumentException>(() => space[null!] = Range.Linear(0, 1)).WithoutParameter());
        Assert.Throws<ArgumentNullException>(() => space["A"] = null!);
    }

    [Fact]
    public void A_name_that_is_set_again_is_there_once()
    {
        var space = new SearchSpace { ["A"] = Range.Linear(0, 1), ["B"] = Range.Linear(0, 1) };
        space["A"] = Range.Linear(0, 2);
        Assert.Equal(["A", "B"], space.Names);
        Assert.Equal(Range.Linear(0, 2), space["A"]);
        Assert.Equal("The search space has no parameter 'a'; it has A, B.", Assert.Throws<ArgumentException>(() => space["a"]).WithoutParameter());
    }

    [Fact]
    public void A_space_that_is_empty_says_so() => Assert.Equal(
        "The search space has no parameter 'A', nor any other; set its range first.",
        Assert.Throws<ArgumentException>(() => new SearchSpace()["A"]).WithoutParameter());

    [Fact]
    public void Adding_a_parameter_leaves_what_is_drawn_at_random_of_the_others()
    {
        var space = new SearchSpace { ["A"] = Range.Linear(0, 1), ["B"] = Range.Integer(1, 1000) };
        SearchSpace more = space.Copy();
        more["0"] = Range.Choice("x", "y");
        for (int number = 0; number < 20; number++)
        {
            TrialParameters few = new RandomSampler().Suggest(space, seed: 5, number, []);
            TrialParameters many = new RandomSampler().Suggest(more, seed: 5, number, []);
            Assert.Equal((few["A"], few["B"]), (many["A"], many["B"]));
        }
    }

    [Fact]
    public void A_copy_does_not_change_with_what_it_was_made_of()
    {
        var space = new SearchSpace { ["B"] = Range.Linear(0, 1), ["A"] = Range.Linear(0, 1) };
        SearchSpace copy = space.Copy();
        space["C"] = Range.Linear(0, 1);
        space["B"] = Range.Linear(0, 2);
        Assert.Equal(["B", "A"], copy.Names);
        Assert.Equal(Range.Linear(0, 1), copy["B"]);
    }

    [Fact]
    public void Faults_say_what_is_wrong_and_what_to_do()
    {
        Assert.Equal(
            "The search space has no parameters; add one, such as [\"LearningRate\"] = Range.Log(1e-4, 1e-1).", new SearchSpace().FindFault()?.Text);
        AssertFault(
            "Parameter 'A' depends on 'X', which the search space does not have; it has A, B.",
            ("A", Range.Linear(0, 1).When("X", 1)), ("B", Range.Linear(0, 1)));
        AssertFault("Parameter 'A' depends on itself, by A; leave one of their conditions out.", ("A", Range.Integer(0, 1).When("A", 1)));
        AssertFault(
            "Parameter 'A' depends on itself, by B, C, A; leave one of their conditions out.",
            ("A", Range.Integer(0, 1).When("B", 1)), ("B", Range.Integer(0, 1).When("C", 1)), ("C", Range.Integer(0, 1).When("A", 1)));
        AssertFault(
            "Parameter 'A' depends on 'B', which is Range.Log(1, 2); a condition needs a choice or an integer.",
            ("A", Range.Integer(0, 1).When("B", 1)), ("B", Range.Log(1, 2)));
        AssertFault(
            "Parameter 'A' is of effect where B is \"c\" (String), but that is Range.Choice(\"a\", \"b\"); name one of its values.",
            ("A", Range.Integer(0, 1).When("B", "a", "c")), ("B", Range.Choice("a", "b")));
        AssertFault(
            "Parameter 'A' is of effect where B is 4 (Int32), but that is Range.Integer(1, 3); name one of its values.",
            ("A", Range.Integer(0, 1).When("B", 4)), ("B", Range.Integer(1, 3)));
        AssertFault(
            "Parameter 'A' is of effect where B is 1 (Int32), but that is Range.Choice(1, 2.5); name one of its values.",
            ("A", Range.Integer(0, 1).When("B", 1)), ("B", Range.Choice(1, 2.5)));
    }

    [Fact]
    public void Conditions_in_a_chain_are_no_fault_whatever_their_order()
    {
        var space = new SearchSpace
        {
            ["C"] = Range.Linear(0, 1).When("B", 2),
            ["B"] = Range.Integer(1, 3).When("A", true),
            ["A"] = Range.Choice(true, false),
        };
        Assert.Null(space.FindFault()?.Text);
        Assert.Equal(["A", "B", "C"], space.InOrderOfDependence().Select(pair => pair.Key));
    }

    [Fact]
    public void A_parameter_is_of_effect_only_where_the_one_it_depends_on_is()
    {
        var space = new SearchSpace
        {
            ["C"] = Range.Linear(0, 1).When("B", 2),
            ["B"] = Range.Integer(1, 2).When("A", "yes", "perhaps"),
            ["A"] = Range.Choice("yes", "perhaps", "no"),
        };
        Assert.Equal(["C", "B", "A"], NamesAt("yes", 2));
        Assert.Equal(["C", "B", "A"], NamesAt("perhaps", 2));
        Assert.Equal(["B", "A"], NamesAt("yes", 1));
        Assert.Equal(["A"], NamesAt("no", 2));

        IEnumerable<string> NamesAt(string a, int b) =>
            space.With((name, range) => name == "A" ? a : name == "B" ? b : range.FromUnit(0.5)).Names;
    }

    [Fact]
    public void The_description_is_the_same_for_every_order_and_in_every_culture()
    {
        var first = new SearchSpace { ["b"] = Range.Linear(0.5, 1).When("a", true), ["a"] = Range.Choice(true, false) };
        var second = new SearchSpace { ["a"] = Range.Choice(true, false), ["b"] = Range.Linear(0.5, 1).When("a", true) };
        using var scope = new CultureScope("tr-TR");
        Assert.Equal("\"a\"=Range.Choice(true, false); \"b\"=Range.Linear(0.5, 1).When(\"a\", true)", first.Describe());
        Assert.Equal(first.Describe(), second.Describe());
    }

    private static void AssertFault(string text, params (string Name, SearchRange Range)[] parameters)
    {
        var space = new SearchSpace();
        foreach ((string name, SearchRange range) in parameters)
            space[name] = range;
        Assert.Equal(text, space.FindFault()?.Text);
    }
}
