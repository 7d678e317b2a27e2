using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Interop.Schemas;

namespace MLNet.DeepExt.Interop.Scoring;

/// <summary>The annotations by which evaluators and viewers recognize the columns of one scorer.</summary>
internal sealed class ScoreAnnotations(DataViewSchema input, string predictionKind)
{
    public const string BinaryClassification = AnnotationUtils.Const.ScoreColumnKind.BinaryClassification;
    public const string MulticlassClassification = AnnotationUtils.Const.ScoreColumnKind.MulticlassClassification;
    public const string MultiLabelClassification = nameof(MultiLabelClassification); // ML.NET has no word for it
    public const string Regression = AnnotationUtils.Const.ScoreColumnKind.Regression;
    public const string MultiTargetRegression = AnnotationUtils.Const.ScoreColumnKind.MultiOutputRegression;
    public const string Score = AnnotationUtils.Const.ScoreValueKind.Score;
    public const string Probability = AnnotationUtils.Const.ScoreValueKind.Probability;
    public const string Quantiles = nameof(Quantiles); // nor for these
    public const string PredictedLabel = AnnotationUtils.Const.ScoreValueKind.PredictedLabel;

    // One more than that of any scorer before this one in the pipeline.
    private readonly uint _setId = input.GetMaxAnnotationKind(out _, AnnotationKinds.ScoreColumnSetId) + 1;

    /// <summary>What an estimator promises of them.</summary>
    public static SchemaShape.Column[] Shapes { get; } =
    [
        SchemaShapes.Scalar(AnnotationKinds.ScoreColumnSetId, NumberDataViewType.UInt32, isKey: true),
        SchemaShapes.Scalar(AnnotationKinds.ScoreColumnKind, TextDataViewType.Instance),
        SchemaShapes.Scalar(AnnotationKinds.ScoreValueKind, TextDataViewType.Instance),
    ];

    /// <summary>What an estimator promises of those of a probability.</summary>
    public static SchemaShape.Column[] ProbabilityShapes { get; } =
        [.. Shapes, SchemaShapes.Scalar(AnnotationKinds.IsNormalized, BooleanDataViewType.Instance)];

    public AnnotationBuilder ForProbability() => For(Probability).True(AnnotationKinds.IsNormalized);

    public AnnotationBuilder For(string valueKind) => new AnnotationBuilder()
        .Key(AnnotationKinds.ScoreColumnSetId, _setId)
        .Text(AnnotationKinds.ScoreColumnKind, predictionKind)
        .Text(AnnotationKinds.ScoreValueKind, valueKind);
}
