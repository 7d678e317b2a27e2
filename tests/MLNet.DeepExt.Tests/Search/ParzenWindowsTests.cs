using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Search;
using MLNet.DeepExt.Tests.Reference;

namespace MLNet.DeepExt.Tests.Search;

/// <summary>Densities of places on a scale are those of scipy, and draws are distributed by them.</summary>
[Trait("Spec", "C5")]
public sealed class ParzenWindowsTests
{
    private static readonly SamplingReference Reference = SamplingReference.Load();

    public static TheoryData<int> Cases => [.. Enumerable.Range(0, SamplingReference.Load().Cases.Length)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Densities_are_those_of_scipy(int number)
    {
        SamplingReference.Mixture mixture = Reference.Cases[number];
        var windows = new ParzenWindows(mixture.Units, mixture.PriorWeight, _ => null);
        foreach ((double place, double density) in mixture.Places.Zip(mixture.Densities))
            Assert.Equal(density, windows.At(place), 1e-9 * Math.Max(1, density));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Masses_of_cells_are_those_of_scipy(int number)
    {
        SamplingReference.Mixture mixture = Reference.Cases[number];
        for (int cell = 1; cell < mixture.Places.Length; cell++)
        {
            var windows = new ParzenWindows(mixture.Units, mixture.PriorWeight, _ => (mixture.Places[cell - 1], mixture.Places[cell]));
            Assert.Equal(mixture.Cumulative[cell] - mixture.Cumulative[cell - 1], windows.At(mixture.Places[cell]), 1e-9);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Draws_are_distributed_as_scipy_says(int number)
    {
        const int Draws = 4000;
        SamplingReference.Mixture mixture = Reference.Cases[number];
        var windows = new ParzenWindows(mixture.Units, mixture.PriorWeight, _ => null);
        var random = new CounterRandom(7);
        double[] draws = [.. Enumerable.Range(0, Draws).Select(draw => windows.Draw(random.Derive((ulong)draw)))];
        Assert.All(draws, draw => Assert.InRange(draw, 0, 1));
        foreach ((double place, double cumulative) in mixture.Places.Zip(mixture.Cumulative))
        {
            double share = draws.Count(draw => draw <= place) / (double)Draws;
            Assert.Equal(cumulative, share, 4 * Math.Sqrt(Math.Max(0, cumulative * (1 - cumulative)) / Draws) + 1e-6);
        }
    }

    [Fact]
    public void Shares_of_a_choice_are_counts_smoothed_by_the_prior()
    {
        // Of four values, five trials had the first, the first, the first, the third and the last.
        var shares = new ChoiceShares([0.125, 0.125, 0.125, 0.625, 0.875], 4, priorWeight: 4);
        Assert.Equal(
            [4 / 9.0, 1 / 9.0, 2 / 9.0, 2 / 9.0],
            new[] { 0, 0.3, 0.625, 1 }.Select(shares.At),
            (left, right) => Math.Abs(left - right) < 1e-12);

        // The prior weighs as much as that many trials in all, however many values there are.
        double[] units = [.. Enumerable.Range(0, 100).Select(trial => trial < 50 ? 0.5 / 1000 : 1.5 / 1000)];
        var many = new ChoiceShares(units, 1000, priorWeight: 1);
        Assert.Equal((50 + 1 / 1000.0) / 101, many.At(0), 1e-12);
        Assert.Equal(1 / 1000.0 / 101, many.At(1), 1e-12);

        var random = new CounterRandom(7);
        double[] draws = [.. Enumerable.Range(0, 4000).Select(draw => shares.Draw(random.Derive((ulong)draw)))];
        Assert.Equal([0.125, 0.375, 0.625, 0.875], draws.Distinct().Order());
        Assert.Equal(4 / 9.0, draws.Count(draw => draw == 0.125) / 4000.0, 0.032);
        Assert.Equal(1 / 9.0, draws.Count(draw => draw == 0.375) / 4000.0, 0.02);
    }
}
