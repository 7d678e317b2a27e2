using System.Numerics;
using System.Runtime.CompilerServices;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Schedules;

namespace MLNet.DeepExt.Neural.Training.Updates;

/// <summary>
/// Transforms that are applied to a run of elements directly after one another. Workers wait for each other only before a stage, whose first
/// transform may need norms of the whole gradient, or a whole parameter.
/// </summary>
/// <param name="links">The transforms in their order.</param>
/// <param name="reach">What the first of them has to see; the others treat each element alone.</param>
internal sealed class UpdateStage(StatefulLink[] links, TransformReach reach)
{
    private readonly double[] _scheduleFactors = [.. links.Select(_ => 1.0)]; // [link], of this step

    public TransformReach Reach => reach;

    /// <summary>Whether its transforms remember nothing, so that it can be done twice.</summary>
    public bool IsStateless => Array.TrueForAll(links, link => link.Transform.StatesPerParameter == 0);

    /// <summary>How many transforms there are.</summary>
    public int Count => links.Length;

    /// <summary>The schedule that a transform has; null if it has none.</summary>
    public Schedule? ScheduleOf(int link) => links[link].Transform.OwnSchedule;

    /// <summary>Begins a step: sets the factor of the schedule of a transform. One thread does it, before any worker begins.</summary>
    public void SetScheduleFactor(int link, double factor) => _scheduleFactors[link] = factor;

    /// <summary>Applies all transforms to a run of elements, or to a whole parameter.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Apply<T>(Span<T> gradient, ReadOnlySpan<T> parameters, TransformState<T> state, in TransformStep step)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int i = 0; i < links.Length; i++)
        {
            links[i].Transform.Apply(
                gradient, parameters, state.Skip(links[i].FirstState), step with { ScheduleFactor = _scheduleFactors[i] });
        }
    }
}
