using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Interop.Schemas;

namespace MLNet.DeepExt.Interop.Scoring;

/// <summary>What trainers promise of their output columns.</summary>
internal static class ScoreShapes
{
    /// <summary>PredictedLabel and Score; what is known of the classes comes from <paramref name="label"/>.</summary>
    public static IEnumerable<SchemaShape.Column> OfMulticlass(SchemaShape.Column label)
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

    /// <summary>PredictedLabel, Score and Probability of a yes or no.</summary>
    public static IEnumerable<SchemaShape.Column> OfBinary() =>
    [
        SchemaShapes.Scalar(ScoreAnnotations.PredictedLabel, BooleanDataViewType.Instance, isKey: false, ScoreAnnotations.Shapes),
        SchemaShapes.Scalar(ScoreAnnotations.Score, NumberDataViewType.Single, isKey: false, ScoreAnnotations.Shapes),
        SchemaShapes.Scalar(ScoreAnnotations.Probability, NumberDataViewType.Single, isKey: false, ScoreAnnotations.ProbabilityShapes),
    ];

    /// <summary>PredictedLabel, Score and Probability, each a vector with the names of the label's slots.</summary>
    public static IEnumerable<SchemaShape.Column> OfMultiLabel(SchemaShape.Column label)
    {
        SchemaShape.Column[] names = SlotNamesOf(label);
        yield return SchemaShapes.Vector(
            ScoreAnnotations.PredictedLabel, BooleanDataViewType.Instance, [.. ScoreAnnotations.Shapes, .. names]);
        yield return SchemaShapes.Vector(ScoreAnnotations.Score, NumberDataViewType.Single, [.. ScoreAnnotations.Shapes, .. names]);
        yield return SchemaShapes.Vector(
            ScoreAnnotations.Probability, NumberDataViewType.Single, [.. ScoreAnnotations.ProbabilityShapes, .. names]);
    }

    /// <summary>Score, one number; and where quantiles are predicted, a vector of them.</summary>
    public static IEnumerable<SchemaShape.Column> OfRegression(bool hasQuantiles)
    {
        yield return SchemaShapes.Scalar(ScoreAnnotations.Score, NumberDataViewType.Single, isKey: false, ScoreAnnotations.Shapes);
        if (hasQuantiles)
        {
            yield return SchemaShapes.Vector(
                ScoreAnnotations.Quantiles, NumberDataViewType.Single,
                [.. ScoreAnnotations.Shapes, SchemaShapes.Vector(AnnotationKinds.SlotNames, TextDataViewType.Instance)]);
        }
    }

    /// <summary>Score, a vector with the names of the label's slots.</summary>
    public static IEnumerable<SchemaShape.Column> OfMultiTarget(SchemaShape.Column label) =>
        [SchemaShapes.Vector(ScoreAnnotations.Score, NumberDataViewType.Single, [.. ScoreAnnotations.Shapes, .. SlotNamesOf(label)])];

    private static SchemaShape.Column[] SlotNamesOf(SchemaShape.Column label) =>
        SchemaShapes.TryFind(label.Annotations, AnnotationKinds.SlotNames, out SchemaShape.Column names) ? [names] : [];
}
