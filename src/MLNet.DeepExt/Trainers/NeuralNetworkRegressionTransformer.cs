using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop.Models;
using MLNet.DeepExt.Interop.Schemas;
using MLNet.DeepExt.Interop.Scoring;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Trainers;

[assembly: LoadableModel<NeuralNetworkRegressionTransformer>]
[assembly: LoadableTransform<NeuralNetworkRegressionTransformer>]

namespace MLNet.DeepExt.Trainers;

/// <summary>
/// Adds the column Score, and with quantiles the column Quantiles, which <see cref="NeuralNetworkRegressionTrainer"/> describes.
/// Immutable, and safe to use from several threads.
/// </summary>
public sealed class NeuralNetworkRegressionTransformer : NeuralNetworkTransformer, ILoadableModel<NeuralNetworkRegressionTransformer>
{
    internal NeuralNetworkRegressionTransformer(IHost host, NetworkContent content)
        : base(host, content, new Predictor(content.Model.Network, content.Loss))
    {
    }

    static ModelFormat ILoadableModel<NeuralNetworkRegressionTransformer>.Format => FileFormat;

    private protected override ModelFormat Format => FileFormat;

    private static ModelFormat FileFormat { get; } = new("DXNNREGR", "DeepExtNetRegression", "regression neural network");

    static NeuralNetworkRegressionTransformer ILoadableModel<NeuralNetworkRegressionTransformer>.Load(IHost host, BinaryReader content) =>
        new(host, NetworkContent.Read(host, content));

    private protected override IReadOnlyList<ScoreColumn> CreateOutputs(DataViewSchema input)
    {
        var annotations = new ScoreAnnotations(input, ScoreAnnotations.Regression);
        IReadOnlyList<double> quantiles = (Content.Loss as Quantile)?.Quantiles ?? [0.5];
        int middle = Enumerable.Range(0, quantiles.Count).MinBy(i => Math.Abs(quantiles[i] - 0.5));
        var score = new ScoreColumn<float>(
            ScoreAnnotations.Score, NumberDataViewType.Single, annotations.For(ScoreAnnotations.Score).Build(),
            (ReadOnlySpan<float> outputs, ref float value) => value = outputs[middle],
            (graph, outputs) => graph.Operator("Gather", [outputs, graph.Constant("middle", middle)], [new OperatorAttribute("axis", 1)]));
        if (Content.Loss is not Quantile)
            return [score];
        string[] names = [.. quantiles.Select(quantile => quantile.ToString(CultureInfo.InvariantCulture))];
        return
        [
            score,
            ScoreColumns.Vector(
                ScoreAnnotations.Quantiles, names.Length,
                annotations.For(ScoreAnnotations.Quantiles).Texts(AnnotationKinds.SlotNames, names).Build(),
                (ReadOnlySpan<float> outputs, Span<float> values) => outputs.CopyTo(values),
                (_, outputs) => outputs),
        ];
    }
}
