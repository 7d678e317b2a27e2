using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Interop.Schemas;

namespace MLNet.DeepExt.Interop.Scoring;

/// <summary>What a multiclass trainer promises of its output columns.</summary>
internal static class MulticlassScoreShapes
{
    /// <summary>PredictedLabel and Score; what is known of the classes comes from <paramref name="label"/>.</summary>
    public static IEnumerable<SchemaShape.Column> Of(SchemaShape.Column label)
    {
        List<SchemaShape.Column> predictedLabel = [.. ScoreAnnotations.Shapes];
        List<SchemaShape.Column> score = [.. ScoreAnnotations.Shapes];
        if (SchemaShapes.TryFind(label.Annotations, AnnotationKinds.KeyValues, out SchemaShape.Column keyValues))
        {
            predictedLabel.Add(keyValues);
            score.Add(SchemaShapes.Renamed(keyValues, AnnotationKinds.TrainingLabelValues));
            if (keyValues.ItemType is TextDataViewType)
                score.Add(SchemaShapes.Renamed(keyValues, AnnotationKinds.SlotNames));
        }

        yield return SchemaShapes.Scalar(ScoreAnnotations.PredictedLabel, NumberDataViewType.UInt32, isKey: true, [.. predictedLabel]);
        yield return SchemaShapes.Vector(ScoreAnnotations.Score, NumberDataViewType.Single, [.. score]);
    }
}
