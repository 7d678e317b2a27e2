using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop.Models;
using MLNet.DeepExt.Interop.Schemas;
using MLNet.DeepExt.Interop.Scoring;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Trainers;

[assembly: LoadableModel<NeuralNetworkMultiLabelTransformer>]
[assembly: LoadableTransform<NeuralNetworkMultiLabelTransformer>]

namespace MLNet.DeepExt.Trainers;

/// <summary>
/// Adds the columns PredictedLabel, Score and Probability, which <see cref="NeuralNetworkMultiLabelTrainer"/> describes. Immutable, and
/// safe to use from several threads.
/// </summary>
public sealed class NeuralNetworkMultiLabelTransformer : NeuralNetworkTransformer, ILoadableModel<NeuralNetworkMultiLabelTransformer>
{
    internal NeuralNetworkMultiLabelTransformer(IHost host, NetworkContent content)
        : base(host, content, new Predictor(content.Model.Network, content.Loss, givesLogits: true))
    {
    }

    static ModelFormat ILoadableModel<NeuralNetworkMultiLabelTransformer>.Format => FileFormat;

    private protected override ModelFormat Format => FileFormat;

    private static ModelFormat FileFormat { get; } = new("DXNNMLAB", "DeepExtNetMultiLabel", "multi-label neural network");

    static NeuralNetworkMultiLabelTransformer ILoadableModel<NeuralNetworkMultiLabelTransformer>.Load(IHost host, ContentReader content) =>
        new(host, NetworkContent.Read(host, content, TaskFit.MultiLabel));

    private protected override IReadOnlyList<ScoreColumn> CreateOutputs(DataViewSchema input)
    {
        var annotations = new ScoreAnnotations(input, ScoreAnnotations.MultiLabelClassification);
        int labels = Model.Spec.Outputs;
        return
        [
            ScoreColumns.Vector(
                ScoreAnnotations.PredictedLabel, labels, WithNames(annotations.For(ScoreAnnotations.PredictedLabel)), AreAboveZero,
                (graph, logits) => graph.Operator("Greater", [logits, graph.Constant("threshold", [0f], 1)])),
            ScoreColumns.Vector(
                ScoreAnnotations.Score, labels, WithNames(annotations.For(ScoreAnnotations.Score)),
                (ReadOnlySpan<float> logits, Span<float> values) => logits.CopyTo(values),
                (_, logits) => logits),
            ScoreColumns.Vector(
                ScoreAnnotations.Probability, labels, WithNames(annotations.ForProbability()),
                (ReadOnlySpan<float> logits, Span<float> values) => Predictor.Activate(logits, values),
                Predictor.EmitActivation),
        ];
    }

    private DataViewSchema.Annotations WithNames(AnnotationBuilder annotations) =>
        annotations.CopyIfAny(Content.Label, AnnotationKinds.SlotNames).Build();

    private static void AreAboveZero(ReadOnlySpan<float> logits, Span<bool> values)
    {
        for (int i = 0; i < values.Length; i++)
            values[i] = logits[i] > 0;
    }
}
