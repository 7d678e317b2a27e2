using MLNet.DeepExt.Interop.Models;
using MLNet.DeepExt.Transforms.Normalization;

namespace MLNet.DeepExt.Transforms;

/// <summary>What there is of each method: a new one is its files, a member of <see cref="NormalizationMethod"/> and a row here.</summary>
/// <param name="Method">Its name, in options and in files.</param>
/// <param name="CreateLearner">Makes what learns of a column.</param>
/// <param name="Load">Reads what was learned.</param>
internal sealed record NormalizationKind(
    NormalizationMethod Method, Func<SlotPlan, NormalizationLearner> CreateLearner, Func<ContentReader, InputNormalization> Load)
{
    private static readonly NormalizationKind[] All =
    [
        new(NormalizationMethod.MeanVariance, MeanVarianceNormalization.CreateLearner, MeanVarianceNormalization.Load),
        new(NormalizationMethod.Robust, RobustNormalization.CreateLearner, RobustNormalization.Load),
        new(NormalizationMethod.QuantileToNormal, QuantileToNormalNormalization.CreateLearner, QuantileToNormalNormalization.Load),
    ];

    public static NormalizationKind Of(NormalizationMethod method) => Array.Find(All, kind => kind.Method == method)!;

    /// <summary>Reads the name of a method.</summary>
    public static NormalizationKind Read(ContentReader content)
    {
        string name = content.ReadString();
        return Array.Find(All, kind => kind.Method.ToString() == name) ?? throw new InvalidDataException(
            $"The model file normalizes by '{name}', which this version does not know; use the version that wrote it, or a later one.");
    }

    /// <summary>Writes what <see cref="Read"/> reads.</summary>
    public void Save(BinaryWriter content) => content.Write(Method.ToString());
}
