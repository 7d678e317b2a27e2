using System.Numerics.Tensors;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Interop.Schemas;
using MLNet.DeepExt.Neural.Data;

namespace MLNet.DeepExt.Data;

/// <summary>Features so large that sums in a network overflow, though each is a number.</summary>
internal static class FeatureSize
{
    /// <summary>Why finite features cannot be learned from; null if they can.</summary>
    /// <param name="column">Their column.</param>
    /// <param name="features">One row of it, all finite.</param>
    public static InvalidOperationException? FindFault(DataViewSchema.Column column, in VBuffer<float> features)
    {
        ReadOnlySpan<float> stored = features.GetValues();
        if (stored.IsEmpty || MathF.Abs(TensorPrimitives.MaxMagnitude(stored)) <= FeatureRows.LargestFeature)
            return null;
        (int slot, float value) = features.Items().First(item => MathF.Abs(item.Value) > FeatureRows.LargestFeature);
        return new InvalidOperationException(
            FormattableString.Invariant($"Column '{column.Name}' holds {value} in {SlotNames.Describe(column, slot)}; features beyond ")
            + FormattableString.Invariant($"{FeatureRows.LargestFeature} in size make sums in a network overflow: ")
            + $"put NormalizeInputs(\"{column.Name}\") in front of the trainer.");
    }
}
