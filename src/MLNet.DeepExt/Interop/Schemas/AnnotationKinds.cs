using Microsoft.ML.Data;

namespace MLNet.DeepExt.Interop.Schemas;

/// <summary>ML.NET's names of annotations.</summary>
internal static class AnnotationKinds
{
    public const string SlotNames = AnnotationUtils.Kinds.SlotNames;
    public const string KeyValues = AnnotationUtils.Kinds.KeyValues;
    public const string IsNormalized = AnnotationUtils.Kinds.IsNormalized;
    public const string CategoricalSlotRanges = AnnotationUtils.Kinds.CategoricalSlotRanges;
    public const string TrainingLabelValues = AnnotationUtils.Kinds.TrainingLabelValues;
    public const string ScoreColumnSetId = AnnotationUtils.Kinds.ScoreColumnSetId;
    public const string ScoreColumnKind = AnnotationUtils.Kinds.ScoreColumnKind;
    public const string ScoreValueKind = AnnotationUtils.Kinds.ScoreValueKind;
}
