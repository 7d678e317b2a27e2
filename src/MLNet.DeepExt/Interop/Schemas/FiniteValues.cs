using System.Numerics.Tensors;
using Microsoft.ML.Data;

namespace MLNet.DeepExt.Interop.Schemas;

/// <summary>Whether a vector can be computed with.</summary>
internal static class FiniteValues
{
    /// <summary>Whether none of its values is NaN or infinite; the zeros that it leaves out are finite.</summary>
    public static bool Only(in VBuffer<float> vector)
    {
        // Of no values at all, TensorPrimitives says that they are not all finite.
        ReadOnlySpan<float> stored = vector.GetValues();
        return stored.IsEmpty || TensorPrimitives.IsFiniteAll(stored);
    }
}
