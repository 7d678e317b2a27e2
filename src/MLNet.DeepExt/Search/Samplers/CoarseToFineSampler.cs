using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Search;

/// <summary>
/// Draws at random, in rounds: in the first one from the whole space, in each later one from a smaller region around the best trial of the
/// rounds before.
/// </summary>
/// <remarks>
/// In round r the region of a parameter is the share s = <see cref="ZoomFactor"/>^-min(r, <see cref="Rounds"/>) of its scale, with the
/// best value in the middle; where that would reach beyond a bound, it is moved inside. Of an integer it holds at least the whole cells of
/// the best value and of its two neighbours, so that the search can still move by one where the range has few values. A choice keeps the
/// best value with probability 1 - s, and is else drawn from all. A parameter that is of no effect in the best trial goes by the best trial
/// of the earlier rounds in which it is; if there is none, it is drawn from its whole range, as all are until a trial of an earlier round
/// has ended.
///
/// The result is that of random search, refined: good where the metric is smooth and has one optimum, and misled where it has many.
/// </remarks>
public sealed record CoarseToFineSampler : Sampler
{
    /// <summary>How many trials a round has, from 1 to 1,000,000. Default 10.</summary>
    public int TrialsPerRound { get; init; } = 10;

    /// <summary>What the side of the region is divided by in each round, above 1 and finite. Default 3.</summary>
    public double ZoomFactor { get; init; } = 3;

    /// <summary>
    /// How many times the region shrinks, from 1 to 100; after that it only moves. Default 3, which ends at 1/27 of each side.
    /// </summary>
    public int Rounds { get; init; } = 3;

    internal override bool Learns => true;

    internal override TrialParameters Suggest(SearchSpace space, int seed, int number, IReadOnlyList<FinishedTrial> bestFirst)
    {
        int round = number / TrialsPerRound;
        double side = Math.Pow(ZoomFactor, -Math.Min(round, Rounds));
        IEnumerable<FinishedTrial> earlier = bestFirst.Where(trial => trial.Number / TrialsPerRound < round);
        var random = new TrialRandom(seed, number);
        return space.At((name, range) =>
        {
            CounterRandom own = random.For(name);
            return earlier.FirstOrDefault(trial => trial.Parameters.Has(name)).Parameters is not { } best ? own.Uniform(0)
                : range is ChoiceRange ? own.Uniform(1) < side ? own.Uniform(0) : range.ToUnit(best[name])
                : InRegion(range, best[name], side, own.Uniform(0));
        });
    }

    internal override OptionFault? FindFault(SearchSpace space) =>
        TrialsPerRound is < 1 or > 1_000_000
            ? new(nameof(TrialsPerRound), FormattableString.Invariant(
                $"TrialsPerRound of CoarseToFineSampler must be from 1 to 1000000 but is {TrialsPerRound}; 10 is usual."))
        : !(ZoomFactor > 1 && double.IsFinite(ZoomFactor))
            ? new(
                nameof(ZoomFactor),
                FormattableString.Invariant($"ZoomFactor of CoarseToFineSampler must be above 1 and finite but is {ZoomFactor}; 3 is usual."))
        : Rounds is < 1 or > 100
            ? new(nameof(Rounds), FormattableString.Invariant($"Rounds of CoarseToFineSampler must be from 1 to 100 but is {Rounds}; 3 is usual."))
        : null;

    private static double InRegion(SearchRange range, object best, double side, double share)
    {
        double first = Math.Clamp(range.ToUnit(best) - side / 2, 0, 1 - side);
        double last = first + side;
        if (range is IntegerRange integers)
        {
            (double ofLess, double ofMore) = integers.CellsAround((int)best);
            (first, last) = (Math.Min(first, ofLess), Math.Max(last, ofMore));
        }

        return first + (last - first) * share;
    }
}
