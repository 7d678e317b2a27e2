using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop.Models;
using MLNet.DeepExt.Interop.Scoring;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Trainers;

[assembly: LoadableModel<NeuralNetworkBinaryTransformer>]
[assembly: LoadableTransform<NeuralNetworkBinaryTransformer>]

namespace MLNet.DeepExt.Trainers;

/// <summary>
/// Adds the columns PredictedLabel, Score and Probability, which <see cref="NeuralNetworkBinaryTrainer"/> describes. Immutable, and safe
/// to use from several threads.
/// </summary>
public sealed class NeuralNetworkBinaryTransformer : NeuralNetworkTransformer, ILoadableModel<NeuralNetworkBinaryTransformer>
{
    internal const float DefaultThreshold = 0.5f;

    internal NeuralNetworkBinaryTransformer(IHost host, NetworkContent content, float threshold)
        : base(host, content, new Predictor(content.Model.Network, content.Loss, givesLogits: true))
    {
        Threshold = threshold;
    }

    static ModelFormat ILoadableModel<NeuralNetworkBinaryTransformer>.Format => FileFormat;

    /// <summary>The probability above which PredictedLabel is yes, in (0, 1).</summary>
    public float Threshold { get; }

    // A library that knows no threshold would say yes above 0.5, so it must not read another one.
    private protected override ModelFormat Format => HasOwnThreshold ? FileFormat : FileFormat with { Version = 1 };

    private static ModelFormat FileFormat { get; } = new("DXNNBINA", "DeepExtNetBinary", "binary neural network", Version: 2);

    private bool HasOwnThreshold => Threshold != DefaultThreshold;

    static NeuralNetworkBinaryTransformer ILoadableModel<NeuralNetworkBinaryTransformer>.Load(IHost host, ContentReader content)
    {
        NetworkContent network = NetworkContent.Read(host, content, TaskFit.Binary);
        float threshold = content.BaseStream.Length - content.BaseStream.Position >= sizeof(float) ? content.ReadSingle() : DefaultThreshold;
        return FindFaultOfThreshold(threshold) is { } fault
            ? throw new InvalidDataException($"The model file is not valid: {fault}")
            : new NeuralNetworkBinaryTransformer(host, network, threshold);
    }

    /// <summary>What is wrong with a threshold, with its remedy; null if nothing is.</summary>
    internal static string? FindFaultOfThreshold(float threshold) => threshold is > 0 and < 1
        ? null
        : FormattableString.Invariant(
            $"Threshold must be above 0 and below 1 but is {threshold}; it is a probability, and 0.5 says yes where yes is the likelier answer.");

    /// <summary>The same model with another threshold.</summary>
    internal NeuralNetworkBinaryTransformer WithThreshold(float threshold) => new(Host, Content, threshold);

    private protected override void SaveContent(BinaryWriter writer)
    {
        base.SaveContent(writer);
        if (HasOwnThreshold)
            writer.Write(Threshold);
    }

    private protected override IReadOnlyList<ScoreColumn> CreateOutputs(DataViewSchema input)
    {
        var annotations = new ScoreAnnotations(input, ScoreAnnotations.BinaryClassification);
        float threshold = LogitOf(Threshold);
        return
        [
            new ScoreColumn<bool>(
                ScoreAnnotations.PredictedLabel, BooleanDataViewType.Instance, annotations.For(ScoreAnnotations.PredictedLabel).Build(),
                (ReadOnlySpan<float> logits, ref bool value) => value = logits[0] > threshold,
                (graph, logits) => graph.Operator("Greater", [logits, graph.Constant("threshold", [threshold], 1)])),
            new ScoreColumn<float>(
                ScoreAnnotations.Score, NumberDataViewType.Single, annotations.For(ScoreAnnotations.Score).Build(),
                (ReadOnlySpan<float> logits, ref float value) => value = logits[0],
                (_, logits) => logits),
            new ScoreColumn<float>(
                ScoreAnnotations.Probability, NumberDataViewType.Single, annotations.ForProbability().Build(),
                (ReadOnlySpan<float> logits, ref float value) => Predictor.Activate(logits, new Span<float>(ref value)),
                Predictor.EmitActivation),
        ];
    }

    // Of one half it is 0, exactly.
    private static float LogitOf(float probability) => (float)Math.Log(probability / (1.0 - probability));
}
