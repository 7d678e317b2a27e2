using MLNet.DeepExt.Search;

namespace MLNet.DeepExt.Tests.Search;

/// <summary>What samplers that learn from trials are worth beside one that does not, over many searches.</summary>
[Trait("Spec", "C5")]
public sealed class SamplerQualityTests(ITestOutputHelper output)
{
    private const int Searches = 60;
    private const int Trials = 60;

    public static TheoryData<string, string> Pairs => new()
    {
        { nameof(TreeParzenSampler), nameof(Objectives.Branin) },
        { nameof(TreeParzenSampler), nameof(Objectives.Hartmann) },
        { nameof(TreeParzenSampler), nameof(Objectives.Conditional) },
        { nameof(TreeParzenSampler), nameof(Objectives.Valley) },
        { nameof(CoarseToFineSampler), nameof(Objectives.Valley) },
    };

    [Theory]
    [MemberData(nameof(Pairs))]
    public void A_sampler_that_learns_finds_more_than_chance(string samplerName, string objectiveName)
    {
        Sampler sampler = samplerName == nameof(TreeParzenSampler) ? new TreeParzenSampler() : new CoarseToFineSampler();
        var objective = (Objectives.Objective)typeof(Objectives).GetProperty(objectiveName)!.GetValue(null)!;
        double[] learned = Bests(sampler, objective);
        double[] drawn = Bests(new RandomSampler(), objective);

        output.WriteLine(FormattableString.Invariant(
            $"medians {Median(learned):g5} and {Median(drawn):g5}, z {RankSumDeviations(learned, drawn):f1}"));
        Assert.True(Median(learned) < Median(drawn));
        Assert.True(RankSumDeviations(learned, drawn) > 4);
    }

    private static double[] Bests(Sampler sampler, Objectives.Objective objective) =>
        [.. Enumerable.Range(0, Searches).Select(seed => objective.Search(sampler, seed, Trials))];

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);

    // The test of Wilcoxon, Mann and Whitney, in standard deviations: how often a value of the first is less than one of the second.
    private static double RankSumDeviations(double[] first, double[] second)
    {
        double wins = first.Sum(value => second.Sum(other => value < other ? 1 : value == other ? 0.5 : 0));
        double pairs = first.Length * second.Length;
        return (wins - pairs / 2) / Math.Sqrt(pairs * (first.Length + second.Length + 1) / 12);
    }
}
