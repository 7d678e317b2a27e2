using MLNet.DeepExt.Neural.Layers;

namespace MLNet.DeepExt.Neural.Networks;

/// <summary>
/// Finds <see cref="Dense"/> layers with nothing non-linear between them: x·W₁·W₂ is x·W with W = W₁·W₂, so that the second one adds
/// nothing that the first could not compute.
/// </summary>
internal static class StackedLinearLayers
{
    /// <summary>A warning for each pair of such layers.</summary>
    public static IEnumerable<string> WarningsOf(NetworkSpec spec)
    {
        int? above = null; // the last Dense that only linear layers follow
        for (int i = 0; i < spec.Layers.Count; i++)
        {
            if (spec.Layers[i] is Dense)
            {
                if (above is { } first)
                {
                    yield return FormattableString.Invariant(
                        $"Layers {first} {spec.Layers[first]} and {i} {spec.Layers[i]} have nothing non-linear between them and are one linear map; ")
                        + FormattableString.Invariant($"put an activation such as Relu after layer {first}, or leave one of them out.");
                }

                above = i;
            }
            else if (spec.Layers[i] is not IAffine)
            {
                above = null;
            }
        }
    }
}
