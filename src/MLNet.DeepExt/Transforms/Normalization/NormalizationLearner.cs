using Microsoft.ML.Data;
using MLNet.DeepExt.Neural.Statistics;

namespace MLNet.DeepExt.Transforms.Normalization;

/// <summary>Learns of the rows of a column, in one pass, how to normalize it.</summary>
internal abstract class NormalizationLearner
{
    /// <summary>Takes in a row of a scalar column.</summary>
    public abstract void Add(float value);

    /// <summary>Takes in a row of a vector column.</summary>
    public abstract void Add(in VBuffer<float> row);

    /// <summary>What was learned; nothing may be added afterwards.</summary>
    public abstract InputNormalization Finish();

    /// <summary>After <see cref="Finish"/>: the slots in which no row had a finite number, ascending, and how many slots were learned.</summary>
    public abstract (int[] Empty, int Learned) FindEmptySlots();
}

/// <summary>
/// Learns one statistic of each slot, or of all. NaN and infinities are left out. The zeros that a sparse row leaves out are counted, and
/// join at the end, so that a row costs what it holds.
/// </summary>
/// <param name="plan">Which slots go into which statistic.</param>
/// <param name="create">Makes the statistic of a number.</param>
/// <param name="finish">Makes what was learned of all statistics.</param>
internal sealed class NormalizationLearner<TStatistic>(
    SlotPlan plan, Func<int, TStatistic> create, Func<SlotPlan, TStatistic[], InputNormalization> finish) : NormalizationLearner
    where TStatistic : IStatistic
{
    private readonly TStatistic[] _statistics = [.. Enumerable.Range(0, plan.StatisticCount).Select(create)];
    private readonly long[] _notFinite = new long[plan.StatisticCount];
    private readonly int[] _statisticOfSlot = plan.StatisticOfSlot;
    private long _rows;

    public override void Add(float value)
    {
        _rows++;
        Add(_statistics, _statisticOfSlot[0], value);
    }

    public override void Add(in VBuffer<float> row)
    {
        _rows++;
        Span<TStatistic> statistics = _statistics;
        ReadOnlySpan<int> statisticOfSlot = _statisticOfSlot;
        ReadOnlySpan<float> values = row.GetValues();
        if (row.IsDense)
        {
            for (int slot = 0; slot < values.Length; slot++)
                Add(statistics, statisticOfSlot[slot], values[slot]);
            return;
        }

        ReadOnlySpan<int> slots = row.GetIndices();
        for (int i = 0; i < values.Length; i++)
            Add(statistics, statisticOfSlot[slots[i]], values[i]);
    }

    public override InputNormalization Finish()
    {
        var slots = new int[_statistics.Length];
        foreach (int statistic in _statisticOfSlot.Where(statistic => statistic != SlotPlan.LeftAlone))
            slots[statistic]++;
        for (int i = 0; i < _statistics.Length; i++)
            _statistics[i].AddZeros(_rows * slots[i] - _notFinite[i] - _statistics[i].Count);
        return finish(plan, _statistics);
    }

    public override (int[] Empty, int Learned) FindEmptySlots()
    {
        int[] learned = [.. Enumerable.Range(0, _statisticOfSlot.Length).Where(slot => _statisticOfSlot[slot] != SlotPlan.LeftAlone)];
        return (Array.FindAll(learned, slot => _statistics[_statisticOfSlot[slot]].Count == 0), learned.Length);
    }

    private void Add(Span<TStatistic> statistics, int statistic, float value)
    {
        if ((uint)statistic >= (uint)statistics.Length) // left alone; asked so, no bounds are checked below
            return;
        if (float.IsFinite(value))
            statistics[statistic].Add(value);
        else
            _notFinite[statistic]++;
    }
}
