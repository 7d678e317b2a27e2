using Microsoft.ML;
using MLNet.DeepExt.Search;

namespace MLNet.DeepExt.Tests.Search;

/// <summary>Ranges are found by a program with these two usings, beside System.Range and its own syntax.</summary>
[Trait("Spec", "C5")]
public sealed class RangeCatalogTests
{
    private static readonly int[] Numbers = [1, 2, 3];

    [Fact]
    public void A_space_is_written_as_in_the_documentation()
    {
        var space = new SearchSpace
        {
            ["LearningRate"] = Range.Log(1e-4, 1e-1),
            ["Units"] = Range.Integer(32, 512),
            ["Optimizer"] = Range.Choice("adam", "momentum"),
            ["Momentum"] = Range.Linear(0.8, 0.99).When("Optimizer", "momentum"),
            ["Beta"] = Range.OneMinusLog(0.9, 0.999),
            ["Mixed"] = Range.Choice("none", 1, true),
        };
        Range all = Range.All;
        Assert.Equal(["LearningRate", "Units", "Optimizer", "Momentum", "Beta", "Mixed"], space.Names);
        Assert.IsType<LogRange>(space["LearningRate"]);
        Assert.Equal(Numbers, Numbers[all]);
    }

    [Fact]
    public void A_choice_keeps_the_type_that_its_values_have_in_common()
    {
        Assert.Equal([1.0, 2.5], ((ChoiceRange)Range.Choice(1, 2.5)).Values);
        Assert.Equal([1, 2], ((ChoiceRange)Range.Choice<object>(1, 2)).Values);
        Assert.Equal(["none", 1, true], ((ChoiceRange)Range.Choice("none", 1, true)).Values);
    }
}
