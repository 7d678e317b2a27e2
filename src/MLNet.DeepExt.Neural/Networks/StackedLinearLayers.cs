using MLNet.DeepExt.Neural.Layers;

namespace MLNet.DeepExt.Neural.Networks;

/// <summary>
/// Finds <see cref="Dense"/> layers without a nonlinearity between them: x·W₁·W₂ equals x·W with W = W₁·W₂, so the second layer adds
/// nothing that the first could not compute.
/// </summary>
internal static class StackedLinearLayers
{
    /// <summary>Returns a warning for each pair of such layers.</summary>
    public static IEnumerable<string> WarningsOf(NetworkSpec spec)
    {
        // [value]: the last Dense before it, followed by linear layers only.
        var above = new Operation<float>?[spec.Program.Operations.Count + 1];
        foreach ((int i, Operation<float> operation) in spec.Program.Operations.Index())
        {
            // If two layers read a value, one of them reads it without the following layers.
            Operation<float>? before = spec.Program.HasOneReader(operation.Input) ? above[operation.Input] : null;
            if (operation.Spec is Dense)
            {
                if (before is not null)
                {
                    yield return $"Layers {before.Name} and {operation.Name} have no nonlinearity between them and are equivalent to one linear layer; "
                        + $"put an activation such as Relu after layer {before.Name}, or remove one of them.";
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
