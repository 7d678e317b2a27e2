using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Search;

/// <summary>
/// Draws where good trials lie close together and others do not: the tree-structured Parzen estimator (TPE).
/// </summary>
/// <remarks>
/// Of n trials that have ended, the best min(⌈<see cref="GoodShare"/>·n⌉, 25) are good. For each parameter the densities l of the good and
/// g of the others are estimated (<see cref="ParzenWindows"/> on the scale of the range, <see cref="ChoiceShares"/> for choices); of
/// <see cref="Candidates"/> draws from l, the one with the greatest l/g is taken, which is that of the greatest expected improvement.
/// Where there are more than 500 others, g is estimated from 500 at equal distances in their order, so that a suggestion takes no longer
/// the more trials there are. Parameters are treated one by one; one that is of effect only with some values of another one is estimated from the
/// trials that had
/// it. J. Bergstra, R. Bardenet, Y. Bengio, B. Kégl, "Algorithms for hyper-parameter optimization", 2011, section 4.
///
/// Trials that run at the same time do not know of one another, but differ by their numbers.
/// </remarks>
public sealed record TreeParzenSampler : Sampler
{
    private const int MostGood = 25;
    private const int MostOthers = 500;

    /// <summary>How many trials must have ended before estimates are made, from 1 to 1,000,000; until then trials are random. Default 10.</summary>
    public int StartupTrials { get; init; } = 10;

    /// <summary>How many draws are compared for each parameter, from 1 to 10,000. Default 24.</summary>
    public int Candidates { get; init; } = 24;

    /// <summary>Which share of the trials is good, in (0, 1), of which no more than 25 are. Default 0.1.</summary>
    public double GoodShare { get; init; } = 0.1;

    /// <summary>
    /// What the whole range, evenly, weighs in the estimates, above 0 and finite, where each trial weighs 1; of a choice, what each of its
    /// values weighs, so that none is given up early. Default 1.
    /// </summary>
    public double PriorWeight { get; init; } = 1;

    internal override bool Learns => true;

    internal override TrialParameters Suggest(SearchSpace space, int seed, int number, IReadOnlyList<FinishedTrial> bestFirst)
    {
        if (bestFirst.Count < StartupTrials)
            return new RandomSampler().Suggest(space, seed, number, bestFirst);
        var random = new TrialRandom(seed, number);
        int good = GoodOf(bestFirst.Count);
        return space.At((name, range) => Best(
            Estimate(name, range, bestFirst.Take(good)), Estimate(name, range, OthersOf(bestFirst, good)), random.For(name)));
    }

    // At equal distances in the order, the first among them.
    private static IEnumerable<FinishedTrial> OthersOf(IReadOnlyList<FinishedTrial> bestFirst, int good)
    {
        int count = bestFirst.Count - good, taken = Math.Min(count, MostOthers);
        for (int i = 0; i < taken; i++)
            yield return bestFirst[good + (int)((long)i * count / taken)];
    }

    internal override OptionFault? FindFault(SearchSpace space) =>
        StartupTrials is < 1 or > 1_000_000
            ? new(nameof(StartupTrials), FormattableString.Invariant(
                $"StartupTrials of TreeParzenSampler must be from 1 to 1000000 but is {StartupTrials}; 10 is usual."))
        : Candidates is < 1 or > 10_000
            ? new(nameof(Candidates), FormattableString.Invariant(
                $"Candidates of TreeParzenSampler must be from 1 to 10000 but is {Candidates}; 24 is usual."))
        : !(GoodShare > 0 && GoodShare < 1)
            ? new(
                nameof(GoodShare), FormattableString.Invariant($"GoodShare of TreeParzenSampler must be in (0, 1) but is {GoodShare}; 0.1 is usual."))
        : !(PriorWeight > 0 && double.IsFinite(PriorWeight))
            ? new(
                nameof(PriorWeight),
                FormattableString.Invariant($"PriorWeight of TreeParzenSampler must be above 0 and finite but is {PriorWeight}; 1 is usual."))
        : null;

    /// <summary>How many trials are good.</summary>
    /// <param name="trials">How many have ended.</param>
    internal int GoodOf(int trials) =>
        // In decimal: as double, 0.07·100 is more than 7.
        Math.Clamp((int)Math.Ceiling((decimal)GoodShare * trials), 1, MostGood);

    private double Best(UnitDensity good, UnitDensity others, CounterRandom random)
    {
        double best = 0;
        double bestRatio = double.NegativeInfinity;
        for (int candidate = 0; candidate < Candidates; candidate++)
        {
            double unit = good.Draw(random.Derive((ulong)candidate));
            double ratio = Math.Log(good.At(unit)) - Math.Log(others.At(unit));
            if (candidate == 0 || ratio > bestRatio)
                (best, bestRatio) = (unit, ratio);
        }

        return best;
    }

    private UnitDensity Estimate(string name, SearchRange range, IEnumerable<FinishedTrial> trials)
    {
        double[] units = [.. trials.Where(trial => trial.Parameters.Has(name)).Select(trial => range.ToUnit(trial.Parameters[name]))];
        return range is ChoiceRange choice
            ? new ChoiceShares(units, choice.Values.Count, PriorWeight)
            : new ParzenWindows(units, PriorWeight, range.CellOf);
    }
}
