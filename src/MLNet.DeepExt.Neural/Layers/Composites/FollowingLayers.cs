using System.Collections;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>
/// The layers after a layer, the next one first: its following siblings, then the layers that follow its parent. A Sequential is replaced by its
/// inner layers.
/// </summary>
/// <param name="siblings">The layers of the parent.</param>
/// <param name="from">The index of the first following sibling.</param>
/// <param name="behind">The layers that follow the parent; null if there are none.</param>
internal sealed class FollowingLayers(LayerSpec[] siblings, int from, FollowingLayers? behind) : IEnumerable<LayerSpec>
{
    public IEnumerator<LayerSpec> GetEnumerator()
    {
        for (int i = from; i < siblings.Length; i++)
        {
            if (siblings[i] is Sequential sequence)
            {
                foreach (LayerSpec layer in new FollowingLayers([.. sequence.Layers], 0, null))
                    yield return layer;
            }
            else
            {
                yield return siblings[i];
            }
        }

        foreach (LayerSpec layer in behind ?? Enumerable.Empty<LayerSpec>())
            yield return layer;
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
