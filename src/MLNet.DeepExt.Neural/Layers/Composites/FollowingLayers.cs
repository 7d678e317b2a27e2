using System.Collections;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>
/// The layers after one, the next one first: its siblings, and then what follows the layer that it is in. Those of a Sequential stand in its
/// place.
/// </summary>
/// <param name="siblings">The layers beside one another.</param>
/// <param name="from">The first of them that follows.</param>
/// <param name="behind">What follows them; null if nothing does.</param>
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
