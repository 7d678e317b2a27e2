using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop.Models;
using MLNet.DeepExt.Interop.Scoring;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Trainers;

[assembly: LoadableModel<NeuralNetworkBinaryTransformer>]

namespace MLNet.DeepExt.Trainers;

/// <summary>
/// Adds the columns PredictedLabel, Score and Probability, which <see cref="NeuralNetworkBinaryTrainer"/> describes. Immutable, and safe
/// to use from several threads.
/// </summary>
public sealed class NeuralNetworkBinaryTransformer : NeuralNetworkTransformer, ILoadableModel<NeuralNetworkBinaryTransformer>
{
    internal NeuralNetworkBinaryTransformer(IHost host, NetworkContent content)
        : base(host, content, new Predictor(content.Model.Network, content.Loss, givesLogits: true))
    {
    }

    static ModelFormat ILoadableModel<NeuralNetworkBinaryTransformer>.Format => FileFormat;

    private protected override ModelFormat Format => FileFormat;

    private static ModelFormat FileFormat { get; } = new("DXNNBINA", "DeepExtNetBinary", "binary neural network");

    static NeuralNetworkBinaryTransformer ILoadableModel<NeuralNetworkBinaryTransformer>.Load(IHost host, BinaryReader content) =>
        new(host, NetworkContent.Read(host, content));

    private protected override IReadOnlyList<ScoreColumn> CreateOutputs(DataViewSchema input)
    {
        var annotations = new ScoreAnnotations(input, ScoreAnnotations.BinaryClassification);
        return
        [
            new ScoreColumn<bool>(
                ScoreAnnotations.PredictedLabel, BooleanDataViewType.Instance, annotations.For(ScoreAnnotations.PredictedLabel).Build(),
                (ReadOnlySpan<float> logits, ref bool value) => value = logits[0] > 0),
            new ScoreColumn<float>(
                ScoreAnnotations.Score, NumberDataViewType.Single, annotations.For(ScoreAnnotations.Score).Build(),
                (ReadOnlySpan<float> logits, ref float value) => value = logits[0]),
            new ScoreColumn<float>(
                ScoreAnnotations.Probability, NumberDataViewType.Single, annotations.ForProbability().Build(),
                (ReadOnlySpan<float> logits, ref float value) => Predictor.Activate(logits, new Span<float>(ref value))),
        ];
    }
}
