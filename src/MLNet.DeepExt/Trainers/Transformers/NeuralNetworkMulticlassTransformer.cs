using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop.Models;
using MLNet.DeepExt.Interop.Schemas;
using MLNet.DeepExt.Interop.Scoring;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Trainers;

[assembly: LoadableModel<NeuralNetworkMulticlassTransformer>]
[assembly: LoadableTransform<NeuralNetworkMulticlassTransformer>]

namespace MLNet.DeepExt.Trainers;

/// <summary>
/// Adds the columns PredictedLabel and Score, which <see cref="NeuralNetworkMulticlassTrainer"/> describes. Immutable, and safe to
/// use from several threads.
/// </summary>
public sealed class NeuralNetworkMulticlassTransformer : NeuralNetworkTransformer, ILoadableModel<NeuralNetworkMulticlassTransformer>
{
    private const uint MissingKey = 0;

    internal NeuralNetworkMulticlassTransformer(IHost host, NetworkContent content)
        : base(host, content, new Predictor(content.Model.Network, content.Loss))
    {
    }

    static ModelFormat ILoadableModel<NeuralNetworkMulticlassTransformer>.Format => FileFormat;

    private protected override ModelFormat Format => FileFormat;

    private static ModelFormat FileFormat { get; } = new("DXNNMULT", "DeepExtNetMulticlass", "multiclass neural network");

    private int ClassCount => Model.Spec.Outputs;

    static NeuralNetworkMulticlassTransformer ILoadableModel<NeuralNetworkMulticlassTransformer>.Load(IHost host, ContentReader content) =>
        new(host, NetworkContent.Read(host, content, TaskFit.Multiclass));

    private protected override IReadOnlyList<ScoreColumn> CreateOutputs(DataViewSchema input)
    {
        var annotations = new ScoreAnnotations(input, ScoreAnnotations.MulticlassClassification);
        AnnotationBuilder predictedLabel = annotations.For(ScoreAnnotations.PredictedLabel);
        AnnotationBuilder score = annotations.For(ScoreAnnotations.Score);

        DataViewSchema.Column label = Content.Label;
        if (label.Annotations.Schema.GetColumnOrNull(AnnotationKinds.KeyValues)?.Type is VectorDataViewType { ItemType: var valueType })
        {
            predictedLabel.Copy(label, AnnotationKinds.KeyValues, AnnotationKinds.KeyValues);
            score.Copy(label, AnnotationKinds.KeyValues, AnnotationKinds.TrainingLabelValues);
            if (valueType is TextDataViewType)
                score.Copy(label, AnnotationKinds.KeyValues, AnnotationKinds.SlotNames);
        }

        return
        [
            new ScoreColumn<uint>(
                ScoreAnnotations.PredictedLabel, new KeyDataViewType(typeof(uint), ClassCount), predictedLabel.Build(), MostProbable,
                EmitMostProbable),
            ScoreColumns.Vector(
                ScoreAnnotations.Score, ClassCount, score.Build(), (ReadOnlySpan<float> scores, Span<float> values) => scores.CopyTo(values),
                (_, scores) => scores),
        ];
    }

    private static string EmitMostProbable(IOperatorGraph graph, string scores)
    {
        string index = graph.Operator("ArgMax", [scores], [new OperatorAttribute("axis", 1), new OperatorAttribute("keepdims", 1)]);
        string key = graph.Operator("Add", [index, graph.Constant("first key", 1)]);
        // Where one score of a row is NaN, all are.
        string score = graph.Operator("Gather", [scores, graph.Constant("first score", 0)], [new OperatorAttribute("axis", 1)]);
        string missing = graph.Operator("IsNaN", [score]);
        string known = graph.Operator("Where", [missing, graph.Constant("missing key", (long)MissingKey), key]);
        return graph.Operator("Cast", [known], [new OperatorAttribute("to", typeof(uint))]);
    }

    // Of equal probabilities, the first.
    private static void MostProbable(ReadOnlySpan<float> scores, ref uint key)
    {
        key = MissingKey;
        float best = float.NegativeInfinity;
        for (int i = 0; i < scores.Length; i++)
        {
            if (scores[i] > best)
            {
                best = scores[i];
                key = (uint)i + 1;
            }
        }
    }
}
