using CsCheck;
using Microsoft.ML;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Search;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Tests.Search;

/// <summary>Parameters are read as they were written, to the bit, and what does not fit the space is refused.</summary>
[Trait("Spec", "C5")]
public sealed class TrialParametersJsonTests
{
    private static readonly SearchSpace Space = new()
    {
        ["Rate"] = Range.Log(1e-300, 1e300),
        ["Shift"] = Range.Linear(-1, 1),
        ["Units"] = Range.Integer(int.MinValue, int.MaxValue),
        ["Optimizer"] = Range.Choice<object>("adam", "momentum, with a \"quote\" and an ı", 1.5, true),
        ["Momentum"] = Range.OneMinusLog(0, 0.999999).When("Optimizer", 1.5, true),
    };

    [Theory]
    [InlineData("tr-TR")]
    [InlineData("de-DE")]
    public void Parameters_are_read_as_they_were_written(string culture)
    {
        using var scope = new CultureScope(culture);
        Gen.Double[0, 1].Array[5].Sample(units =>
        {
            int next = 0;
            TrialParameters parameters = Space.At((_, _) => units[next++]);
            TrialParameters read = TrialParametersJson.FromJson(TrialParametersJson.ToJson(parameters), Space);
            Assert.Equal(parameters, read);
            Assert.Equal(parameters.Names, read.Names);
        });
    }

    [Theory]
    [InlineData("tr-TR")]
    [InlineData("de-DE")]
    public void What_is_written_in_one_culture_is_read_in_another(string culture)
    {
        var space = new SearchSpace
        {
            ["Optimizer"] = Range.Choice<object>(new Adam(), new Momentum()),
            ["Pair"] = Range.Choice((0.5, 1.5), (0.25, -2)),
            ["Layers"] = Range.Choice(new[] { 64 }, new[] { 64, 32 }),
            ["Rates"] = Range.Choice(new[] { 0.5, 1.5 }, new[] { 2.5 }),
        };
        string description = space.Describe();
        foreach (double unit in new[] { 0.25, 0.75 })
        {
            TrialParameters parameters = space.At((_, _) => unit);
            string json = TrialParametersJson.ToJson(parameters);
            using var scope = new CultureScope(culture);
            Assert.Equal(description, space.Describe());
            Assert.Equal(json, TrialParametersJson.ToJson(parameters));
            Assert.Equal(parameters, TrialParametersJson.FromJson(json, space));
            Assert.Equal(parameters.ToString(), TrialParametersJson.FromJson(json, space).ToString());
            Assert.Equal(parameters.GetHashCode(), TrialParametersJson.FromJson(json, space).GetHashCode());
        }
    }

    [Fact]
    public void The_text_is_this_one()
    {
        TrialParameters parameters = Space.With((name, _) => name switch
        {
            "Rate" => (object)(0.1 + 0.2),
            "Shift" => -0.5,
            "Units" => -7,
            "Optimizer" => 1.5,
            _ => 0.9,
        });
        Assert.Equal(
            "{\"Rate\":0.30000000000000004,\"Shift\":-0.5,\"Units\":-7,\"Optimizer\":{\"index\":2,\"text\":\"1.5\"},\"Momentum\":0.9}",
            TrialParametersJson.ToJson(parameters));
    }

    [Theory]
    [InlineData("{\"A\":1}", "Parameter 'B' is of effect in a trial but has no value there; ")]
    [InlineData("{\"A\":7,\"B\":{\"index\":0,\"text\":\"x\"}}", "Parameter 'A' has the value 7 in a trial but is Range.Integer(1, 3); ")]
    [InlineData("{\"A\":1.5,\"B\":{\"index\":0,\"text\":\"x\"}}", "Parameter 'A' has the value 1.5 in a trial but is Range.Integer(1, 3); ")]
    [InlineData("{\"A\":\"1\",\"B\":{\"index\":0,\"text\":\"x\"}}", "Parameter 'A' has the value \"1\" in a trial but is Range.Integer(1, 3); ")]
    [InlineData(
        "{\"A\":1,\"B\":{\"index\":0,\"text\":\"y\"}}",
        "Parameter 'B' has the value {\"index\":0,\"text\":\"y\"} in a trial but is Range.Choice(\"x\", \"y\"); ")]
    [InlineData(
        "{\"A\":1,\"B\":{\"index\":2,\"text\":\"x\"}}",
        "Parameter 'B' has the value {\"index\":2,\"text\":\"x\"} in a trial but is Range.Choice(\"x\", \"y\"); ")]
    [InlineData("{\"A\":1,\"B\":\"x\"}", "Parameter 'B' has the value \"x\" in a trial but is Range.Choice(\"x\", \"y\"); ")]
    [InlineData("{\"A\":1,\"B\":{\"index\":1,\"text\":\"y\"}}", "Parameter 'C' is of effect in a trial but has no value there; ")]
    [InlineData(
        "{\"A\":1,\"B\":{\"index\":1,\"text\":\"y\"},\"C\":1e999}",
        "Parameter 'C' has the value 1e999 in a trial but is Range.Linear(0, 1).When(\"B\", \"y\"); ")]
    [InlineData("{\"A\":1,\"B\":{\"index\":0,\"text\":\"x\"},\"C\":0.5}", "Parameter 'C' is of no effect in a trial but has a value there; ")]
    [InlineData("{\"A\":1,\"B\":{\"index\":0,\"text\":\"x\"},\"D\":1}", "A trial has parameter 'D', which the search space does not have; ")]
    [InlineData("{\"A\":1,\"A\":1,\"B\":{\"index\":0,\"text\":\"x\"}}", "Parameter 'A' has two values in a trial; ")]
    public void What_does_not_fit_the_space_is_refused(string json, string text)
    {
        var space = new SearchSpace
        {
            ["A"] = Range.Integer(1, 3),
            ["B"] = Range.Choice("x", "y"),
            ["C"] = Range.Linear(0, 1).When("B", "y"),
        };
        Assert.Equal(
            text + "search on in the space with which the trial was written.",
            Assert.Throws<InvalidDataException>(() => TrialParametersJson.FromJson(json, space)).Message);
    }

    [Fact]
    public void What_is_no_object_is_refused()
    {
        Assert.Equal(
            "The parameters of a trial must be an object but are [1].",
            Assert.Throws<InvalidDataException>(() => TrialParametersJson.FromJson("[1]", Space)).Message);
        Assert.StartsWith(
            "The parameters of a trial are not JSON: ",
            Assert.Throws<InvalidDataException>(() => TrialParametersJson.FromJson("{", Space)).Message);
    }
}
