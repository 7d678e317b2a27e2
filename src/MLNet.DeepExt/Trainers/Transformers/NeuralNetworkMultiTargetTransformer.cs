using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop.Models;
using MLNet.DeepExt.Interop.Schemas;
using MLNet.DeepExt.Interop.Scoring;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Trainers;

[assembly: LoadableModel<NeuralNetworkMultiTargetTransformer>]
[assembly: LoadableTransform<NeuralNetworkMultiTargetTransformer>]

namespace MLNet.DeepExt.Trainers;

/// <summary>
/// Adds the column Score, which <see cref="NeuralNetworkMultiTargetTrainer"/> describes. Immutable, and safe
/// to use from several threads.
/// </summary>
public sealed class NeuralNetworkMultiTargetTransformer : NeuralNetworkTransformer, ILoadableModel<NeuralNetworkMultiTargetTransformer>
{
    internal NeuralNetworkMultiTargetTransformer(IHost host, NetworkContent content)
        : base(host, content, new Predictor(content.Model.Network, content.Loss))
    {
    }

    static ModelFormat ILoadableModel<NeuralNetworkMultiTargetTransformer>.Format => FileFormat;

    private protected override ModelFormat Format => FileFormat;

    private static ModelFormat FileFormat { get; } = new("DXNNMTAR", "DeepExtNetMultiTarget", "multi-target neural network");

    static NeuralNetworkMultiTargetTransformer ILoadableModel<NeuralNetworkMultiTargetTransformer>.Load(IHost host, ContentReader content) =>
        new(host, NetworkContent.Read(host, content, TaskFit.MultiTarget));

    private protected override IReadOnlyList<ScoreColumn> CreateOutputs(DataViewSchema input) =>
    [
        ScoreColumns.Vector(
            ScoreAnnotations.Score,
            Model.Spec.Outputs,
            new ScoreAnnotations(input, ScoreAnnotations.MultiTargetRegression).For(ScoreAnnotations.Score)
                .CopyIfAny(Content.Label, AnnotationKinds.SlotNames).Build(),
            (ReadOnlySpan<float> outputs, Span<float> values) => outputs.CopyTo(values),
            (_, outputs) => outputs),
    ];
}
