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
        // [value]: the last Dense before it that only linear layers follow.
        var above = new Operation<float>?[spec.Program.Operations.Count + 1];
        foreach ((int i, Operation<float> operation) in spec.Program.Operations.Index())
        {
            // What two layers read, the other one reads without the layers that follow.
            Operation<float>? before = spec.Program.HasOneReader(operation.Input) ? above[operation.Input] : null;
            if (operation.Spec is Dense)
            {
                if (before is not null)
                {
                    yield return $"Layers {before.Name} and {operation.Name} have nothing non-linear between them and are one linear map; "
                        + $"put an activation such as Relu after layer {before.Name}, or leave one of them out.";
                }

                above[i + 1] = operation;
            }
            else if (operation.Spec.Has(LayerTraits.Affine))
            {
                above[i + 1] = before;
            }
        }
    }
}
