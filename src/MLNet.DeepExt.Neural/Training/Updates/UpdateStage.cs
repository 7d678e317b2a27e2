using System.Numerics;
using System.Runtime.CompilerServices;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Schedules;

namespace MLNet.DeepExt.Neural.Training.Updates;

/// <summary>
/// Transforms that are applied consecutively to a run of elements. Workers wait for each other only before a stage, whose first
/// transform may need norms of the whole gradient, or a whole parameter.
/// </summary>
/// <param name="links">The transforms in order.</param>
/// <param name="reach">The reach of the first transform; the others are elementwise.</param>
internal sealed class UpdateStage(StatefulLink[] links, TransformReach reach)
{
    private readonly double[] _scheduleFactors = [.. links.Select(_ => 1.0)]; // [link], in the current step

    public TransformReach Reach => reach;

    /// <summary>True if its transforms have no state, so it can be applied twice.</summary>
    public bool IsStateless => Array.TrueForAll(links, link => link.Transform.StatesPerParameter == 0);

    /// <summary>The number of transforms.</summary>
    public int Count => links.Length;

    /// <summary>Returns the schedule of a transform; null if it has none.</summary>
    public Schedule? ScheduleOf(int link) => links[link].Transform.OwnSchedule;

    /// <summary>Begins a step: sets the factor of the schedule of a transform. One thread calls it before any worker starts.</summary>
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
