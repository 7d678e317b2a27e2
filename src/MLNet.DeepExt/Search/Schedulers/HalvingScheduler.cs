using MLNet.DeepExt.Interop.Hosting;

namespace MLNet.DeepExt.Search;

/// <summary>
/// Trains all trials for a few epochs, the best of them for more, the best of those for still more: most of the time goes to the trials
/// that are worth it. The epochs of the rungs are <c>MinimumEpochs · ReductionFactor^k</c>, and the last is <c>MaximumEpochs</c>: by
/// default 2, 6, 18 and 60.
/// </summary>
/// <remarks>
/// Neural networks of this library pause at a rung, and go on from there as if they had not been interrupted, to the bit; a network whose own
/// MaximumEpochs are other than those of the scheduler ends where the fewer are over, and a cycle of the learning rate is spread over its own. Other
/// estimators ask <see cref="Trial.Epochs"/> how long to train, and begin again at every rung. A pipeline that does neither ignores epochs (trees,
/// SDCA, boosting with its own number of iterations): its trial is trained in full at once and is at its end. It takes no place among those that
/// are compared at the rungs. In the end the best of such trials is compared with the best of the highest rung that others reached: the last one,
/// unless the search ended earlier. The log says so once in a search.
/// </remarks>
public abstract record HalvingScheduler : Scheduler
{
    private const int MostEpochs = 1_000_000_000;

    private protected HalvingScheduler()
    {
    }

    /// <summary>The epochs of the first rung, at least 1 and below <see cref="MaximumEpochs"/>. Default 2.</summary>
    public int MinimumEpochs { get; init; } = 2;

    /// <summary>
    /// The epochs of the last rung, above <see cref="MinimumEpochs"/> and at most 1,000,000,000. Default 60, as long as a network trains by
    /// default.
    /// </summary>
    public int MaximumEpochs { get; init; } = 60;

    /// <summary>η, from 2 to 1,000: one of so many trials goes on. Default 3.</summary>
    public int ReductionFactor { get; init; } = 3;

    // As many as bring the factor between the last two closest to η.
    internal sealed override IReadOnlyList<int?> Rungs
    {
        get
        {
            List<int?> rungs = [];
            Int128 most = (Int128)MaximumEpochs * MaximumEpochs;
            for (Int128 epochs = MinimumEpochs; epochs * epochs * ReductionFactor <= most; epochs *= ReductionFactor)
                rungs.Add((int)epochs);
            return [.. rungs, MaximumEpochs];
        }
    }

    /// <summary>How many trials start together, of which one comes to the last rung.</summary>
    internal int BracketSize => (int)Math.Min(int.MaxValue, Math.Pow(ReductionFactor, Rungs.Count - 1));

    internal sealed override OptionFault? FindFault() =>
        MinimumEpochs < 1
            ? new(
                nameof(MinimumEpochs),
                FormattableString.Invariant($"MinimumEpochs must be at least 1 but is {MinimumEpochs}; use 1 to compare as early as can be."))
        : MaximumEpochs <= MinimumEpochs
        ? new(
            nameof(MaximumEpochs),
            FormattableString.Invariant($"MaximumEpochs must be above MinimumEpochs, {MinimumEpochs}, but is {MaximumEpochs}; ")
            + "use new FullTraining() to train every trial to its end.")
        : MaximumEpochs > MostEpochs
        ? new(
            nameof(MaximumEpochs),
            FormattableString.Invariant($"MaximumEpochs must be at most {MostEpochs} but is {MaximumEpochs}; 60 is the default."))
        : ReductionFactor is < 2 or > 1_000 ? new(
            nameof(ReductionFactor), FormattableString.Invariant($"ReductionFactor must be from 2 to 1000 but is {ReductionFactor}; 3 is usual."))
        : null;

    internal sealed override string Describe() => FormattableString.Invariant(
        $"{DisplayName} from {MinimumEpochs} to {MaximumEpochs} epochs, one of {ReductionFactor} going on");

    internal sealed override TrialRecord? Last(IReadOnlyList<TrialRecord> trials, Comparison<IReadOnlyList<double>> compare)
    {
        TrialRecord[] standing = [.. trials.Where(trial => trial is { HasFigures: true, Error: null, IgnoresEpochs: false })];
        if (standing.Length == 0)
            return null;
        int rung = standing.Max(trial => trial.Rungs.Count) - 1;
        return rung + 1 == Rungs.Count ? null : Rank(standing, rung, compare)[0];
    }

    internal sealed override bool MayGoOn(int rung, int ahead, int count) => rung + 1 < Rungs.Count && (long)ahead * ReductionFactor < count;

    internal sealed override double WorkOfAll(int trials)
    {
        (int full, int rest) = Math.DivRem(trials, BracketSize);
        return full * WorkOfBracket(BracketSize) + (rest > 0 ? WorkOfBracket(rest) : 0);
    }

    private double WorkOfBracket(int count)
    {
        double work = 0;
        for (int rung = 0; rung < Rungs.Count; rung++)
        {
            work += count * WorkOf(rung);
            count = GoingOn(count);
        }

        return work;
    }

    private protected abstract string DisplayName { get; }

    /// <summary>How many of so many go on where none but the best need to: at least one.</summary>
    private protected int GoingOn(int count) => Math.Max(1, count / ReductionFactor);

    /// <summary>Those of the trials that came to figures at the rung, best first, without those that ignore epochs.</summary>
    private protected static IReadOnlyList<TrialRecord> Rank(
        IEnumerable<TrialRecord> trials, int rung, Comparison<IReadOnlyList<double>> compare)
    {
        TrialRecord[] ranked = [.. trials.Where(trial => !trial.IgnoresEpochs && trial.Rungs.Count > rung)];
        Array.Sort(ranked, (left, right) => compare(left.Rungs[rung].Figures, right.Rungs[rung].Figures) is not 0 and int order
            ? order
            : left.Number.CompareTo(right.Number));
        return ranked;
    }

    /// <summary>The first that is at the rung, neither running nor failed; null if there is none.</summary>
    private protected static TrialRecord? Waiting(IEnumerable<TrialRecord> ranked, int rung) =>
        ranked.FirstOrDefault(trial => trial.Rungs.Count == rung + 1 && trial.Claim is null && trial.Error is null);
}
