using System.Numerics;
using System.Runtime.CompilerServices;
using MLNet.DeepExt.Neural.Optimizers;

namespace MLNet.DeepExt.Neural.Training.Updates;

/// <summary>
/// Transforms that are applied to a run of elements directly after one another. Workers wait for each other only before a stage, whose first
/// transform may need norms of the whole gradient, or a whole parameter.
/// </summary>
/// <param name="links">The transforms in their order.</param>
/// <param name="reach">What the first of them has to see; the others treat each element alone.</param>
internal sealed class UpdateStage(StatefulLink[] links, TransformReach reach)
{
    public TransformReach Reach => reach;

    /// <summary>Whether its transforms remember nothing, so that it can be done twice.</summary>
    public bool IsStateless => Array.TrueForAll(links, link => link.Transform.StatesPerParameter == 0);

    /// <summary>Applies all transforms to a run of elements, or to a whole parameter.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Apply<T>(Span<T> gradient, ReadOnlySpan<T> parameters, TransformState<T> state, in TransformStep step)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (StatefulLink link in links)
            link.Transform.Apply(gradient, parameters, state.Skip(link.FirstState), step);
    }
}
