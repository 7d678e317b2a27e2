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
        Operation<float>? above = null; // the last Dense that only linear layers follow
        foreach ((int i, Operation<float> operation) in spec.Program.Operations.Index())
        {
            if (operation.Spec is Dense)
            {
                if (above is not null)
                {
                    yield return $"Layers {above.Name} and {operation.Name} have nothing non-linear between them and are one linear map; "
                        + $"put an activation such as Relu after layer {above.Name}, or leave one of them out.";
                }

                above = operation;
            }
            else if (!operation.Spec.Has(LayerTraits.Affine))
            {
                above = null;
            }

            // What reads the value, too, reads it without the layers that follow.
            if (i + 1 < spec.Program.Operations.Count && !spec.Program.HasOneReader(i + 1))
                above = null;
        }
    }
}
