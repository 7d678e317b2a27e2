using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Statistics;

namespace MLNet.DeepExt.Transforms.Normalization;

/// <summary>Which statistic each slot of a column goes into, and how statistics that are sketches are kept.</summary>
/// <param name="StatisticOfSlot">(slots): the number of a statistic, or <see cref="LeftAlone"/>.</param>
/// <param name="SketchCapacity">Numbers in a level of a <see cref="QuantileSketch"/>.</param>
/// <param name="Coins">What sketches toss.</param>
internal sealed record SlotPlan(int[] StatisticOfSlot, int SketchCapacity, CounterRandom Coins)
{
    /// <summary>Stands for the statistic of a slot that stays as it is.</summary>
    public const int LeftAlone = -1;

    public int StatisticCount { get; } = CountStatistics(StatisticOfSlot);

    public static int CountStatistics(int[] statisticOfSlot) => statisticOfSlot.DefaultIfEmpty(LeftAlone).Max() + 1;

    /// <summary>Numbers the statistics of slots.</summary>
    /// <param name="isLeftAlone">(slots).</param>
    /// <param name="together">One statistic for all slots, or one for each.</param>
    public static int[] Assign(bool[] isLeftAlone, bool together)
    {
        int next = 0;
        return Array.ConvertAll(isLeftAlone, alone => alone ? LeftAlone : together ? 0 : next++);
    }
}
